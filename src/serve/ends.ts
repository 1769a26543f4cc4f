/** How what became of a call is told by its status: for every route that begins a run. */
import type { Begun, Ended, Ordered } from "./desk.ts";

/** After so long one of those that wait will have had its turn. */
export const FULL_SECONDS = 60;

export const STOPPING = "the server is being stopped; nothing was begun";

export const END_STATUS = { waits: 409, failed: 500, held: 409, stopping: 503 } as const;

type NotBegun = Exclude<Begun | Ordered, { kind: "begun" }>["kind"];

export const NOT_BEGUN_STATUS = {
  unknown: 404,
  ambiguous: 409,
  busy: 409,
  unreachable: 500,
  stopping: 503,
  full: 503,
  forbidden: 403,
  unfit: 422,
} as const satisfies Readonly<Record<NotBegun, number>>;

/** Whether a run that has not recovered its target can be gone on with. */
export const goesOn = (end: Ended): boolean => end.kind === "waits" || (end.kind === "failed" && end.open);

/** Whether the caller does not wait for the end (RFC 7240). */
export const isAsync = (prefer = ""): boolean => /(?:^|,)\s*respond-async\s*(?:,|;|$)/iu.test(prefer);
