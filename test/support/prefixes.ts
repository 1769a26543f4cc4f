/** Every reader over every beginning of a journal. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { COMMANDS } from "../../src/cli/commands.ts";
import { runSummaries } from "../../src/cli/console/runs.ts";
import { journalPath } from "../../src/cli/paths.ts";
import { apply } from "../../src/engine/apply.ts";
import { eventLines } from "../../src/engine/event-text.ts";
import type { RunEvent } from "../../src/engine/events.ts";
import { receiptFrom } from "../../src/engine/receipt.ts";
import type { RunState } from "../../src/engine/state.ts";
import type { Journal } from "../../src/journal/journal.ts";
import { openJournal } from "../../src/journal/open.ts";
import { report } from "../../src/readers/report.ts";
import { webhook, type Notice } from "../../src/readers/webhook.ts";
import { runView } from "../../src/serve/views.ts";
import { describe } from "../../src/packs/appliance/board/describe.ts";
import { rowOf } from "../../src/ui/board/rows.ts";
import { recordSaid } from "../../src/ui/run/now.ts";
import { listedTargets } from "../../src/ui/run/targets.ts";
import { runOfTarget } from "../../src/ui/run-of-target.ts";
import { plainRedactor } from "../../src/cli/session/stored.ts";
import { heldIn, isOpen, metOf, type Held } from "./held.ts";
import { quietIo } from "./incident.ts";
import { overclaimed, receiptOverclaims, reportOverclaims } from "./overclaims.ts";
import type { Recording } from "./recordings.ts";

const command = (words: string): string => `handrail ${words}`;
const LAB = "incident";

/** A journal that holds exactly what was appended so far, with the ids and times of the events that it is made of. */
class Copy {
  readonly #root = mkdtempSync(join(tmpdir(), "handrail-prefix-"));
  readonly env = {
    HOME: this.#root,
    XDG_STATE_HOME: join(this.#root, "state"),
    XDG_CONFIG_HOME: this.#root,
    HANDRAIL_LAB: LAB,
  };
  readonly journal: Journal;
  #now: RunEvent | null = null;

  constructor() {
    const path = journalPath(this.env, `lab-${LAB}`);
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const opened = openJournal({
      path,
      actor: { uid: 0, login: "test", sudo_user: null, ssh_client: null, tty: null, host: "test", pid: process.pid },
      clock: { wall: () => this.#now?.wall_time ?? "", monoMs: () => this.#now?.mono_ms ?? 0, bootId: "copy" },
      ids: () => this.#now?.event_id ?? "journal",
      redactor: () => plainRedactor,
      create: true,
    });
    if (!opened.ok) throw new Error(opened.error.message);
    this.journal = opened.value;
  }

  append(event: RunEvent): void {
    this.#now = event;
    const { run_id, type, schema_v, target_key, phase_id, step_id, item, attempt_id, body } = event;
    const draft = { run_id, type, schema_v, target_key, phase_id, step_id, item, attempt_id, body: body as never };
    const stored = this.journal.append([draft]);
    if (!stored.ok) throw new Error(stored.error.message);
  }

  async cli(name: string, rest: readonly string[], values: Readonly<Record<string, boolean>> = {}): Promise<string> {
    const { io, said } = quietIo(this.env);
    const spec = COMMANDS.find((each) => each.name === name);
    const { run } = await (spec as NonNullable<typeof spec>).load();
    await run({ values: { lab: true, ...values }, rest, io });
    return said.out;
  }

  close(): void {
    this.journal.close();
    rmSync(this.#root, { recursive: true, force: true });
  }
}

/** What is wrong with one reader over one beginning, behind where that was. */
type Wrong = (reader: string, sentences: readonly string[]) => void;

function plainLines(state: RunState, event: RunEvent, held: Held): string[] {
  return eventLines(state, event).flatMap((line) => {
    const about = held.targets.find(({ label }) => line.includes(`[${label}] `) || line.includes(` ${label}: `));
    const wrong = /^\S+ run \S+: |^ {10}! /u.test(line) ? [] : overclaimed(line, held, about?.key ?? null);
    const [, words] = /\] met {7}(.*)$/u.exec(line) ?? [];
    const look =
      event.type === "criterion.observed" && metOf(held, event.target_key ?? "").includes(event.body.criterion);
    return words === undefined || look ? wrong : [...wrong, `met: ${line}`];
  });
}

function screen(state: RunState, held: Held): string[] {
  const standings = listedTargets(state).flatMap(({ target, standing }) => {
    const label = `${target.label} is listed as ${standing}`;
    if (standing === "recovered" && (held.closed === null || held.undone.size > 0)) return [label];
    if (isOpen(held, target.key) && !["in doubt", "under way"].includes(standing)) return [label];
    return [];
  });
  const { text, tone } = recordSaid(state);
  const good = tone === "ok" && (held.closed !== 0 || held.undone.size > 0) ? [`a good tone: ${text}`] : [];
  return [...standings, ...good, ...overclaimed(text, held)];
}

function endpoint(state: RunState, events: readonly RunEvent[], held: Held): string[] {
  const status = held.closed !== null ? "closed" : held.paused !== null ? "paused" : "left-in-the-middle";
  const view = runView(held.run, { status, state, receipt: receiptFrom(events) }, "resume");
  const wrong = held.targets.length === 1 ? overclaimed(view.says, held, held.targets[0]?.key) : [];
  for (const { key, status: stands, says } of view.targets) {
    wrong.push(...overclaimed(says, held, key));
    if (stands === "recovered" && (held.closed === null || held.undone.size > 0)) wrong.push(`${key} is recovered`);
    if (isOpen(held, key) && !says.startsWith("IN DOUBT")) wrong.push(`the doubt of ${key} is not told: ${says}`);
  }
  if (view.exit !== (held.closed ?? held.paused)) wrong.push(`exit ${view.exit}`);
  if (view.next !== null && held.closed !== null) wrong.push("a closed run is to be resumed");
  return wrong;
}

/** The list of runs, as the command line prints it, against all runs of the journal. */
function listOverclaims(list: string, all: readonly Held[]): string[] {
  const lines = list.trimEnd().split("\n");
  const doubts = lines.findIndex((line) => !line.startsWith("IN DOUBT since "));
  const first = lines.slice(0, doubts < 0 ? lines.length : doubts);
  return all.flatMap((held) => {
    const wrong: string[] = [];
    const line = lines.find((each) => each.startsWith(`${held.run} `)) ?? "";
    if (held.closed !== null && !line.includes(`closed, exit ${held.closed}`)) wrong.push(`a closed run: ${line}`);
    if (held.closed === null && /closed, exit/u.test(line)) wrong.push(`a run that is not closed: ${line}`);
    const [whole, part] = [true, false].map((kind) => [...held.undone.values()].filter((each) => each === kind).length);
    const [, wholes = "0"] = /(\d+) changes? taken back since/u.exec(line) ?? [];
    const [, parts = "0"] = /(\d+) changes? taken back in part since/u.exec(line) ?? [];
    if (Number(wholes) !== whole || Number(parts) !== part) wrong.push(`${whole} taken back, ${part} in part: ${line}`);
    for (const { key, label } of held.targets)
      if (isOpen(held, key) && !first.some((each) => each.includes(` of ${label} (run ${held.run})`)))
        wrong.push(`the doubt of ${label} in ${held.run} is not first`);
    return wrong;
  });
}

const VM = { current_status: "failed_over_test", job_type: "test", job_status: "pending", tracking_status: "failed" };

function boardOverclaims(journal: Journal, summaries: ReturnType<typeof runSummaries>, all: readonly Held[]): string[] {
  const runs = summaries(journal, 200);
  const targets = new Map(all.flatMap((held) => held.targets.map((target) => [target.key, target] as const)));
  return [...targets.values()].flatMap(({ key, label }) => {
    const vm = { key, label, stuck: true, seconds: 1, step: null, row: { ...VM, context_id: key, vm_name: label } };
    const { status: verdict, suggestion } = rowOf(describe(vm), runOfTarget(runs, key));
    const open = all.some((held) => isOpen(held, key));
    const left = all.some(
      (held) =>
        !held.dry && held.closed === null && held.paused === null && held.targets.some((each) => each.key === key),
    );
    if (open && verdict !== "in doubt") return [`the doubt of ${label} is not on the board: ${verdict}`];
    if (verdict === "left in the middle" && !left) return [`${label} is called left in the middle`];
    return verdict === "stuck" && left ? [`${label} is called stuck while a run of it is open: ${suggestion}`] : [];
  });
}

/** All notices of one run, each against the events up to the one that it is about. */
async function noticeOverclaims(events: readonly RunEvent[]): Promise<string[]> {
  const notices: Notice[] = [];
  const post = (body: Notice): Promise<null> => {
    notices.push(body);
    return Promise.resolve(null);
  };
  const complain = (text: string): void => {
    throw new Error(text);
  };
  const { reader, drain } = webhook({
    post,
    secret: "s",
    now: () => 0,
    complain,
    command: (words) => `handrail ${words}`,
  });
  for (const event of events) {
    reader(event);
    await new Promise((resolve) => void setImmediate(resolve));
  }
  await drain();
  return notices.flatMap((notice) => {
    const at = events.findIndex(({ event_id }) => event_id === notice.id);
    const held = heldIn(events.slice(0, at + 1));
    const wrong = held.targets.length === 1 ? overclaimed(notice.says, held, held.targets[0]?.key) : [];
    if (notice.notice === "ended" && held.closed !== 0) wrong.push("ended before the end");
    if (notice.next !== null && held.closed !== null) wrong.push("a closed run is to be resumed");
    return [...wrong, ...(notice.receipt === null ? [] : receiptOverclaims(notice.receipt, held))];
  });
}

/** Every reader over every beginning of a recording; `every` leaves beginnings out for the readers that open a journal. */
export async function checkPrefixes({ name, events }: Recording, every = 1): Promise<string[]> {
  const wrong: string[] = [];
  const copy = new Copy();
  const summaries = runSummaries();
  const runs = new Map<string, RunEvent[]>();
  const states = new Map<string, RunState>();
  try {
    for (const [at, event] of events.entries()) {
      const own = [...(runs.get(event.run_id) ?? []), event];
      runs.set(event.run_id, own);
      const state = apply(states.get(event.run_id) ?? null, event);
      states.set(event.run_id, state);
      copy.append(event);
      const held = heldIn(own);
      const no: Wrong = (reader, sentences) =>
        void wrong.push(...sentences.map((text) => `${name}, event ${at + 1} ${event.type}, ${reader}: ${text}`));
      no("plain", plainLines(state, event, held));
      no("report", reportOverclaims(report(own, "head", { command }), held));
      no("receipt", receiptOverclaims(receiptFrom(own), held));
      no("screen", screen(state, held));
      no("endpoint", endpoint(state, own, held));
      if (at % every !== 0 && at !== events.length - 1) continue;
      const all = [...runs.values()].map(heldIn);
      no("list", listOverclaims(await copy.cli("journal", ["list"]), all));
      no("board", boardOverclaims(copy.journal, summaries, all));
    }
  } finally {
    copy.close();
  }
  for (const own of runs.values())
    wrong.push(...(await noticeOverclaims(own)).map((text) => `${name}, notice: ${text}`));
  return wrong;
}
