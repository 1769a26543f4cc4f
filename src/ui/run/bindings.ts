/** Rows of the key table for one run: its phases, its targets, its notes, its events one by one. */
import { canNote, canOpenSteps, canRetry } from "../can.ts";
import { leaveOut, planPhase } from "../detail/choose.ts";
import { clearFirst, clearLabel } from "../field.ts";
import type { Binding } from "../key-binding.ts";
import { shownRun, type Model } from "../model.ts";
import { retry } from "../which/ask.ts";
import { keepWords, takeBack } from "../writing.ts";
import { canWatch, openPage, openSteps, openWatch, replayTo, runPhase, WATCH_MODES, writeNote } from "./act.ts";
import { END_KEYS } from "./end-bindings.ts";
import { canSeePage } from "./page.ts";

const hasMore = ({ replay }: Model): true | string =>
  replay !== null && replay.cursor < replay.history.length ? true : "this is the last event";

const hasEarlier = ({ replay }: Model): true | string => ((replay?.cursor ?? 1) > 1 ? true : "this is the first event");

const REPLAY_KEYS: readonly Binding[] = [
  {
    keys: ["left", "h"],
    modes: ["replay"],
    label: "step back",
    help: "one event back",
    enabled: hasEarlier,
    act: replayTo(({ cursor }) => cursor - 1),
  },
  {
    keys: ["right", "l", "space"],
    modes: ["replay"],
    label: "step",
    help: "one event on",
    enabled: hasMore,
    act: replayTo(({ cursor }) => cursor + 1),
  },
  {
    keys: ["N", "b"],
    modes: ["replay"],
    label: "",
    help: "back to the decision, failure or doubt before",
    enabled: hasEarlier,
    act: replayTo(({ cursor, history }) => history.jump(cursor, -1)),
  },
  {
    keys: ["n"],
    modes: ["replay"],
    label: "next decision",
    help: "on to the next decision, failure or doubt",
    enabled: hasMore,
    act: replayTo(({ cursor, history }) => history.jump(cursor, 1)),
  },
];

export const RUN_KEYS: readonly Binding[] = [
  ...REPLAY_KEYS,
  ...END_KEYS,
  {
    keys: ["left", "h"],
    modes: ["run", "ended", "watching"],
    label: "",
    help: "the phase before",
    act: runPhase(-1),
  },
  { keys: ["left", "h"], modes: ["plan"], label: "", help: "the phase before", act: planPhase(-1) },
  {
    keys: ["right", "l"],
    modes: ["run", "ended", "watching"],
    label: "phase",
    help: "the phase after",
    act: runPhase(1),
  },
  { keys: ["right", "l"], modes: ["plan"], label: "phase", help: "the phase after", act: planPhase(1) },
  {
    keys: ["x"],
    modes: ["plan"],
    label: "leave out",
    help: "leave the phase under the cursor out of the run that begins here, or take it in again",
    act: leaveOut,
  },
  {
    keys: ["enter"],
    modes: ["run", "ended", "watching", "replay"],
    label: "its steps",
    help: "from the receipt to the steps; where a run lists its {targets}: the steps of the one under the cursor",
    enabled: canOpenSteps,
    act: openSteps,
  },
  {
    keys: ["R"],
    modes: ["ended", "replay"],
    label: (model) => ((shownRun(model)?.state?.targets.length ?? 0) > 1 ? "retry the others" : "retry"),
    help: "begin a new run for the {targets} that this one did not recover",
    enabled: canRetry,
    act: retry,
  },
  {
    keys: ["n"],
    modes: ["run", "ended", "watching"],
    label: "note",
    help: "write a note into the journal of this run",
    enabled: canNote,
    act: writeNote,
  },
  {
    keys: ["W"],
    modes: WATCH_MODES,
    label: "watched",
    help: "what this run looks at again and again: what is wanted, what was seen, by whom and when, and what was seen before",
    enabled: canWatch,
    act: openWatch,
  },
  {
    keys: ["v"],
    modes: ["replay", "watching", "ended"],
    label: "",
    help: "the page that was asked about last before this moment, whole",
    enabled: canSeePage,
    act: openPage,
  },
  {
    keys: ["enter"],
    modes: ["writing"],
    label: "done",
    help: "what was written counts: a note is kept, a choice is made, an input is given, a run is closed",
    act: keepWords,
  },
  {
    id: "words-back",
    keys: ["escape"],
    modes: ["writing"],
    label: clearLabel("take it back"),
    help: "clear what was written; where nothing was: no words after all, and a run that asks for an input does not begin",
    act: clearFirst(takeBack),
  },
];
