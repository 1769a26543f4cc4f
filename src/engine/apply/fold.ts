import type { OnEvent } from "../events.ts";
import type { RunState } from "../state.ts";

/** What each event of some families makes of the state. */
export type Fold<Family extends string> = OnEvent<[state: RunState], RunState, Family>;
