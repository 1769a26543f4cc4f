/** The real program, killed at a moment that a seed chose, and resumed until it is done. */
import { spawn } from "node:child_process";
import { expect } from "vitest";
import { SCENARIOS, expectSurvived, resumed, type Scenario } from "./crash.ts";
import { before, effects, expectRestUntouched, keyOf } from "./effects.ts";
import { RUNBOOK, type Incident } from "./incident.ts";
import { cutPower } from "./power-cut.ts";
import { HANDRAIL } from "./program.ts";
import { journalPath } from "../../src/cli/paths.ts";

/** Scenarios that end well when nothing disturbs them, and that have something to do. */
const WELL = SCENARIOS.filter(({ exit, world }) => exit === 0 && world !== "already-reset");

export interface Kill {
  readonly scenario: Scenario;
  /** The line of events in the program's output that it is killed at, and how many milliseconds later. */
  readonly line: number;
  readonly after: number;
  /** Whether the power goes at that moment, too. */
  readonly powerCut?: boolean;
}

/** What is said of an event begins with its time; the pages that are told beside them are no moments of the run. */
const EVENT_LINE = /^\d\d:\d\d:\d\dZ /gmu;

/** A run says some sixty to a hundred lines of events; its first effect comes after about thirty. */
export function chooseKill(pick: (below: number) => number): Kill {
  const scenario = WELL[pick(WELL.length)];
  if (scenario === undefined) throw new Error("there is no scenario");
  return { scenario, line: 20 + pick(60), after: pick(30) };
}

/** When the program is killed: so many lines said, or the first time that it says something; and milliseconds later. */
export type Moment = Pick<Kill, "line" | "after"> | { readonly says: RegExp; readonly after: number };

/** Starts the program and kills it at a moment; gives its exit code, null when it was killed. `ends`: codes that it may end with. */
export async function killed(
  incident: Pick<Incident, "env">,
  args: readonly string[],
  moment: Moment,
  ends: readonly number[] = [0],
): Promise<number | null> {
  const env = { ...process.env, ...incident.env };
  const child = spawn(HANDRAIL, args, { env, stdio: ["ignore", "pipe", "pipe"] });
  const ended = new Promise<number | null>((done) => void child.once("exit", (code) => done(code)));
  let said = "";
  child.stderr.on("data", (part: Buffer) => (said += part.toString()));
  let shown = "";
  let due = false;
  child.stdout.setEncoding("utf8").on("data", (part: string) => {
    shown += part;
    const come = "says" in moment ? moment.says.test(shown) : (shown.match(EVENT_LINE)?.length ?? 0) > moment.line;
    if (come && !due) setTimeout(() => child.kill("SIGKILL"), moment.after);
    due ||= come;
  });
  const code = await ended;
  if (code !== null && !ends.includes(code)) throw new Error(`exit ${code}: ${said}`);
  return code;
}

/** One kill from beginning to end, with every rule checked. Gives the last exit code, whether it was killed in time, and how many events the power cut took. */
export async function surviveKill(
  incident: Incident,
  kill: Kill,
): Promise<{ readonly exit: number; readonly hit: boolean; readonly lost: number }> {
  const { lab } = incident;
  const { scenario } = kill;
  await incident.world(scenario.world);
  const key = await keyOf(lab, scenario.vm);
  const was = await before(lab, [key]);
  const grant = await incident.grant({ vm: [key] });
  const decide = (scenario.decide ?? []).flatMap((each) => ["--decide", each]);
  const args = ["run", RUNBOOK, "--lab", "--vm", key, "--grant", grant, ...decide];
  const code = await killed(incident, args, kill);
  const lost = kill.powerCut === true ? cutPower(journalPath(incident.env, "lab-incident")) : 0;
  const all = await resumed(incident, key, scenario);
  const last = all.at(-1);
  if (last?.exit === 64 && code === null && last.err.includes("the journal has no run")) {
    expect(await effects(lab)).toEqual([]);
    await expectRestUntouched(lab, { ...was, contexts: [], volumes: [], jobs: [] });
    return { exit: scenario.exit, hit: true, lost };
  }
  const [, closed, closedExit] = /run (\S+) is closed \(exit (\d+)\)/u.exec(last?.err ?? "") ?? [];
  const exit = closed === undefined ? (last?.exit ?? -1) : Number(closedExit);
  await expectSurvived(incident, scenario, closed ?? last?.run ?? "", was, exit);
  return { exit, hit: code === null, lost };
}
