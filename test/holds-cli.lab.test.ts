/** The real program, while a revert that it sent is awaited: somebody else begins something, and nothing more is sent. */
import { spawn } from "node:child_process";
import { afterAll, beforeAll, expect, it } from "vitest";
import { fault } from "../src/packs/appliance/lab/index.ts";
import { crashing } from "./support/crash.ts";
import { keyOf, volumesOf } from "./support/effects.ts";
import { anIncident, RUNBOOK, type Incident } from "./support/incident.ts";
import { ACTS, engine, momentOf, perform, sentSince, type Act, type Moment } from "./support/strangers.ts";
import { HANDRAIL } from "./support/program.ts";

const VM = "web-frontend-02";
/** Slow enough that a stopped program does not run out of the five minutes that a revert may take. */
const SCALE = 10;

let incident: Incident;
beforeAll(async () => {
  incident = await anIncident({ scale: SCALE });
});
afterAll(() => incident.down());

it("while a change is awaited it is said at once, the change is carried to its end, and nothing follows it", async () => {
  const { lab } = incident;
  await incident.world("stuck-virtio");
  const key = await keyOf(lab, VM);
  const volume = (await volumesOf(lab, key)).at(-1)?.id ?? "";
  let undo: (() => void) | null = null;
  let told = false;
  const { run, drafts } = await crashing(
    incident,
    key,
    {},
    {
      k: Number.POSITIVE_INFINITY,
      manner: "after",
      between: ({ type }) => {
        told ||= type === "hold.observed";
        return Promise.resolve();
      },
      // CloudStack has no end of the revert to tell before it was seen that somebody else began.
      ports: (ports) => ({
        ...ports,
        cloudstack: {
          ...ports.cloudstack,
          job: async (id) => {
            undo ??= engine(volume);
            const seen = await ports.cloudstack.job(id);
            return seen.ok && !told ? { ...seen, value: { ...seen.value, status: "pending" } } : seen;
          },
        },
      }),
    },
  );
  (undo as (() => void) | null)?.();
  const types = drafts.map(({ type }) => type);
  const [accepted, seen, outcome] = ["step.accepted", "hold.observed", "step.outcome"].map((type) =>
    types.lastIndexOf(type),
  );
  expect([accepted, seen, outcome]).toEqual([accepted, seen, outcome].toSorted((a = 0, b = 0) => a - b));
  const paused = incident.events(run).find(({ type }) => type === "run.paused");
  expect(paused?.body).toMatchObject({ reason: "hold-broken", exit: 4 });
  expect(JSON.stringify(paused?.body)).toMatch(
    /Sent before that was seen: .*Revert volume .*accepted as .*it is not sent again/u,
  );
});

interface Ended {
  readonly exit: number | null;
  readonly out: string;
  readonly sent: readonly string[];
}

/** Stops the program as a whole while the first revert is awaited, lets the act happen, and lets the program go on. */
async function disturbed(act: Act): Promise<Ended> {
  const { lab, env } = incident;
  await incident.world("stuck-virtio");
  await fault(lab, "cloudstack-job-time", { command: "revertSnapshot", seconds: "60", times: 1 });
  const key = await keyOf(lab, VM);
  const volume = (await volumesOf(lab, key)).at(-1)?.id ?? "";
  const grant = await incident.grant({ vm: [key] });
  const args = ["run", RUNBOOK, "--lab", "--vm", key, "--grant", grant, "--plain"];
  const child = spawn(HANDRAIL, args, { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  const exit = new Promise<number | null>((done) => void child.once("exit", done));
  let out = "";
  let moment: Moment | null = null;
  let undo = (): void => undefined;
  const meanwhile = async (): Promise<void> => {
    child.kill("SIGSTOP");
    undo = await perform(lab, act, volume);
    moment = await momentOf(lab);
    child.kill("SIGCONT");
  };
  const happened: Promise<void>[] = [];
  child.stdout.on("data", (part: Buffer) => {
    out += part.toString();
    if (happened.length === 0 && /waiting +Revert/u.test(out)) happened.push(meanwhile());
  });
  try {
    const code = await exit;
    await Promise.all(happened);
    if (moment === null) throw new Error(`no revert was awaited:\n${out}`);
    return { exit: code, out, sent: await sentSince(lab, moment) };
  } finally {
    undo();
  }
}

const SEEN: Readonly<Record<Act, RegExp>> = {
  engine: /NO LONGER +process \d+ .* holds \/dev\/disk\/by-id\/virtio-/u,
  volume: /LAPSED +Detach volume .* came undone: done at [\d:]+Z, no longer so when it was looked at/u,
  operation: /NO LONGER +the Volume Daemon is at an operation that this run did not ask for: attach of volume/u,
};

it.each(ACTS)(
  "%s: nothing more is sent, what was seen is said, and the run can be taken up",

  async (act) => {
    const { exit, out, sent } = await disturbed(act);
    expect(sent).toEqual([]);
    expect(exit).toBe(4);
    expect(out).toMatch(SEEN[act]);
    expect(out).toMatch(/is paused \(hold broken\), exit 4: .*Nothing more is begun for it/u);
    expect(out).toMatch(/take it up again with:\s+.*handrail resume/u);
  },
);
