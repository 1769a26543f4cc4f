/**
 * A lab in which anything goes wrong at any moment, and a person who knows nothing but what the screen advises. What is
 * drawn: a world, faults of the daemon and of CloudStack, a foreign act, the death of a process of the lab, the death of
 * Handrail. The person ends recovered or rightly refused, with no effect doubled or lost, and nothing said that is not so.
 */
import type { EventDraft } from "../../src/engine/journal-port.ts";
import {
  clearFaults,
  cloudstackState,
  fault,
  killProcess,
  processStates,
  startProcess,
  type Lab,
} from "../../src/packs/appliance/lab/index.ts";
import { crashing } from "./crash.ts";
import { before, done, effects, expectRecovered, expectRestUntouched, keyOf, query } from "./effects.ts";
import type { Incident, Said } from "./incident.ts";
import { expectEachOnce } from "./once.ts";
import { perform } from "./strangers.ts";

type Pick = (below: number) => number;
type FaultParams = Parameters<typeof fault>[2];

/** Everything that goes wrong in one trial. */
export interface Plan {
  readonly world: string;
  readonly vms: readonly string[];
  readonly faults: readonly (readonly [string, FaultParams])[];
  /** Somebody else's act, or the death of a process of the lab, behind the k-th event. */
  readonly strange: readonly { readonly k: number; readonly what: "engine" | "volume" | "daemon" | "cloudstack" }[];
  /** The event after which Handrail dies; Infinity: it does not. */
  readonly death: number;
}

const WEB = "web-frontend-02";
const WORLDS: readonly (readonly [string, ...string[]])[] = [
  ["stuck-virtio", "pgtest1", "pgtest2", "PhilB Test machine", WEB, "QUAD-DC-01"],
  ["stuck-virtio", "pgtest1"],
  ["stuck-virtio", WEB],
  ["mixed-volumes", WEB],
  ["mixed-volumes:test-vm", WEB],
  ["failed-vm-creation:half-made", "pgtest1"],
  ["half-deleted-snapshots", WEB],
  ["half-reverted", WEB],
  ["half-attached", WEB],
  ["mapping-desync:stale-mapping", "pgtest1"],
  ["mapping-desync:no-mapping", "pgtest1"],
  ["snapshot-gone", WEB],
  ["rollback-failed", "pgtest1"],
];

const of = <T>(pick: Pick, list: readonly T[]): T => list[pick(list.length)] as T;

/** A fault that ends by itself: it hits once or twice. */
const FAULTS: readonly ((pick: Pick) => readonly [string, FaultParams])[] = [
  (pick) => ["daemon-lost-poll", { type: of(pick, ["detach", "attach"]) }],
  (pick) => ["daemon-restart", { type: of(pick, ["detach", "attach"]), when: of(pick, ["asked", "taken"]) }],
  (pick) => ["daemon-database-lost", { type: of(pick, ["detach", "attach"]) }],
  (pick) => ["daemon-forget", { k: 1 + pick(6) }],
  (pick) => ["daemon-error-after", { method: "POST", status: of(pick, [400, 404, 408, 409, 499, 500, 502]) }],
  (pick) => [of(pick, ["daemon-drop-before", "daemon-drop-after", "daemon-garbage"]), { method: "POST" }],
  (pick) => [of(pick, ["daemon-drop-before", "daemon-garbage"]), { method: "GET", k: 1 + pick(12) }],
  (pick) => ["daemon-slow", { seconds: 1 + pick(5) }],
  (pick) => ["daemon-operation-time", { seconds: 5 + pick(70), type: of(pick, ["detach", "attach"]) }],
  (pick) => ["daemon-operation-status", { status: "failed", type: of(pick, ["detach", "attach"]) }],
  (pick) => ["daemon-detach-431", { how: of(pick, ["already-detached", "in-cloudstack", "attached"]) }],
  (pick) => [
    "cloudstack-fail-job",
    {
      command: of(pick, ["detachVolume", "attachVolume", "revertSnapshot", "deleteSnapshot"]),
      code: of(pick, [431, 530]),
      effect: "none",
    },
  ],
  (pick) => [
    "cloudstack-fail-job",
    {
      command: of(pick, ["detachVolume", "attachVolume", "revertSnapshot", "deleteSnapshot"]),
      code: 530,
      effect: "done",
    },
  ],
  (pick) => ["cloudstack-forget", { command: of(pick, ["detachVolume", "revertSnapshot", "deleteSnapshot"]) }],
  (pick) => ["cloudstack-check-late", { command: of(pick, ["detachVolume", "attachVolume", "revertSnapshot"]) }],
  (pick) => ["cloudstack-job-time", { command: of(pick, ["revertSnapshot", "attachVolume"]), seconds: 5 + pick(40) }],
  (pick) => [of(pick, ["cloudstack-drop-before", "cloudstack-drop-after", "cloudstack-garbage"]), { k: 1 + pick(25) }],
  (pick) => [
    "cloudstack-refuse",
    { command: of(pick, ["detachVolume", "revertSnapshot"]), code: of(pick, [431, 530]) },
  ],
];

const STRANGE = ["engine", "volume", "daemon", "cloudstack"] as const;

/** What goes wrong in a trial. Half of the trials have a death of Handrail in them. */
export function choosePlan(pick: Pick): Plan {
  const [world, ...vms] = of(pick, WORLDS);
  const faults = Array.from({ length: pick(4) }, () => {
    const [name, params] = of(pick, FAULTS)(pick);
    return [name, { times: 1 + pick(2), ...params }] as const;
  });
  const strange = Array.from({ length: pick(3) }, () => ({ k: 25 + pick(60), what: of(pick, STRANGE) }));
  const death = pick(2) === 0 ? 2 + pick(110) : Number.POSITIVE_INFINITY;
  return { world, vms, faults, strange, death };
}

/** What a person answers where the text asks for a decision; each is what the text itself calls the way on. */
const DECISIONS: Readonly<Record<string, string>> = {
  disagreement: "mend",
  "snapshot-gone": "keep",
  destination: "destroy",
  snapshots: "put-back",
};

/** A change in doubt as the list of them names it. */
interface Doubt {
  readonly step: string;
  readonly vm: string;
  readonly item: string;
}

interface Trial {
  readonly incident: Incident;
  readonly keys: readonly string[];
  readonly decide: Set<string>;
  /** Takes back what somebody else did. */
  undo: () => void;
  /** What was done so far, for a message. */
  readonly story: string[];
  /** Looks at what each command came to, whether it is so. */
  readonly after?: ((said: Said) => Promise<void>) | undefined;
}

/** Whether a revert was carried out, as somebody finds out who looks at the storage itself. */
async function wasDone({ incident }: Trial, run: string, at: Doubt): Promise<boolean> {
  const { step, vm, item } = at;
  const sent = incident
    .events(run)
    .findLast(
      (event) =>
        event.type === "step.intent" &&
        event.step_id === step &&
        event.target_key === vm &&
        (event.item ?? "") === item,
    );
  if (sent?.type !== "step.intent") return false;
  const { volume, params, op } = sent.body.request as { volume?: string; params?: { id?: string }; op?: string };
  if (volume !== undefined) {
    const holder = cloudstackState(incident.lab).volumes[volume]?.vm ?? null;
    return op === "detach" ? holder === null : holder !== null;
  }
  const what = { revert: "revertSnapshot", delete: "deleteSnapshot" }[step] ?? "";
  return done(await effects(incident.lab), what).includes(params?.id ?? "");
}

/** Says what became of every change that the run still has in doubt. */
async function say(trial: Trial, run: string): Promise<void> {
  const { incident } = trial;
  for (let word = 0; word < 20; word += 1) {
    const listed = await incident.cli("resolve", [run, "none"], { as: "applied", note: "which of them are in doubt?" });
    const [, step = "", vm = "", item = ""] = /^ {2}(\S+) {2}--vm (\S+)(?: --item (\S+))?:/mu.exec(listed.err) ?? [];
    if (step === "") return;
    const as = (await wasDone(trial, run, { step, vm, item })) ? "applied" : "not-applied";
    trial.story.push(`resolve ${step} as ${as}`);
    const note = "looked at the storage itself, not at a record of it";
    await incident.cli("resolve", [run, step], { as, note, vm, ...(item === "" ? {} : { item }) });
  }
}

/** Brings back what of the lab is down, and takes away what somebody else began: what a text calls to be waited for. */
async function repair({ incident, undo }: Trial): Promise<void> {
  undo();
  for (const role of ["daemon", "cloudstack"] as const)
    if (!processStates(incident.lab.dir)[role]) await startProcess(incident.lab, role);
  await clearFaults(incident.lab);
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));

/** The next thing that somebody does who only follows what was said; null once there is nothing left to do. */
async function follow(trial: Trial, said: Said, turn: number): Promise<Said | null> {
  const { incident, keys, decide } = trial;
  const text = `${said.out}${said.err}`;
  if (said.exit === 0) return null;
  for (const [, gate = ""] of text.matchAll(/--decide ([\w-]+)=/gu))
    if (DECISIONS[gate] !== undefined) decide.add(`${gate}=${DECISIONS[gate]}`);
  const again = trial.story.filter((line) => line === "exit 1").length > 1 && /or begin anew/u.test(text);
  const anew = again || /[Bb]egin a new run|A new run looks|start again|start a new one|is closed/u.test(text);
  const [, open] = /handrail resume (\S+)/u.exec(text) ?? [];
  if (said.exit === 3 && open !== undefined && turn % 3 === 2) await say(trial, open);
  // What does not answer, is under way, or was begun by somebody else is waited for, and seen to in the end.
  if ([4, 69, 75].includes(said.exit) || turn > 4) await repair(trial);
  // Ten minutes of the lab, where the text says so, are ten seconds at sixty times the speed.
  if (/ten minutes after it was asked for/u.test(text)) await pause(2_000);
  else if (said.exit !== 1) await pause(100);
  const wish = { vm: [...keys], decide: [...decide] };
  const resume = open !== undefined && !(said.exit === 1 && anew);
  trial.story.push(`${resume ? "resume" : "run"} ${wish.decide.join(" ")}`);
  if (resume)
    return incident.cli("resume", [open], { decide: wish.decide, grant: await incident.grant({ vm: wish.vm }) });
  return incident.recover({ ...wish, decide: [...decide].filter(forNew) });
}

/** Putting back is an answer to a phase that failed, never a plan for a new run. */
const forNew = (decision: string): boolean => !decision.startsWith("snapshots=");

const MOST_TURNS = 20;

/** Whether a text refuses for good, with a sentence that says what is to be done elsewhere. */
const REFUSED = /in a live failover|finished, and|is replicating/u;

/** Follows what is said until nothing is left to do. */
async function followToEnd(trial: Trial, first: Said): Promise<"recovered" | "refused"> {
  let said = first;
  for (let turn = 0; turn <= MOST_TURNS; turn += 1) {
    if (said.exit === 4 && REFUSED.test(said.out)) return "refused";
    const next = await follow(trial, said, turn);
    if (next !== null) await trial.after?.(next);
    trial.story.push(next === null ? "recovered" : `exit ${next.exit}`);
    if (next === null) return "recovered";
    said = next;
  }
  throw new Error(`a dead end, at last with exit ${said.exit}:\n${said.out.slice(-1500)}${said.err}`);
}

/** Somebody who is called to VMs, with what was said of them, and goes on from there; throws with the story of a dead end. */
export async function calledTo(
  incident: Incident,
  keys: readonly string[],
  said: Said,
  after?: (said: Said) => Promise<void>,
): Promise<"recovered" | "refused"> {
  const trial: Trial = { incident, keys, decide: new Set(), undo: () => undefined, story: [], after };
  try {
    return await followToEnd(trial, said);
  } catch (error) {
    throw new Error(trial.story.join("; "), { cause: error });
  }
}

async function strangeness(trial: Trial, lab: Lab, what: Plan["strange"][number]["what"], volume: string) {
  trial.story.push(what);
  if (what === "daemon" || what === "cloudstack") {
    await killProcess(lab, what);
    await startProcess(lab, what);
    return;
  }
  const undo = await perform(lab, what, volume);
  const others = trial.undo;
  trial.undo = () => {
    others();
    undo();
    trial.undo = () => undefined;
  };
}

/** One trial, whole. Gives how it ended; throws with its story where it did not end well. */
export async function survive(incident: Incident, plan: Plan): Promise<"recovered" | "refused"> {
  const { lab } = incident;
  await incident.world(plan.world);
  const keys = await Promise.all(plan.vms.map((vm) => keyOf(lab, vm)));
  const was = await before(lab, keys);
  const trial: Trial = { incident, keys, decide: new Set(), undo: () => undefined, story: [] };
  for (const [name, params] of plan.faults) await fault(lab, name, params);
  const drafts: EventDraft[] = [];
  const between = async (event: EventDraft): Promise<void> => {
    drafts.push(event);
    for (const { k, what } of plan.strange)
      if (drafts.length === k) await strangeness(trial, lab, what, was.volumes[0] ?? "");
  };
  try {
    const { run } = await crashing(incident, keys, {}, { k: plan.death, manner: "after", between });
    const end = await followToEnd(trial, { exit: -1, out: `handrail resume ${run}`, err: "", run });
    return await judged(plan, trial, was, end);
  } catch (error) {
    throw new Error(`${JSON.stringify(plan)}\n${trial.story.join("; ")}`, { cause: error });
  } finally {
    trial.undo();
    await repair(trial);
  }
}

/** The lab's own state says whether it is so, and its ledger whether anything happened twice. */
async function judged(
  plan: Plan,
  trial: Trial,
  was: Awaited<ReturnType<typeof before>>,
  end: "recovered" | "refused",
): Promise<"recovered" | "refused"> {
  const { lab } = trial.incident;
  const all = await effects(lab);
  await expectEachOnce(trial.incident, all, ["deleteSnapshot"]);
  // Somebody who put a volume on again may have written to it: then it is reverted anew, with an approval of its own.
  if (!plan.strange.some((one) => one.what === "volume")) await expectEachOnce(trial.incident, all, ["revertSnapshot"]);
  await expectRestUntouched(lab, was);
  if (end === "recovered")
    for (const key of trial.keys) {
      const jobs = await query(lab, "select job_id from failover_jobs where vm_context_id = ? and job_id in (?)", [
        key,
        [...was.jobs, ""],
      ]);
      await expectRecovered(
        lab,
        key,
        jobs.map((row) => String(row["job_id"])),
      );
    }
  return end;
}
