/** What the signs of each screen mean. A sign that a screen draws and no row here explains is what a test finds. */
import { BASIS_SIGNS } from "../engine/claims/claim.ts";
import type { Mode } from "./model.ts";
import type { Glyphs } from "./theme.ts";

interface Mark {
  readonly sign: (glyphs: Glyphs) => string;
  /** In it `{target}` stands for the site's word. */
  readonly help: string;
  readonly modes: readonly Mode[];
}

const TARGETS: readonly Mode[] = ["board", "detail"];
const RUNS: readonly Mode[] = ["run", "ended", "starting", "replay", "watching"];
const PAGES: readonly Mode[] = ["approval", "page"];
const STEPS: readonly Mode[] = [...RUNS, "changes", "watch"];
const CLAIMED: readonly Mode[] = [...RUNS, "doubt"];
const LISTS: readonly Mode[] = [...TARGETS, "journal", ...RUNS];
const SIGNED: readonly Mode[] = [...LISTS, "changes", "watch"];
const SCROLLED: readonly Mode[] = ["board", "detail", "plan", "doubt", "rows", "page", "changes", "watch"];
const ALL: readonly Mode[] = [...LISTS, ...PAGES, "plan", "doubt", "rows", "decision", "changes", "watch"];

const basis = (name: keyof typeof BASIS_SIGNS): string => `[${BASIS_SIGNS[name].sign} ${BASIS_SIGNS[name].word} …Z]`;

const MARKS: readonly Mark[] = [
  { sign: ({ ok }) => ok, help: "well, done or met", modes: SIGNED },
  { sign: ({ bad }) => bad, help: "failed, stuck or held", modes: SIGNED },
  { sign: ({ doubt }) => doubt, help: "in doubt, or not known now", modes: [...SIGNED, "doubt"] },
  { sign: ({ running }) => running, help: "going on now", modes: SIGNED },
  { sign: ({ waiting }) => waiting, help: "waits for somebody or something", modes: SIGNED },
  { sign: ({ planned }) => planned, help: "to come", modes: RUNS },
  { sign: ({ skipped }) => skipped, help: "left out, or nothing to be done here", modes: [...TARGETS, ...STEPS] },
  { sign: ({ said }) => said, help: "somebody's word; it was not seen here", modes: STEPS },
  { sign: ({ lapsed }) => lapsed, help: "was done, and is no longer so", modes: STEPS },
  { sign: ({ marked }) => marked, help: "marked with Space", modes: ["board"] },
  {
    sign: ({ cursor }) => cursor,
    help: "where the keys act, or where typed text goes",
    modes: [...LISTS.filter((mode) => mode !== "detail"), "plan", "rows"],
  },
  { sign: ({ up }) => up, help: "so much more above", modes: ["board"] },
  { sign: ({ down }) => down, help: "so much more below", modes: [...SCROLLED, "ended", "replay", "watching"] },
  { sign: ({ more }) => more, help: "cut here, or still being asked", modes: ALL },
  { sign: () => "!", help: "a warning: read it before you go on", modes: ALL },
  { sign: () => "ODD", help: "the source that does not fit what the others say", modes: TARGETS },
  { sign: () => "[x] [ ]", help: "the phase is done in a run that begins here, or is left out", modes: ["plan"] },
  { sign: () => "‹name›", help: "a value that is known only once the run is there", modes: ["plan", "reason"] },
  { sign: () => "[*]", help: "without a preview: approved by its request", modes: PAGES },
  { sign: () => basis("observation"), help: "Handrail saw it, at that time (UTC)", modes: CLAIMED },
  { sign: () => basis("statement"), help: "somebody or something said so", modes: CLAIMED },
  { sign: () => basis("inference"), help: "concluded from what was seen and said", modes: CLAIMED },
  { sign: () => "Z", help: "the time is UTC", modes: CLAIMED },
];

/** The signs of a screen, each with what it means. */
export const marksOf = (mode: Mode, glyphs: Glyphs): { readonly keys: string; readonly help: string }[] =>
  MARKS.flatMap(({ sign, help, modes }) => (modes.includes(mode) ? [{ keys: sign(glyphs), help }] : []));
