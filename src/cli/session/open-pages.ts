import { START, type RunState } from "../../engine/state.ts";

/** The pages that wait for an answer, each by the word that `handrail approve` takes; the newest last. */
export const openPages = ({ approvals }: RunState): string[] =>
  Object.values(approvals)
    .filter(({ status }) => status === "open")
    .map(({ id, covers }) => (id.startsWith(START) ? "start" : (covers[0]?.step ?? id)));
