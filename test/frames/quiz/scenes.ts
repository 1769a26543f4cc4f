/** The pages of the quiz, and how a person comes to each. */
import { fault, loadWorld, type Lab } from "../../../src/packs/appliance/lab/index.ts";
import { descendant, type Pty } from "../../support/pty.ts";
import { approve } from "../../support/walk.ts";

export interface Stage {
  readonly lab: Lab;
  /** A terminal of 80x24 with `handrail ARGS` on it. */
  readonly open: (args: string) => Pty;
}

const CLEANUP = "run failed-execution-cleanup";

const ofThree = (runbook: string): string => `${runbook} --vm pgtest2 --vm QUAD-DC-01 --vm web-frontend-02`;

/** A run whose first detach is under way for long. */
async function underWay({ lab, open }: Stage, args: string): Promise<Pty> {
  await loadWorld(lab, "stuck-virtio");
  await fault(lab, "daemon-operation-time", { seconds: 50 });
  const t = open(args);
  await approve(t, "APPROVAL to begin");
  await approve(t, "APPROVAL: 2");
  await t.waitFor("waiting for the Volume Daemon");
  return t;
}

/** A run whose reverts CloudStack refuses, or fails half-way, as after a restart of its management server. */
async function reverts({ lab, open }: Stage, args: string, [name, code]: readonly [string, number]): Promise<Pty> {
  await loadWorld(lab, "stuck-virtio");
  await fault(lab, name, { command: "revertSnapshot", code, text: "the snapshot is not on primary storage" });
  const t = open(args);
  await whole(t, [2, 3]);
  return t;
}

async function fails(stage: Stage, args: string): Promise<Pty> {
  const t = await reverts(stage, args, ["cloudstack-refuse", 431]);
  await t.waitFor("FAILED");
  return t;
}

async function doubt(stage: Stage, args: string): Promise<Pty> {
  const t = await underWay(stage, args);
  const pid = descendant(t.pid, "handrail.mjs");
  if (pid === null) throw new Error("it does not run");
  process.kill(pid, "SIGKILL");
  await t.ended;
  const board = stage.open("");
  // A run that was left in the middle is what the console begins with.
  await board.waitFor("was left in the middle");
  return board;
}

async function climb(stage: Stage, args: string): Promise<Pty> {
  await loadWorld(stage.lab, "stuck-virtio:nudge");
  const t = stage.open(args);
  await approve(t, "APPROVAL to begin");
  await t.waitFor("DECISION");
  return t;
}

async function whole(t: Pty, phases: readonly number[]): Promise<void> {
  await approve(t, "APPROVAL to begin");
  for (const phase of phases) await approve(t, `APPROVAL: ${phase}`);
}

export const SCENES: Readonly<Record<string, (stage: Stage) => Promise<Pty>>> = {
  "board-one": async ({ lab, open }) => {
    await loadWorld(lab, "half-deleted-snapshots");
    const t = open("");
    await t.waitFor("need");
    return t;
  },
  "board-many": async ({ lab, open }) => {
    await loadWorld(lab, "stuck-virtio");
    const t = open("");
    await t.waitFor("VMs need you");
    return t;
  },
  "approval-one": async ({ lab, open }) => {
    await loadWorld(lab, "stuck-virtio");
    const t = open(`${CLEANUP} --vm pgtest2`);
    await approve(t, "APPROVAL to begin");
    await t.waitFor("APPROVAL: 2");
    return t;
  },
  "approval-many": async ({ lab, open }) => {
    await loadWorld(lab, "stuck-virtio");
    const t = open(ofThree(CLEANUP));
    await whole(t, [2]);
    await t.waitFor("APPROVAL: 3");
    return t;
  },
  "running-one": (stage) => underWay(stage, `${CLEANUP} --vm pgtest2`),
  "running-many": (stage) => underWay(stage, ofThree(CLEANUP)),
  "failure-one": (stage) => fails(stage, `${CLEANUP} --vm pgtest2`),
  "failure-many": (stage) => fails(stage, ofThree(CLEANUP)),
  "doubt-one": (stage) => doubt(stage, `${CLEANUP} --vm pgtest2`),
  "doubt-many": async (stage) => {
    const t = await reverts(stage, ofThree(CLEANUP), ["cloudstack-fail-job", 530]);
    await t.waitFor("What became of");
    return t;
  },
  "end-one": async ({ lab, open }) => {
    await loadWorld(lab, "stuck-virtio");
    const t = open(`${CLEANUP} --vm pgtest2`);
    await whole(t, [2, 3, 4, 5]);
    await t.waitFor("the run is closed");
    return t;
  },
  "end-many": async ({ lab, open }) => {
    await loadWorld(lab, "stuck-virtio");
    await fault(lab, "cloudstack-refuse", {
      command: "attachVolume",
      code: 431,
      text: "the volume is in use elsewhere",
    });
    const t = open(ofThree(CLEANUP));
    await whole(t, [2, 3]);
    await t.waitFor("APPROVAL: 4");
    await t.press("escape");
    await t.waitFor("receipt");
    return t;
  },
  "decision-one": (stage) => climb(stage, "run virtio-recovery --vm pgtest2"),
  "decision-many": (stage) => climb(stage, ofThree("run virtio-recovery")),
  "watch-one": async (stage) => {
    await underWay(stage, `${CLEANUP} --vm pgtest2`);
    const board = stage.open("");
    await board.waitFor("VMs need you");
    await board.press("/", ...Array.from("pgtest2"), "enter", "F");
    return board;
  },
  "watch-many": async (stage) => {
    await underWay(stage, ofThree(CLEANUP));
    const board = stage.open("");
    await board.waitFor("VMs need you");
    await board.press("/", ...Array.from("pgtest2"), "enter", "F");
    return board;
  },
};
