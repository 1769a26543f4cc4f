/**
 * The first minute: a lab with something stuck in it, recovered for real. In a terminal it asks; without one it writes
 * itself a grant. At the end it looks for itself, past Handrail, whether all is as it should be.
 */
import { existsSync, mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Act, Lab, Labs } from "../../packs/lab.ts";
import { ok, type Result } from "../../ports/result.ts";
import { flag, type Invocation, type Values } from "../command.ts";
import { pack } from "../packs.ts";
import { EXIT } from "../../engine/exit.ts";
import { Stop, type Io } from "../io.ts";
import { reportsDir } from "../paths.ts";
import { showRecorded } from "../rehearsal/recorded.ts";
import { run as grant } from "./grant.ts";
import { programName } from "../terminal/program-name.ts";
import { run as report } from "./report.ts";
import { run as recover } from "./run.ts";
import { labName } from "../site/lab-name.ts";
import { openStored } from "../session/stored.ts";
import { canDraw } from "../terminal/wants-console.ts";

/** The demo's lab where HANDRAIL_LAB names no other. */
const NAME = "demo";
/** Stands in the folder of a lab that the demo brought up: only such a one may it load its world into, and remove. */
const OWN = "demo";
/** As if --lab had been said: a flag beats whatever site the environment names. */
const IN_LAB: Values = { lab: true };
/** Without a person nobody watches, so the lab's time runs faster; the screen names it. */
const UNWATCHED_SCALE = 20;

/** Stops where somebody else's lab bears the name: the demo would load its own world over it, and remove it. */
function refuseOthers(labs: Labs, name: string, io: Io): void {
  const dir = labs.folder(name, io.env);
  if (name === NAME || !existsSync(join(dir, "lab.json")) || existsSync(join(dir, OWN))) return;
  throw new Stop(
    EXIT.usage,
    `there is a lab ${name} already, and the demo would load its own world into it and remove it at the end. Unset HANDRAIL_LAB, or end that lab first: ${programName(io.env)} lab down --rm --name ${name}`,
  );
}

/** What the demo works with. */
interface Stage {
  readonly labs: Labs;
  /** The name of its lab. */
  readonly name: string;
  readonly io: Io;
  readonly values: Values;
}

async function bringUp({ labs, name, io, values }: Stage): Promise<Result<Lab, string>> {
  const startMs = performance.now();
  const { demo } = labs;
  io.out(`LAB: ${demo.lab}. Nothing real is touched.\n`);
  const lab = await labs.up({
    name,
    scale: io.person ? 1 : UNWATCHED_SCALE,
    world: demo.world,
    env: io.env,
    say: (line) => io.out(`${line}\n`),
    stays: flag(values, "keep"),
  });
  if (!lab.ok) return lab;
  writeFileSync(join(lab.value.dir, OWN), "");
  io.out(
    `It is up after ${((performance.now() - startMs) / 1000).toFixed(1)} s in ${lab.value.dir}; its journal and reports stay when it is gone.\n`,
  );
  io.out(`${demo.trouble}\n\n`);
  return lab;
}

/** Where no lab can be brought up: what to install, and a run that was recorded in one. Nothing was tried out here. */
async function withoutServer(message: string, onScreen: boolean, io: Io): Promise<number> {
  io.err(`${message}\n\nUntil then this shows a recorded lab run.\n`);
  await showRecorded(io, onScreen);
  io.err(`\nThat was a recording. ${message}\n`);
  return EXIT.unreachable;
}

/** One runbook for all that is stuck, approved by a grant that was written for exactly that. */
async function playRunbook(lab: Lab, io: Io, { runbook, decide }: Act): Promise<number> {
  const values = { ...IN_LAB, "all-stuck": true };
  // in the lab's folder, so that it goes when the lab goes
  const file = join(mkdtempSync(join(lab.dir, "grant-")), "grant.json");
  const quiet: Io = { ...io, out: () => undefined };
  await grant({ values: { ...values, o: file }, rest: [runbook], io: quiet });
  const exit = await recover({ values: { ...values, grant: file, decide: [...decide] }, rest: [runbook], io });
  const { lines, good } = await lab.look(runbook);
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

/**
 * In a terminal: the board on what is stuck. Without `--keep` the lab goes with the console, also when that is killed; one that
 * was kept is there still, and the demo goes on with it.
 */
async function play(stage: Stage): Promise<Result<number, string>> {
  const { labs, name, io } = stage;
  const dir = labs.folder(name, io.env);
  const up = labs.isUp(dir);
  const lab = up ? ok(await labs.attach(dir)) : await bringUp(stage);
  return lab.ok ? ok(await playBoard(stage, lab.value, up)) : lab;
}

/** The board on a lab; `wasUp`: it was there before. */
async function playBoard({ labs: { demo }, io, values }: Stage, lab: Lab, wasUp: boolean): Promise<number> {
  const keep = flag(values, "keep");
  const { openBoard } = await import("../console/open.ts");
  const exit = await openBoard(IN_LAB, io, { select: demo.selected, hint: hintOf(demo, wasUp || keep) });
  const hasRun = await showTruth(lab, demo, io);
  if (keep || (hasRun && (await isOpen(io)))) {
    lab.stay();
    io.out(staysText(lab, io));
  } else await lab.down();
  return exit;
}

/** What the board says first; a lab that stays can be gone on with after the worst end. */
const hintOf = ({ hint }: Labs["demo"], stays: boolean): string =>
  stays ? `${hint} kill -9 this, run it again.` : hint;

/** Shows what a look past Handrail says, and writes the report, where there is something to look at. */
async function showTruth(lab: Lab, { acts }: Labs["demo"], io: Io): Promise<boolean> {
  const { lines } = await lab.look(acts[0].runbook);
  if (lines.length === 0) return false;
  io.out(`\nLooked at directly, past Handrail:\n${lines.join("\n")}\n`);
  await writeReport(io);
  return true;
}

/** The lab that the environment names, else the demo's own. */
const labOf = (env: Io["env"]): string =>
  labName(IN_LAB, { ...env, HANDRAIL_LAB: env["HANDRAIL_LAB"] || NAME }) ?? NAME;

/** `handrail demo`. */
export async function run({ values, io: outer }: Invocation): Promise<number> {
  const name = labOf(outer.env);
  const io: Io = { ...outer, env: { ...outer.env, HANDRAIL_LAB: name } };
  const onScreen = canDraw(io) && !flag(values, "plain");
  if (flag(values, "recorded")) {
    await showRecorded(io, onScreen);
    return EXIT.done;
  }
  const labs = await pack.labs();
  refuseOthers(labs, name, io);
  const stage: Stage = { labs, name, io, values };
  const result = await (onScreen ? play(stage) : playUnwatched(stage));
  return result.ok ? result.value : withoutServer(result.error, onScreen, io);
}

/** Without a terminal: each runbook, one after the other. */
async function playUnwatched(stage: Stage): Promise<Result<number, string>> {
  const { labs, io, values } = stage;
  const lab = await bringUp(stage);
  if (!lab.ok) return lab;
  try {
    io.out(`${labs.demo.approvals}\n`);
    return ok(await playActs(labs.demo.acts, lab.value, io));
  } finally {
    if (flag(values, "keep")) io.out(staysText(lab.value, io));
    else await lab.value.down();
  }
}

/** Until one does not end well. */
async function playActs(acts: readonly Act[], lab: Lab, io: Io): Promise<number> {
  for (const act of acts) {
    if (act.world !== null) await lab.load(act.world);
    io.out(`\n${act.text}\n\n`);
    const exit = await playRunbook(lab, io, act);
    if (exit !== EXIT.done) return exit;
  }
  return EXIT.done;
}
