/**
 * What a reader says more than the first events of a run hold, by text and by receipt. Each function gives the sentences
 * that are not covered; an empty list is what every reader has to come to.
 */
import type { Receipt } from "../../src/engine/receipt.ts";
import { isOpen, isUnseen, metOf, type Held } from "./held.ts";

/** Words that say of a target that it came to its good end. */
const RECOVERED =
  /(?<!NOT )\brecovered\b|every success criterion was|all \d+ success criteri|the one success criterion|\ball met\b|committed/u;
const AGO = /closed as recovered by the rules of its time|were seen before that/u;

const saysRecovered = (text: string): boolean => RECOVERED.test(text.replace(AGO, "")) || /\(recovered\)/u.test(text);

const openTargets = (held: Held) => held.targets.filter(({ key }) => isOpen(held, key));
const undoneAll = (held: Held): boolean => [...held.undone.values()].every((whole) => whole);

/** A sentence about one target, or about the run where `target` is null. */
export function overclaimed(text: string, held: Held, target: string | null = null): string[] {
  const wrong: string[] = [];
  const no = (what: string): void => void wrong.push(`${what}: ${text.slice(0, 300)}`);
  const whose = target === null ? held.targets.map(({ key }) => key) : [target];
  if (saysRecovered(text)) {
    if (held.closed === null) no("an end before it was reached");
    if (held.left > 0) no(`${held.left} rows were not taken back`);
    if (whose.some((key) => isUnseen(held, key))) no("recovered beside a change that nobody knows the end of");
    const [, many] = /all (\d+) success criteria/u.exec(text) ?? [];
    if (many !== undefined && target !== null && metOf(held, target).length < Number(many))
      no("criteria that were not seen");
  }
  if (
    /nothing was sent\b|nothing changed\b/u.test(text) &&
    [...held.sent.values()].some((each) => whose.includes(each.target))
  )
    no("nothing was sent although an intent is written");
  if (/nothing was changed: /u.test(text) && held.made > 0) no("nothing was changed although a change was seen");
  if (/nothing (?:is )?in doubt/iu.test(text) && openTargets(held).length > 0) no("nothing in doubt");
  if (/its end was not written down/u.test(text) && !whose.some((key) => isOpen(held, key)))
    no("an end that was written down");
  if (/taken back since/u.test(text) && held.undone.size === 0) no("taken back without an undo");
  if (/taken back since(?! in part)(?!.*not all of them whole)/u.test(text) && !undoneAll(held)) no("taken back whole");
  if (/\bcan be undone\b(?! in part)/u.test(text) && held.ways === 0) no("undoable without a way back");
  const [, made] = /(\d+) changes? made and seen/u.exec(text) ?? [];
  if (made !== undefined && Number(made) > held.made) no(`only ${held.made} were seen`);
  if (/is closed, exit|\bclosed, exit/u.test(text)) {
    const [, exit] = /closed, exit (\d+)/u.exec(text) ?? [];
    if (held.closed === null || Number(exit) !== held.closed) no("closed");
    if (exit === "0" && held.left > 0) no("0 while rows were not taken back");
  }
  return wrong;
}

const ownLine = (held: Held, line: string): string | null =>
  held.targets.find(({ label }) => line.startsWith(`${label}: `))?.key ?? null;

/** The lines of a part of the report, without its Markdown. */
export function partOf(report: string, title: string): string[] {
  const text = report.split(`## ${title}\n`)[1]?.split(/\n##? /u)[0] ?? "";
  return text
    .split("\n")
    .filter((line) => line.startsWith("- "))
    .map((line) => line.slice(2).replaceAll(/\\(.)/gu, "$1"));
}

/** What a report as Markdown says too much. The time line is the plain reader's. */
export function reportOverclaims(report: string, held: Held): string[] {
  // A page is quoted as it stood there: it speaks of what would be, not of what is.
  const said = (report.split("## Timeline")[0] ?? "").replace(/^## Page: [^]*?(?=^## (?!Page: )|$(?![^]))/gmu, "");
  const wrong = said.split("\n").flatMap((line) => {
    const text = line.replaceAll(/\\(.)/gu, "$1").replace(/^- /u, "");
    return /^(?:\| Runbook|# |### )/u.test(line) ? [] : overclaimed(text, held, ownLine(held, text));
  });
  const result = partOf(report, "Result");
  for (const { key, label } of held.targets) {
    const line = result.find((each) => each.startsWith(`${label}: `)) ?? "";
    if (isOpen(held, key) && !line.startsWith(`${label}: IN DOUBT: `))
      wrong.push(`the doubt of ${label} is not first: ${line}`);
  }
  for (const line of said.split("\n").filter((each) => each.startsWith("- [x] "))) {
    const [, criterion = ""] = /^- \[x\] ([\w-]+):/u.exec(line) ?? [];
    if (!held.targets.some(({ key }) => metOf(held, key).includes(criterion))) wrong.push(`a tick: ${line}`);
  }
  // Of several VMs one may have failed before its criteria were asked.
  if (held.targets.length === 1 && (result.some(saysRecovered) || /^recovered: /mu.test(said)))
    for (const line of said.split("\n").filter((each) => /^- \[.\] [\w-]+: not (?:observed|looked at)/u.test(each)))
      wrong.push(`recovered beside what nobody looked at: ${line}`);
  if (/nothing that this journal knows of|^Nothing\.$/mu.test(said) && (held.closed !== 0 || held.undone.size > 0))
    wrong.push("nothing is open");
  if (partOf(report, "Approved").length > held.given) wrong.push("approved more often than somebody did");
  if (partOf(report, "Was in doubt").length > held.settled) wrong.push("settled more often than somebody looked");
  if (/job\\_tracking \d+ row/u.test(report.split("## JobLog")[1]?.split("\n## ")[0] ?? "") && !held.counted)
    wrong.push("rows of JobLog that nobody counted");
  return wrong;
}

type EndKind = Receipt["targets"][number]["end"]["kind"];
const GOOD = new Set<EndKind>(["recovered"]);
const NO_END = new Set<EndKind>(["open", "in-doubt"]);

function targetOverclaims({ key, end, criteria }: Receipt["targets"][number], held: Held): string[] {
  const wrong = overclaimed(end.message, held, key);
  const no = (what: string): void => void wrong.push(`${what}: ${end.kind}: ${end.message}`);
  if (held.closed === null && !NO_END.has(end.kind)) no("an end before it was reached");
  if (isOpen(held, key) && end.kind !== "in-doubt") no("a doubt that is not told");
  if (end.kind === "in-doubt" && !isUnseen(held, key)) no("a doubt that there is not");
  if (held.closed !== null && end.kind === "open") no("a closed run that is called open");
  if (GOOD.has(end.kind) && (held.undone.size > 0 || held.left > 0)) no("recovered after an undo, or by half of one");
  if ((end.kind === "undone" || end.kind === "undone-in-part") && held.closed === null) no("undone before the end");
  const met = metOf(held, key);
  for (const { criterion, kind, message } of criteria) {
    if (kind === "met" && !met.includes(criterion)) wrong.push(`${criterion} is met: ${message}`);
    if (kind === "not-seen" && met.includes(criterion)) wrong.push(`${criterion} was seen: ${message}`);
    const look = held.looks.get(`${key} ${criterion}`);
    if (kind === "not-met" && look?.holds !== false) wrong.push(`${criterion} is not met: ${message}`);
  }
  return wrong;
}

/** What a receipt says too much: kinds, messages, counts, and evidence that is not there. */
export function receiptOverclaims(receipt: Receipt, held: Held): string[] {
  const { targets, effect, effects, settled, approvals, status, exit, undo, joblog, open } = receipt;
  const wrong = targets.flatMap((target) => targetOverclaims(target, held));
  const need = (right: boolean, what: string): void => void (right || wrong.push(what));
  wrong.push(...overclaimed(effect.message, held));
  need(effect.kind !== "none" || held.sent.size === 0, "no effect although an intent is written");
  need(effect.kind === "in-doubt" || openTargets(held).length === 0, `a doubt that is not counted: ${effect.message}`);
  need(!undo || held.ways > 0, "an undo without a way back");
  for (const each of effects) {
    need(["no", "by-other-means"].includes(each.undoable) || held.ways > 0, `${each.what} can be undone`);
    need(!each.undoable.startsWith("taken-back") || held.undone.size > 0, `${each.what} was taken back`);
  }
  need(status === (held.closed !== null ? "closed" : held.paused !== null ? "paused" : "open"), `status ${status}`);
  need(exit === (held.closed ?? held.paused), `exit ${exit}`);
  need(settled.length <= held.settled, "settled more often than somebody looked");
  need(approvals.filter(({ result }) => result === "approved").length <= held.given, "approved by nobody");
  need(approvals.length <= held.asked, "a page that nobody was shown");
  need(joblog === null || held.counted, "rows of JobLog that nobody counted");
  need(open.length > 0 || (held.closed === 0 && held.undone.size === 0), "nothing is open");
  const ids = [
    ...targets.flatMap(({ end, criteria }) => [end, ...criteria]).flatMap(({ evidence }) => evidence),
    ...effect.evidence,
    ...effects.flatMap(({ evidence }) => evidence),
    ...[...approvals, ...receipt.decisions, ...settled].map(({ evidence }) => evidence),
  ];
  for (const id of ids) need(held.ids.has(id), `evidence that is not there: ${id}`);
  return wrong;
}
