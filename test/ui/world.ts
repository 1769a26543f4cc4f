/** A small made-up world for the screen: a runbook of three phases, ports without sockets, a journal in memory. */
import { drive } from "../../src/engine/drive.ts";
import { draft, type RunEvent } from "../../src/engine/events.ts";
import type { EventDraft, JournalEvent, JournalPort } from "../../src/engine/journal-port.ts";
import { fold, record } from "../../src/engine/record.ts";
import { asRunEvent } from "../../src/engine/event-table.ts";
import type { TriedPrinted } from "../../src/phases/printed.ts";
import type { Ports } from "../../src/ports/ports.ts";
import type { VolumeOperation } from "../../src/packs/appliance/ports/volume.ts";
import type { ChangePreview } from "../../src/ports/sql.ts";
import { ok } from "../../src/ports/result.ts";
import { WORDS } from "../../src/packs/appliance/board/words.ts";
import { describe, type BoardRow } from "../../src/packs/appliance/board/describe.ts";
import { panelsOf, type Findings } from "../../src/packs/appliance/board/panels.ts";
import { explain } from "../../src/runbooks/explain.ts";
import type { BoardTarget, RunSummary, SiteInfo, Sources, StartRequest } from "../../src/ui/sources.ts";
import { good } from "../support/result.ts";
import { RECOVERY, runbookHere } from "./runbook.ts";

export const START_MS = Date.parse("2026-11-22T03:12:00Z");

/** What waits for the next frame comes with the next look at the screen: it costs no time. */
const FRAME_MS = 100;

/** A clock that moves only when it is told to. */
export class Time {
  ms = START_MS;
  readonly #due: { at: number; call: () => void }[] = [];
  readonly now = (): number => this.ms;
  readonly later = (ms: number, then: () => void): (() => void) => {
    const entry = { at: this.ms + (ms <= FRAME_MS ? 0 : ms), call: then };
    this.#due.push(entry);
    return () => {
      const at = this.#due.indexOf(entry);
      if (at >= 0) this.#due.splice(at, 1);
    };
  };
  advance(ms: number): void {
    const until = this.ms + ms;
    for (;;) {
      const [next] = this.#due.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at);
      if (next === undefined) break;
      this.#due.splice(this.#due.indexOf(next), 1);
      this.ms = Math.max(this.ms, next.at);
      next.call();
    }
    this.ms = until;
  }
}

const actor = { uid: 1000, login: "ada", sudo_user: null, ssh_client: null, tty: null, host: "oma", pid: 1 };

function memoryJournal(time: Time): JournalPort & { readonly all: JournalEvent[] } {
  const all: JournalEvent[] = [];
  return {
    all,
    append: (drafts: readonly EventDraft[]) => {
      const stored = drafts.map((one, at): JournalEvent => ({
        ...one,
        seq: all.length + at + 1,
        event_id: `event-${all.length + at + 1}`,
        wall_time: new Date(time.ms).toISOString(),
        mono_ms: time.ms - START_MS,
        boot_id: "boot",
        actor,
        hash: "0",
      }));
      all.push(...stored);
      return ok(stored);
    },
    events: (runId, after = 0) => all.filter((event) => event.run_id === runId && event.seq > after),
    runs: () => [],
    head: () => null,
    close: () => undefined,
  };
}

export interface World {
  readonly time: Time;
  readonly sources: Sources;
  readonly site: SiteInfo;
  readonly journal: ReturnType<typeof memoryJournal>;
  vms: VmRow[];
  runs: RunSummary[];
  /** What was begun last. */
  asked: StartRequest | null;
  /** What does not answer besides the database. */
  silent: readonly string[];
  /** Awaited between the last event of a run and the return of its session: notices, locks, connections. */
  putAway: Promise<void>;
  /** What the printed statements would do. */
  printed: TriedPrinted[];
  /** Lets everything end that is waiting in the daemon or in CloudStack. */
  finish(): void;
  /** The same, but it fails: the other side says why. */
  fail(error: string): void;
  /** What somebody does beside Handrail. */
  detachByHand(volume: string): void;
  attachByHand(volume: string): void;
  /** Ends every wait for the next look; what is under way stays under way. */
  look(): void;
  /** What was really asked of the outside. */
  readonly sent: string[];
  /** What a preview of SQL shows; without one there is no SQL in this world. */
  preview: ChangePreview | null;
  /** Answers the wish for a report's file. */
  report: Sources["report"];
  /** What was handed to the terminal's clipboard. */
  readonly copied: string[];
  /** What the terminal was rung with. */
  readonly rung: string[];
  /** Answers reads of rows; each is asked with its table and keys. */
  rowsNow: Sources["rows"];
}

/** A VM of the board with the row that it was read from. */
type VmRow = BoardTarget & Pick<BoardRow, "row">;

export const vmNamed = (label: string, over: Partial<BoardRow> = {}): VmRow => {
  const row = {
    vcenter_host: "vcsa-a",
    current_status: "failed_over_test",
    job_type: "test",
    job_status: "pending",
    tracking_status: "failed",
    context_id: `ctx-${label}`,
    vm_name: label,
    ...over.row,
  };
  const step = {
    name: "virtio-driver-injection",
    status: "failed",
    error: "failed to inject VirtIO drivers: exit status 1",
  };
  return { ...describe({ key: `ctx-${label}`, label, stuck: true, seconds: 3840, step, ...over, row }), row };
};

export const wellNamed = (label: string): VmRow =>
  vmNamed(label, {
    stuck: false,
    seconds: null,
    step: null,
    row: { current_status: "ready_for_failover", job_type: "", job_status: "", tracking_status: "" },
  });

/** A world of a few VMs in which a run can be driven by the real engine. */
export function makeWorld(over: Partial<SiteInfo> = {}, runbookOf?: (source: string) => string): World {
  const time = new Time();
  const journal = memoryJournal(time);
  const off = new Set<string>();
  const gone = new Set<string>();
  const waiting = new Map<string, () => void>();
  const ended = new Set<string>();
  const failed = new Map<string, string>();
  const sent: string[] = [];
  const accept = (what: string, apply: () => void) => {
    const id = `op-${sent.length + 1}`;
    sent.push(what);
    waiting.set(id, apply);
    return Promise.resolve({ kind: "accepted" as const, id });
  };
  /** An operation of the daemon's; the id tells which of all that was sent it is. */
  const operationOf = (id: string): VolumeOperation => ({
    id,
    type: "detach",
    status: failed.has(id) ? "failed" : ended.has(id) ? "completed" : "executing",
    volume_id: "",
    vm_id: "",
    error: failed.get(id) ?? "",
    code: "",
    abandoned: "",
    created: null,
    completed: null,
  });
  let wake: (() => void)[] = [];
  const wakeAll = (): void => {
    const sleeping = wake;
    wake = [];
    for (const up of sleeping) up();
  };
  const never = (): never => {
    throw new Error("not in this world");
  };
  const known: Pick<Ports, "sql" | "volume" | "cloudstack" | "clock"> = {
    sql: {
      identity: never,
      read: () => Promise.resolve(ok({ rows: [] })),
      preview: () => (world.preview === null ? never() : Promise.resolve(ok(world.preview))),
      apply: ({ touches }) => {
        sent.push(`sql ${touches.table}`);
        return Promise.resolve({ kind: "applied", evidence: {} });
      },
      settle: never,
      beforeIntent: () => Promise.resolve(ok({})),
    },
    volume: {
      health: never,
      look: (ids) =>
        Promise.resolve(
          ok(
            ids.map((volume_id) => ({
              volume_id,
              daemon: off.has(volume_id) ? ("not mapped" as const) : ("mapped" as const),
              daemon_vm: off.has(volume_id) ? "" : "appliance",
              mode: "oma",
              device_path: "",
              cloudstack: off.has(volume_id) ? ("detached" as const) : ("attached" as const),
              cloudstack_vm: off.has(volume_id) ? "" : "appliance",
              where: off.has(volume_id) ? ("detached" as const) : ("appliance" as const),
            })),
          ),
        ),
      operations: (volume) =>
        Promise.resolve(
          ok(sent.flatMap((what, at) => (what === `detach ${volume}` ? [operationOf(`op-${at + 1}`)] : []))),
        ),
      submit: ({ op, volume }) => accept(`${op} ${volume}`, () => off.add(volume)),
      operation: (id) => Promise.resolve(ok(operationOf(id))),
    },
    cloudstack: {
      list: (_command, params) =>
        Promise.resolve(ok(gone.has(params["volumeid"] ?? "") ? [] : [{ id: params["volumeid"] ?? "" }])),
      submit: (command, params) => accept(`${command} ${params["id"] ?? ""}`, () => gone.add(params["id"] ?? "")),
      job: (id) =>
        Promise.resolve(
          ok({
            id,
            command: "",
            status: failed.has(id) ? "failed" : ended.has(id) ? "done" : "pending",
            instance: "",
            code: "",
            error: failed.get(id) ?? "",
            created: null,
            completed: null,
          }),
        ),
      jobs: () => Promise.resolve(ok([])),
    },
    clock: {
      monoMs: () => time.ms - START_MS,
      sleep: (_seconds, signal) =>
        new Promise((resolve) => {
          signal?.addEventListener("abort", () => resolve(false), { once: true });
          wake.push(() => resolve(true));
        }),
      since: (mono) => (time.ms - START_MS - mono) / 1000,
      scale: 1,
    },
  };
  const ports = known as Ports;
  const { runbook, digest } = runbookHere(runbookOf);
  const server = {
    hostname: "oma",
    port: "3306",
    version: "10.11",
    database: "migratekit_oma",
    user: "oma_user",
    fingerprint: "f00d",
  };
  const world: World = {
    time,
    journal,
    sent,
    preview: null,
    copied: [],
    rung: [],
    rowsNow: never,
    report: (runId) => Promise.resolve(ok(`/srv/ada/handrail-${runId}.md`)),
    vms: [vmNamed("pgtest1"), vmNamed("pgtest2", { seconds: 1800 }), wellNamed("mail-01")],
    runs: [],
    asked: null,
    putAway: Promise.resolve(),
    silent: [],
    printed: [],
    site: {
      name: "appliance",
      lab: null,
      scale: 1,
      banners: [],
      operator: "ada",
      readOnly: false,
      words: WORDS,
      ...over,
    },
    finish: () => {
      for (const [id, apply] of waiting) {
        apply();
        ended.add(id);
      }
      waiting.clear();
      wakeAll();
    },
    fail: (error) => {
      for (const id of waiting.keys()) failed.set(id, error);
      waiting.clear();
      wakeAll();
    },
    detachByHand: (volume) => void off.add(volume),
    attachByHand: (volume) => void off.delete(volume),
    look: wakeAll,
    sources: {
      board: () => Promise.resolve(ok(world.vms)),
      silent: () => Promise.resolve(world.silent),
      detail: () => Promise.resolve(ok(panelsOf(findingsOf(off)))),
      runbooks: () => Promise.resolve([explain(runbook), RECOVERY]),
      printed: () => Promise.resolve(ok(world.printed)),
      runs: () => Promise.resolve(world.runs),
      events: (runId, after) => Promise.resolve(journal.events(runId, after).map(asRunEvent)),
      rows: (table, keys) => world.rowsNow(table, keys),
      report: (runId) => world.report(runId),
      note: (runId, text) => {
        good(journal.append([draft(runId, "operator.note", {}, { text })]));
        return Promise.resolve(ok(undefined));
      },
      close: () => Promise.resolve(),
      start: async (request, hooks) => {
        world.asked = request;
        if (request.kind === "undo") return { exit: 64, refused: "this world takes nothing back", lines: [] };
        const targets = request.kind === "new" ? world.vms.filter(({ key }) => request.keys.includes(key)) : [];
        const runId = request.kind === "new" ? "20261122-0312-k7f3" : request.run_id;
        const first =
          request.kind === "new"
            ? draft(
                runId,
                "run.created",
                {},
                {
                  runbook,
                  runbook_digest: digest,
                  file: "small.yaml",
                  targets: targets.map(({ key, label, row }) => ({ key, label, row })),
                  inputs: {},
                  site: { name: "appliance", lab: null, scale: 1 },
                  server,
                  tool: "0",
                  mode: "person",
                  ...(request.phases === undefined ? {} : { phases: request.phases }),
                },
              )
            : draft(
                runId,
                "run.resumed",
                {},
                { mode: "person", tool: "0", ...(request.kind === "close" ? { closes: request.note } : {}) },
              );
        good(journal.append([first]));
        for (const event of journal.events(runId)) hooks.onEvent(asRunEvent(event), false);
        const state = fold(journal.events(runId));
        if (state === null) throw new Error("no run");
        const locks = { acquire: never, check: () => Promise.resolve(ok(undefined)), release: never };
        let attempts = 0;
        const end = await record(
          drive(state, {
            ports,
            locks,
            operator: hooks.operator,
            grant: null,
            decisions: {},
            newId: () => `attempt-${(attempts += 1)}`,
            wallTime: () => new Date(time.ms).toISOString(),
            bootId: "boot",
          }),
          journal,
          [(event: RunEvent) => hooks.onEvent(event, false)],
        );
        const last = good(end);
        await world.putAway;
        return {
          exit: last.closed?.exit ?? last.paused?.exit ?? 70,
          refused: "",
          lines: ["report with: handrail report"],
        };
      },
    },
  };
  return world;
}

export const findingsOf = (off: ReadonlySet<string> = new Set()): Findings => ({
  volumes: ["vol-1", "vol-2"].map((id, at) => ({
    id,
    name: `migration-pgtest1-disk-200${at}`,
    database: "attached",
    snapshot: `snap-${at + 1}`,
    look: {
      volume_id: id,
      daemon: "mapped",
      daemon_vm: "8a1d15a3-735c",
      mode: "failover",
      device_path: "",
      cloudstack: at === 1 || off.has(id) ? "detached" : "attached",
      cloudstack_vm: at === 1 ? "" : "8a1d15a3-735c",
      where: at === 1 ? "disagree" : "appliance",
    },
  })),
  holders: [],
  jobs: [{ id: "9e67b189-2525", type: "test", status: "pending", tracking: "failed", since: "2026-11-22 00:53:29" }],
  steps: [{ job: "9e67b189-2525", name: "virtio-driver-injection", status: "failed", error: "exit status 1" }],
  missing: [],
});
