/** The phases of a run in one line: which are through, which is under way, which one is looked at. */
import { mayCome } from "../../engine/prospect.ts";
import type { RunState, TargetState } from "../../engine/state.ts";
import { cells, fit } from "../cells.ts";
import { span, type Line, type TextSpan, type Tone } from "../line.ts";
import type { RunModel } from "../model.ts";
import type { Glyphs, Look } from "../theme.ts";
import { phaseNow } from "./now.ts";
import { listsTargets, shownTargets, throughPhase } from "./targets.ts";

/** The longest that a name may be so that all together fit: short names keep their length. */
export function capFor(lengths: readonly number[], room: number): number {
  let cap = Math.max(3, ...lengths);
  while (cap > 3 && lengths.reduce((sum, length) => sum + Math.min(length, cap), 0) > room) cap -= 1;
  return cap;
}

/** Names shorter than this say nothing. */
const SHORTEST = 9;

/** Which phases have room: all, or those around the one that is looked at. */
function ribbonPart(ids: readonly string[], index: number, room: number): { from: number; to: number; cap: number } {
  const cap = capFor(
    ids.map((id) => cells(id)),
    room - ids.length * 3,
  );
  if (cap >= SHORTEST || Math.max(...ids.map((id) => cells(id))) <= cap) return { from: 0, to: ids.length, cap };
  const count = Math.max(1, Math.floor((room - 12) / (14 + 3)));
  const from = Math.min(Math.max(0, index - Math.floor(count / 2)), Math.max(0, ids.length - count));
  return { from, to: Math.min(ids.length, from + count), cap: 14 };
}

/** How a phase stands for all these targets together. */
function phaseStanding(
  targets: readonly TargetState[],
  id: string,
  isNow: boolean,
  glyphs: Glyphs,
): { glyph: string; tone: Tone } {
  const statuses = targets.map((target) => target.phases[id]?.status);
  if (targets.some((target) => target.phases[id]?.slots.some(({ mark }) => mark === "lapsed")))
    return { glyph: glyphs.lapsed, tone: "danger" };
  if (statuses.includes("failed")) return { glyph: glyphs.bad, tone: "danger" };
  if (statuses.every((status) => status === "skipped")) return { glyph: glyphs.skipped, tone: "muted" };
  if (statuses.every((status) => status === "done" || status === "skipped")) return { glyph: glyphs.ok, tone: "ok" };
  return isNow ? { glyph: glyphs.running, tone: "running" } : { glyph: glyphs.planned, tone: "muted" };
}

/** The last phase that any target came to: where no phase is looked at, the line ends with the run. */
const lastIndex = ({ targets, runbook: { phases } }: RunState): number =>
  Math.max(
    0,
    phases.findLastIndex(({ id }) => targets.some((target) => target.phases[id] !== undefined)),
  );

/** The phases in one line; the one under way and the one looked at stand out. */
export function ribbon(run: RunModel, state: RunState, phase: string | null, look: Look): Line {
  const { glyphs } = look;
  const current = phaseNow(run);
  const { phases } = state.runbook;
  const index =
    phase === null
      ? lastIndex(state)
      : Math.max(
          0,
          phases.findIndex(({ id }) => id === phase),
        );
  // With a list of targets below it says how many of them are through.
  const through = (id: string): string => (listsTargets(run) ? ` ${throughPhase(state, id)}` : "");
  const ids = phases.map(({ id }) => `${id}${through(id)}`);
  const { from, to, cap } = ribbonPart(ids, index, look.columns);
  const parts = phases.slice(from, to).flatMap((spec, index): TextSpan[] => {
    const { id } = spec;
    const standing = phaseStanding(shownTargets(run), id, id === current && state.closed === null, glyphs);
    // What Next leaves out, since its condition cannot hold any more, is not planned here either.
    const { glyph, tone } =
      standing.glyph === glyphs.planned && !mayCome(state, spec) ? { ...standing, glyph: glyphs.skipped } : standing;
    const text = ids[from + index] ?? id;
    const name = cells(text) > cap ? `${fit(id, cap - cells(through(id)), glyphs.more)}${through(id)}` : text;
    return [...(index === 0 ? [] : [span("muted", " ")]), span(id === phase ? "focus" : tone, `${glyph} ${name}`)];
  });
  if (to - from === ids.length) return parts;
  return [
    span("muted", `${index + 1}/${ids.length} ${from > 0 ? `${glyphs.more} ` : ""}`),
    ...parts,
    span("muted", to < ids.length ? ` ${glyphs.more}` : ""),
  ];
}
