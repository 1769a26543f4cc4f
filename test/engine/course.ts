/** One course of a run without anything behind it: ports that answer what a test says, a person with answers ready. */
import { Driver, type Drafts, type World } from "../../src/engine/driver.ts";
import type { Bodies } from "../../src/engine/bodies.ts";
import { draft, type EventType, type Place, type RunEvent } from "../../src/engine/events.ts";
import type { Ref } from "../../src/engine/command.ts";
import type { Answer, FailureAnswer, Question } from "../../src/engine/operator-port.ts";
import type { RunState } from "../../src/engine/state.ts";
import { failure, type Failure, type Outcome } from "../../src/ports/outcome.ts";
import type { AsyncJob } from "../../src/packs/appliance/ports/cloudstack.ts";
import type { Dispatched } from "../../src/ports/dispatch.ts";
import type { Ports } from "../../src/ports/ports.ts";
import type { VolumeLook, VolumeOperation } from "../../src/packs/appliance/ports/volume.ts";
import { err, ok, type Result } from "../../src/ports/result.ts";
import type { ChangePreview, KeepUndo } from "../../src/ports/sql.ts";
import { START_MS, type History } from "./history.ts";

export const SILENT = failure("unreachable", "nobody answered");

const never = (): never => {
  throw new Error("nobody was to be asked that");
};

type Where = "appliance" | "detached";

const volumeAt = (volume_id: string, where: Where): VolumeLook => ({
  volume_id,
  daemon: where === "appliance" ? "mapped" : "not mapped",
  daemon_vm: where === "appliance" ? "appliance" : "",
  mode: "oma",
  device_path: "",
  cloudstack: where === "appliance" ? "attached" : "detached",
  cloudstack_vm: "",
  where,
});

/** An operation of the daemon's on a volume. */
export const operationOf = (
  id: string,
  status: VolumeOperation["status"],
  over: Partial<VolumeOperation> = {},
): VolumeOperation => ({
  id,
  type: "detach",
  status,
  volume_id: "vol-1",
  vm_id: "",
  error: "",
  code: "",
  abandoned: "",
  created: null,
  completed: null,
  ...over,
});

/** What the other side answers that says no. */
export const refusalOf = (code: string | null, why: "refused" | "drifted" | "rolled-back" | "not-sent" = "refused") =>
  ({ kind: "not-applied", why, code, message: "it says no.", evidence: { asked: "once" } }) as const;

/** What a run sees of the world, and what it sent there. */
export class Outside {
  /** Real milliseconds since boot. A wait moves it. */
  ms = 1_000;
  /** Where each volume is. */
  readonly volumes = new Map<string, Where>([
    ["vol-1", "appliance"],
    ["vol-2", "appliance"],
  ]);
  /** In place of an answer about volumes. */
  silence: Failure | null = null;
  /** What the daemon makes of a request: by default it does it at once. */
  submit: (volume: string) => Dispatched = (volume) => {
    this.volumes.set(volume, "detached");
    return { kind: "ended", outcome: { kind: "applied", evidence: {} } };
  };
  /** What the daemon says of an operation. */
  operation: (id: string) => Result<VolumeOperation, Failure> = never;
  operations: Result<VolumeOperation[], Failure> = ok([]);
  jobs: AsyncJob[] = [];
  /** Rows of CloudStack by command. */
  readonly lists: Record<string, Record<string, string>[]> = {};
  preview: () => Result<ChangePreview, Failure> = never;
  /** What the server makes of a statement; `keep` is given its undo while the transaction is open. */
  apply: (keep: KeepUndo) => Promise<Outcome> = never;
  /** Called at each look at volumes, before it is answered. */
  onLook: () => void = () => undefined;
  /** Called at each wait. */
  onSleep: (seconds: number) => void = () => undefined;
  readonly sent: string[] = [];
  readonly slept: number[] = [];
  looks = 0;

  get ports(): Ports {
    const known = {
      volume: {
        health: never,
        look: (ids: readonly string[]) => {
          this.looks += 1;
          this.onLook();
          if (this.silence !== null) return Promise.resolve(err(this.silence));
          return Promise.resolve(ok(ids.map((id) => volumeAt(id, this.volumes.get(id) ?? "detached"))));
        },
        operations: () => Promise.resolve(this.operations),
        submit: ({ op, volume }: { op: string; volume: string }) => {
          this.sent.push(`${op} ${volume}`);
          return Promise.resolve(this.submit(volume));
        },
        operation: (id: string) => Promise.resolve(this.operation(id)),
      },
      cloudstack: {
        list: (command: string) => Promise.resolve(ok(this.lists[command] ?? [])),
        jobs: () => Promise.resolve(ok(this.jobs)),
      },
      process: { holders: never, service: never, end: never },
      sql: {
        preview: () => Promise.resolve(this.preview()),
        beforeIntent: () => Promise.resolve(ok({})),
        apply: (_change: unknown, _approved: unknown, _tag: unknown, keep: KeepUndo) => this.apply(keep),
      },
      script: { run: () => Promise.resolve(ok({ exit: 0, output: "out", truncated: false })) },
      clock: {
        monoMs: () => this.ms,
        sleep: async (seconds: number, signal?: AbortSignal) => {
          await new Promise(setImmediate);
          if (signal?.aborted === true) return false;
          this.slept.push(seconds);
          this.ms += seconds * 1_000;
          this.onSleep(seconds);
          return true;
        },
        since: (mono: number) => (this.ms - mono) / 1_000,
        scale: 1,
      },
    };
    return known as unknown as Ports;
  }
}

/** A person with answers ready; what was asked is kept. */
export class Person {
  readonly asked: Question[] = [];
  readonly pages: string[] = [];
  readonly stopping = new AbortController();
  page: (digest: string, withdrawn?: AbortSignal) => Promise<Answer> = (digest) =>
    Promise.resolve({ kind: "approved", method: "key", by: "ada", digest });
  choice: (question: Question) => string | null = () => null;
  failed: (question: Question) => FailureAnswer = () => ({ kind: "nobody" });

  get port(): World["operator"] {
    return {
      approve: ({ approval, digest }, withdrawn) => {
        this.pages.push(approval);
        return this.page(digest, withdrawn);
      },
      choose: (question) => {
        this.asked.push(question);
        return Promise.resolve(this.choice(question));
      },
      input: () => Promise.resolve(null),
      failed: (question) => {
        this.asked.push(question);
        return Promise.resolve(this.failed(question));
      },
      stop: this.stopping.signal,
    };
  }
}

/** What came of a course: its events, and what it gave back. */
export interface Carried<T> {
  readonly events: readonly RunEvent[];
  readonly value: T;
}

/** A driver over a history; each event of a course is stored there before it goes on. */
export class Course {
  readonly outside = new Outside();
  readonly person = new Person();
  readonly history: History;
  readonly driver: Driver;
  /** Whether the server still sees the locks of this run with us. */
  locks: Result<void, Failure> = ok(undefined);

  constructor(history: History, over: Partial<World> = {}) {
    this.history = history;
    let attempts = 0;
    this.driver = new Driver(history.state, {
      ports: this.outside.ports,
      locks: { acquire: never, check: () => Promise.resolve(this.locks), release: never },
      operator: this.person.port,
      grant: null,
      decisions: {},
      newId: () => `attempt-${(attempts += 1)}`,
      wallTime: () => new Date(START_MS + this.outside.ms).toISOString(),
      bootId: "b",
      ...over,
    });
  }

  get state(): RunState {
    return this.driver.state;
  }

  /** The step of the first target, as it is now. */
  ref(item: string, step = "detach", phase = "detach"): Ref {
    const [target] = this.state.targets;
    const spec = this.state.runbook.phases.find(({ id }) => id === phase);
    const slot = target?.phases[phase]?.slots.find((each) => each.step === step && each.item_key === item);
    if (target === undefined || spec === undefined || slot === undefined) throw new Error(`no step ${step} ${item}`);
    return { target, phase: spec, slot };
  }

  /** Something that happens beside the course. */
  happen<T extends EventType>(type: T, place: Place, body: Bodies[T]): this {
    this.driver.fold([this.history.store(draft(this.state.run_id, type, place, body))]);
    return this;
  }

  /** The newest event of a type. */
  body<T extends EventType>(type: T): Bodies[T] {
    const event = this.history.events.findLast((each) => each.type === type);
    if (event === undefined) throw new Error(`no ${type}`);
    return event.body as Bodies[T];
  }

  /** What was said at the last mark. */
  get said(): string {
    return this.body("step.marked").says;
  }

  /** Carries a course to its end. `on` is called with each event once it is stored. */
  async carry<T>(drafts: Drafts<T>, on: (event: RunEvent) => void = () => undefined): Promise<Carried<T>> {
    const first = this.history.events.length;
    for (;;) {
      const step = await drafts.next();
      if (step.done === true) return { events: this.history.events.slice(first), value: step.value };
      this.driver.fold([this.history.store(step.value)]);
      const newest = this.history.events.at(-1);
      if (newest !== undefined) on(newest);
    }
  }

  /** The types of the events of a course, with the mark where there is one. */
  async types(drafts: Drafts<unknown>): Promise<string[]> {
    const { events } = await this.carry(drafts);
    return events.map((event) => (event.type === "step.marked" ? `marked ${event.body.mark}` : event.type));
  }
}

/** Why the run pauses, by what a course set, and who waits; null where it goes on. */
export const standstill = ({ driver }: Course): string | null => (driver.pausing ?? driver.lacking)?.reason ?? null;
