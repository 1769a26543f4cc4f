/**
 * Makes the frames of the quiz: each page in a real terminal over a real lab, at both sizes, and beside it the facts that the
 * keys are taken from: the journal, the effects that the lab's daemons saw, and what became of the run once the terminal was
 * dropped. `node test/frames/quiz/make.ts FOLDER [SCENE ...]`.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { downLab, readLedger, sqlQuietly, upLab, type Lab } from "../../../src/packs/appliance/lab/index.ts";
import { HANDRAIL, TREE } from "../../support/program.ts";
import { descendant, openPty, type Pty } from "../../support/pty.ts";
import { SCENES, type Stage } from "./scenes.ts";

const [folder = "", ...wanted] = process.argv.slice(2);
const state = mkdtempSync(join(tmpdir(), "handrail-quiz-"));
const env: NodeJS.ProcessEnv = { ...process.env, XDG_STATE_HOME: state, HANDRAIL_CONFIG: "" };
delete env["HANDRAIL_LAB"];
const pause = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));

/** Waits until nothing is drawn any more. */
async function still(terminal: Pty): Promise<string> {
  for (let before = terminal.text(); ;) {
    await pause(700);
    const now = terminal.text();
    if (now === before) return now;
    before = now;
  }
}

async function said(...args: readonly string[]): Promise<string> {
  const { stdout } = await execa(HANDRAIL, [...args, "--lab"], { env, cwd: TREE, reject: false });
  return stdout;
}

/** What is true, and who says so: not one word of it is read off a frame. */
async function facts(lab: Lab): Promise<Record<string, unknown>> {
  const runs = (await said("journal", "list", "--json")).split("\n").filter(Boolean);
  return {
    rows: await sqlQuietly(
      lab,
      `SELECT c.vm_name, c.current_status, j.job_type, j.status FROM vm_replication_contexts c
         LEFT JOIN failover_jobs j ON j.vm_context_id = c.context_id ORDER BY c.vm_name`,
    ),
    runs: runs.map((line) => JSON.parse(line) as unknown),
    report: runs.length === 0 ? null : (JSON.parse(await said("report", "last", "--json")) as unknown),
    effects: await readLedger(lab),
  };
}

async function scene(lab: Lab, name: string, reach: (stage: Stage) => Promise<Pty>): Promise<void> {
  const terminals: Pty[] = [];
  const open = (args: string): Pty => {
    const terminal = openPty("/bin/sh", ["-c", `exec bin/handrail ${args} --lab`], { env, cwd: TREE });
    terminals.push(terminal);
    return terminal;
  };
  const terminal = await reach({ lab, open });
  for (const [columns, rows] of [
    [80, 24],
    [120, 40],
  ] as const) {
    terminal.resize(columns, rows);
    writeFileSync(join(folder, `${name}-${columns}.txt`), `${(await still(terminal)).trimEnd()}\n`);
  }
  const before = await facts(lab);
  const programs = terminals.flatMap(({ pid }) => descendant(pid, "handrail.mjs") ?? []);
  terminal.drop();
  await pause(3000);
  const after = await facts(lab);
  writeFileSync(join(folder, `${name}.json`), JSON.stringify({ before, after }, null, 2));
  for (const each of terminals) each.kill();
  // Who hung up while a step was under way still waits for its end.
  for (const pid of programs)
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It has ended.
    }
}

mkdirSync(folder, { recursive: true });
for (const [name, reach] of Object.entries(SCENES)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  rmSync(join(state, "handrail/journals"), { recursive: true, force: true });
  const lab = await upLab({ name: "default", scale: 4, env });
  process.stdout.write(`${name}\n`);
  await scene(lab, name, reach);
  await downLab(lab, { keep: false });
}
rmSync(state, { recursive: true, force: true });
