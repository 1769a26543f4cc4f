/** The topics of `handrail help`, in the order in which a newcomer reads them. */
import { approvals } from "./approvals.ts";
import { concepts } from "./concepts.ts";
import { doubt } from "./doubt.ts";
import { environment } from "./environment.ts";
import { exitCodes } from "./exit-codes.ts";
import type { Topic } from "./topic.ts";

export const TOPICS: readonly Topic[] = [concepts, approvals, doubt, exitCodes, environment];
