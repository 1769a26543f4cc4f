/**
 * The first minute: a lab with five stuck test failovers, recovered for real. In a terminal it asks; without one it
 * writes itself a grant. At the end it looks for itself, past Handrail, whether database, daemon and CloudStack agree.
 */
import { existsSync, mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  attachLab,
  downLab,
  labFolder,
  loadWorld,
  NoServer,
  processStates,
  stayLab,
  upLab,
  type Lab,
} from "../../packs/appliance/lab/index.ts";
import { flag, type Invocation, type Values } from "../command.ts";
import { lookAtCleaned, lookAtCompleted } from "../../packs/appliance/demo-look.ts";
import { EXIT } from "../../engine/exit.ts";
import { Stop, type Io } from "../io.ts";
import { reportsDir } from "../paths.ts";
import { showRecorded } from "../rehearsal/recorded.ts";
import { run as grant } from "./grant.ts";
import { programName } from "../terminal/program-name.ts";
import { run as report } from "./report.ts";
import { run as recover } from "./run.ts";
import { labName } from "../site/name.ts";
import { openStored } from "../session/stored.ts";
import { canDraw } from "../terminal/wants-console.ts";

/** The demo's lab where HANDRAIL_LAB names no other. */
const NAME = "demo";
/** Stands in the folder of a lab that the demo brought up: only such a one may it load its world into, and remove. */
const OWN = "demo";
/** As if --lab had been said: a flag beats whatever site the environment names. */
const IN_LAB: Values = { lab: true };
const CLEANUP = "failed-execution-cleanup";
const RECOVERY = "virtio-recovery";
/** Without a person nobody watches, so the lab's time runs faster; the screen names it. */
const UNWATCHED_SCALE = 20;

/** Stops where somebody else's lab bears the name: the demo would load its own world over it, and remove it. */
function refuseOthers(name: string, io: Io): void {
  const dir = labFolder({ name }, { ...io.env });
  if (name === NAME || !existsSync(join(dir, "lab.json")) || existsSync(join(dir, OWN))) return;
  throw new Stop(
    EXIT.usage,
    `there is a lab ${name} already, and the demo would load its own world into it and remove it at the end. Unset HANDRAIL_LAB, or end that lab first: ${programName(io.env)} lab down --rm --name ${name}`,
  );
}

async function bringUp(name: string, io: Io, stays: boolean): Promise<Lab> {
  const started = performance.now();
  io.out(
    "LAB: a private database server, a Volume Daemon, a CloudStack and an OMA API on loopback. Nothing real is touched.\n",
  );
  const lab = await upLab({
    name,
    scale: io.person ? 1 : UNWATCHED_SCALE,
    world: "stuck-virtio",
    env: { ...io.env },
    say: (line) => io.out(`${line}\n`),
    stays,
  });
  writeFileSync(join(lab.dir, OWN), "");
  io.out(
    `It is up after ${((performance.now() - started) / 1000).toFixed(1)} s in ${lab.dir}; its journal and reports stay when it is gone.\n`,
  );
  io.out(
    "Five test failovers are stuck after VirtIO injection: snapshots made, volumes attached, the engine has ended.\n\n",
  );
  return lab;
}

/** Where no lab can be brought up: what to install, and a run that was recorded in one. Nothing was tried out here. */
async function withoutServer(why: string, onScreen: boolean, io: Io): Promise<number> {
  io.err(`${why}\n\nUntil then this shows a recorded lab run.\n`);
  await showRecorded(io, onScreen);
  io.err(`\nThat was a recording. ${why}\n`);
  return EXIT.unreachable;
}

/** One runbook for all five VMs, approved by a grant that was written for exactly that. */
async function playRunbook(lab: Lab, io: Io, runbook: string, decide: readonly string[]): Promise<number> {
  const values = { ...IN_LAB, "all-stuck": true };
  // in the lab's folder, so that it goes when the lab goes
  const file = join(mkdtempSync(join(lab.dir, "grant-")), "grant.json");
  const quiet: Io = { ...io, out: () => undefined };
  await grant({ values: { ...values, o: file }, rest: [runbook], io: quiet });
  const exit = await recover({ values: { ...values, grant: file, decide: [...decide] }, rest: [runbook], io });
  const { lines, good } = await (runbook === CLEANUP ? lookAtCleaned(lab) : lookAtCompleted(lab));
  io.out(`\nLooked at directly, past Handrail:\n${lines.join("\n")}\n`);
  await writeReport(io);
  return exit === EXIT.done && !good ? EXIT.failed : exit;
}

async function writeReport(io: Io): Promise<void> {
  const values = IN_LAB;
  const journal = await openStored(values, io);
  const runId = journal.runs(1)[0]?.run_id ?? "last";
  journal.close();
  io.out("\nreport: ");
  await report({ values: { ...values, o: join(reportsDir(io.env), `${runId}.md`) }, rest: [runId], io });
}

/** Whether the newest run of the lab waits to be taken up again. */
async function isOpen(io: Io): Promise<boolean> {
  const journal = await openStored(IN_LAB, io);
  try {
    const [newest] = journal.runs(1);
    if (newest === undefined) return false;
    return journal.page(newest.last_seq - 1, 1)[0]?.type !== "run.closed";
  } finally {
    journal.close();
  }
}

const staysText = ({ name }: Pick<Lab, "name">, { env }: Io): string =>
  `The lab stays up: npm run demo goes on with it. To end it: ${programName(env)} lab down --rm --name ${name}\n`;

const HINT = "Try c: clean pgtest1 up. p p: your own SQL.";
const KEPT_HINT = `${HINT} kill -9 this, run it again.`;

/**
 * In a terminal: the board on the five stuck VMs. Without `--keep` the lab goes with the console, also when that is killed;
 * one that was kept is there still, and the demo goes on with it.
 */
async function play(io: Io, values: Values): Promise<number> {
  const name = labName(IN_LAB, io.env) ?? NAME;
  const dir = labFolder({ name }, { ...io.env });
  const keep = flag(values, "keep");
  const up = processStates(dir).database;
  const lab = up ? await attachLab({ dir }) : await bringUp(name, io, keep);
  const { openBoard } = await import("../console/open.ts");
  const exit = await openBoard(IN_LAB, io, {
    select: "ctx-pgtest1-20250822-112636",
    hint: up || keep ? KEPT_HINT : HINT,
  });
  const { lines } = await lookAtCleaned(lab);
  if (lines.length > 0) {
    io.out(`\nLooked at directly, past Handrail:\n${lines.join("\n")}\n`);
    await writeReport(io);
  }
  if (keep || (lines.length > 0 && (await isOpen(io)))) {
    stayLab(lab);
    io.out(staysText(lab, io));
    return exit;
  }
  await downLab(lab, { keep: false });
  return exit;
}

/** `handrail demo`. */
export async function run({ values, io: outer }: Invocation): Promise<number> {
  const name = labName(IN_LAB, { ...outer.env, HANDRAIL_LAB: outer.env["HANDRAIL_LAB"] || NAME }) ?? NAME;
  const io: Io = { ...outer, env: { ...outer.env, HANDRAIL_LAB: name } };
  const onScreen = canDraw(io) && !flag(values, "plain");
  if (flag(values, "recorded")) {
    await showRecorded(io, onScreen);
    return EXIT.done;
  }
  refuseOthers(name, io);
  try {
    return await (onScreen ? play(io, values) : playUnwatched(name, io, values));
  } catch (error) {
    if (error instanceof NoServer) return withoutServer(error.message, onScreen, io);
    throw error;
  }
}

/** Without a terminal: both runbooks, one after the other. */
async function playUnwatched(name: string, io: Io, values: Values): Promise<number> {
  const keep = flag(values, "keep");
  const lab = await bringUp(name, io, keep);
  try {
    io.out(
      "There is no terminal to ask, so both runs are approved by grants written beforehand: the runbook, the five VMs, its contracts.\n\n1. The cleanup, after the engines have ended.\n\n",
    );
    const cleaned = await playRunbook(lab, io, CLEANUP, []);
    if (cleaned !== EXIT.done) return cleaned;
    await loadWorld(lab, "stuck-virtio:alive");
    io.out(
      "\n2. The VirtIO recovery. The same five VMs, but the engines are still blocked in their injection: it is ended, and the failovers are completed by hand.\n\n",
    );
    return await playRunbook(lab, io, RECOVERY, ["way=release", "ending=complete"]);
  } finally {
    if (keep) io.out(staysText(lab, io));
    else await downLab(lab, { keep: false });
  }
}
