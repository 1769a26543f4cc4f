/** The events of a small run, made up one after the other: what a journal would hold, without a journal. */
import { apply } from "../../src/engine/apply.ts";
import type { Bodies } from "../../src/engine/bodies.ts";
import { asRunEvent } from "../../src/engine/event-table.ts";
import { draft, type EventType, type Place, type RunEvent } from "../../src/engine/events.ts";
import type { EventDraft, JournalEvent } from "../../src/engine/journal-port.ts";
import { receiptFrom, type Receipt } from "../../src/engine/receipt.ts";
import type { RunState, TargetState } from "../../src/engine/state.ts";
import type { Mark, PlannedStep } from "../../src/engine/bodies.ts";
import type { Outcome } from "../../src/ports/outcome.ts";
import { runbookHere } from "../ui/runbook.ts";

export const START_MS = Date.parse("2026-11-22T03:12:00Z");
const ACTOR = { uid: 1000, login: "ada", sudo_user: null, ssh_client: null, tty: null, host: "oma", pid: 1 };
const SERVER = {
  fingerprint: "f",
  hostname: "oma",
  port: 3306,
  database: "db",
  user: "oma",
  version: "10.11",
  server_id: "1",
};

export const detach = (item: string): PlannedStep => ({
  step: "detach",
  does: "change",
  item_key: item,
  item: { volume_id: item },
  title: `Detach volume ${item}`,
  request: { op: "detach", volume: item, vm: "" },
  says: `detach ${item}`,
  cannot_undo: null,
  risk: "change",
});

/** A read or a gate of a phase, as it is planned: it asks for nothing and changes nothing. */
export const planned = (step: string, does: "read" | "gate"): PlannedStep => ({
  step,
  does,
  item_key: "",
  item: null,
  title: "",
  request: null,
  says: "",
  cannot_undo: null,
  risk: "read",
});

/** A run of the small runbook for one VM, or several. Its steps are `detach` of two volumes. */
export class History {
  readonly events: RunEvent[] = [];
  readonly #run: string;

  constructor({
    run = "20261122-0312-aaaa",
    keys = ["ctx-a"],
    over = {},
  }: { run?: string; keys?: string[]; over?: Partial<Bodies["run.created"]> } = {}) {
    this.#run = run;
    const { runbook, digest } = runbookHere();
    const targets = keys.map((key) => ({ key, label: key.replace("ctx-", "vm-"), row: { context_id: key } }));
    const site = { name: "lab", lab: null, scale: 1 };
    const about = {
      runbook,
      runbook_digest: digest,
      file: "small.yaml",
      targets,
      inputs: {},
      site,
      server: SERVER as never,
    };
    this.add("run.created", {}, { ...about, tool: "test", mode: "person", ...over });
  }

  add<T extends EventType>(type: T, place: Place, body: Bodies[T]): this {
    this.store(draft(this.#run, type, place, body));
    return this;
  }

  /** Gives a draft its place, as a journal does. */
  store(event: EventDraft): JournalEvent {
    const seq = this.events.length + 1;
    const wall_time = new Date(START_MS + seq * 1000).toISOString();
    const place = { seq, event_id: `e${seq}`, wall_time, mono_ms: seq, boot_id: "b", actor: ACTOR, hash: "" };
    const stored: JournalEvent = { ...event, ...place };
    this.events.push(asRunEvent(stored));
    return stored;
  }

  begun(): this {
    const page = {
      approval: "@start#1",
      page_digest: "d".repeat(64),
      risk: "change",
      typed: null,
      covers: [],
    } as const;
    this.add("approval.requested", {}, page);
    this.add("approval.given", {}, { ...page, method: "key", by: "ada", grant: null });
    return this.add(
      "phase.expanded",
      { target: "ctx-a", phase: "detach" },
      { title: "2 Detach", skipped: null, steps: [detach("vol-1"), detach("vol-2")] },
    );
  }

  place(item: string): Place {
    return { target: "ctx-a", phase: "detach", step: "detach", item, attempt: `try-${item}` };
  }

  sent(item: string): this {
    const body = { request: {}, request_sha256: "", prepared: {}, approval: "detach#1", limit: 60 };
    return this.add("step.intent", this.place(item), body);
  }

  outcome(item: string, outcome: Outcome): this {
    return this.add("step.outcome", this.place(item), { outcome });
  }

  applied(item: string): this {
    return this.outcome(item, { kind: "applied", evidence: {} });
  }

  seen(item: string): this {
    return this.add("step.verified", this.place(item), { holds: true, says: "it is off", evidence: [] });
  }

  marked(item: string, mark: Mark, says = ""): this {
    return this.add("step.marked", this.place(item), { mark, says, evidence: null });
  }

  done(item: string): this {
    return this.sent(item).applied(item).seen(item);
  }

  /** Looks at the one criterion: so many volumes were seen; of nothing, as version 0.1 wrote it, without a count. */
  looked(holds: boolean, count: number | null | "not counted" = 2): this {
    const evidence = Array.from({ length: typeof count === "number" ? count : 0 }, (_, at) => ({
      volume_id: `vol-${at}`,
    }));
    const saw = count === "not counted" ? {} : { saw: { count, names: [], none_expected: null } };
    const says = holds ? "Every volume is off" : "a volume is still attached";
    return this.add(
      "criterion.observed",
      { target: "ctx-a" },
      { criterion: "volumes-off", holds, says, evidence, ...saw },
    );
  }

  closed(exit: number): this {
    this.add("phase.ended", { target: "ctx-a", phase: "detach" }, { result: "done" });
    return this.add("run.closed", {}, { exit, ends: [] });
  }

  get state(): RunState {
    const state = this.events.reduce<RunState | null>((before, event) => apply(before, event), null);
    if (state === null) throw new Error("a run has events");
    return state;
  }

  get target(): TargetState {
    const [first] = this.state.targets;
    if (first === undefined) throw new Error("a run has a target");
    return first;
  }

  get receipt(): Receipt {
    return receiptFrom(this.events);
  }
}
