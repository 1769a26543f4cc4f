/** Whether what a scene did is what its page said. Each function throws `Fault`. */
import type { ChangePreview, SideEffect } from "../../../src/ports/sql.ts";
import { differences, differingTables, exactly, shown, type Dump } from "./dump.ts";
import { Fault } from "./fault.ts";
import { fulfil, type Rest } from "./fulfil.ts";
import { HOME, type Scene, type TriggerNote } from "./scene.ts";

/** Nothing at all may differ. */
export function sameWorld(word: string, before: Dump, after: Dump): void {
  const differing = differences(before, after);
  if (differing !== "") throw new Fault(word, differing);
}

/** After an apply: exactly the shown cells, and beside them only what the page names. */
export function asAnnounced(scene: Scene, preview: ChangePreview, before: Dump, after: Dump, sees: boolean): void {
  const rest = fulfil(before, after, preview);
  for (const table of differingTables(rest.before, rest.after)) {
    if (writtenByTrigger(table, scene.triggers, preview.effects ?? [])) continue;
    if (!sees && isOutOfSight(scene, table) && admitsBlindness(preview)) continue;
    const word = countedOnly(rest, table, preview.effects ?? []) ? "cascade not shown" : "beside the page";
    throw new Fault(word, differences(rest.before, rest.after));
  }
}

/** A table of another database, or one that only such a table leads to. */
const isOutOfSight = ({ setup }: Scene, table: string): boolean =>
  !table.startsWith(`${HOME}.`) ||
  setup.some((sql) => sql.startsWith(`CREATE TABLE ${table.split(".")[1] ?? ""} `) && /REFERENCES s_\d+\./u.test(sql));

/** Whether the page counts the rows of a cascade rightly, although it does not show them. */
function countedOnly({ before, after }: Rest, table: string, effects: readonly SideEffect[]): boolean {
  const name = table.split(".")[1] ?? "";
  const counted = effects.filter((effect) => effect.kind === "cascade" && effect.table === name);
  const there = new Set((after.get(table) ?? []).map(exactly));
  const gone = (before.get(table) ?? []).filter((row) => !there.has(exactly(row))).length;
  return gone > 0 && counted.reduce((sum, { rows }) => sum + (rows ?? 0), 0) === gone;
}

/** A table that a trigger writes is not shown, but the page names the trigger or the table. */
function writtenByTrigger(table: string, triggers: readonly TriggerNote[], effects: readonly SideEffect[]): boolean {
  const names = [table, table.split(".")[1] ?? table];
  const writers = triggers.filter(({ writes }) => writes.includes(table)).map(({ name }) => name);
  const announced = effects.filter(({ kind }) => kind === "trigger");
  return announced.some((effect) => [...names, ...writers].some((name) => mentions(textOf(effect), name)));
}

const textOf = ({ says, table }: SideEffect): string => `${says} ${table}`;

const mentions = (text: string, name: string): boolean => text.split(/[^\w.]+/u).includes(name);

/** What an account cannot see cannot be shown; the page says so. */
function admitsBlindness({ effects = [], undo, raises = [] }: ChangePreview): boolean {
  if (effects.some(({ kind }) => kind === "unknown" || kind === "unseen" || kind === "more rows")) return true;
  const sentences = [...raises, ...(undo?.why ?? [])];
  return sentences.some((sentence) => /may not see|cannot see|other (?:schema|database)/iu.test(sentence));
}

/** After an undo. A partial one names each table that it does not bring back, or the trigger that wrote there. */
export function asPromised(scene: Scene, preview: ChangePreview, before: Dump, after: Dump, sees: boolean): void {
  const { kind = "none", why = [] } = preview.undo ?? {};
  if (kind === "complete" && sees) return sameWorld("undo not whole", before, after);
  if (scene.plain === true && kind !== "complete" && scene.meanwhile === null)
    throw new Fault("undo not promised", `${kind}: ${why.join("; ")}`);
  if (kind === "none" && why.length > 0) return;
  const text = [...why, ...(preview.effects ?? []).map(textOf)].join(" ");
  const silent = differingTables(before, after).filter((table) => {
    if (!sees && isOutOfSight(scene, table) && admitsBlindness(preview)) return false;
    const writers = scene.triggers.filter((trigger) => trigger.table === table || trigger.writes.includes(table));
    const names = writers.map(({ name }) => name);
    return ![table, table.split(".")[1] ?? table, ...names].some((name) => mentions(text, name));
  });
  if (kind === "complete" && silent.length > 0) throw new Fault("undo not whole", differences(before, after));
  if (silent.length > 0)
    throw new Fault("silent about", `${silent.join(", ")} (undo ${kind}: ${text})\n${differences(before, after)}`);
}

/** An undo leaves what somebody else wrote since: every such row is there as it was left. */
export function leavesOthers(applied: Dump, since: Dump, after: Dump): void {
  for (const [table, rows] of since) {
    const [known, now] = [applied, after].map((all) => new Set((all.get(table) ?? []).map(exactly)));
    const lost = rows.filter((row) => known?.has(exactly(row)) === false && now?.has(exactly(row)) === false);
    if (lost.length > 0) throw new Fault("overwrote another", `${table}: ${lost.slice(0, 3).map(shown).join(" ")}`);
  }
}
