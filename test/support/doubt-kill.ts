/** The real program, killed at a moment that a seed chose, and another run of the VM that is refused before the resume. */
import { expect } from "vitest";
import { boardOf } from "./board.ts";
import { resumed } from "./crash.ts";
import { keyOf } from "./effects.ts";
import { heldIn, isOpen, isUnseen } from "./held.ts";
import { RUNBOOK, type Incident } from "./incident.ts";
import { killed, type Kill } from "./kill.ts";
import { wholeJournal } from "./recordings.ts";
import { refusedRun } from "./refused-run.ts";

const doubtsIn = (list: string): string[] => list.split("\n").filter((line) => line.startsWith("IN DOUBT since "));

/**
 * One kill: while the end of a change is not known it stands first, after every run that was refused meanwhile, and no run
 * begins; once the run is closed nothing is in doubt. Gives whether there was a doubt.
 */
export async function doubtStaysFirst(incident: Incident, { scenario, line, after }: Kill): Promise<boolean> {
  await incident.world(scenario.world);
  const key = await keyOf(incident.lab, scenario.vm);
  const grant = await incident.grant({ vm: [key] });
  const decide = (scenario.decide ?? []).flatMap((each) => ["--decide", each]);
  await killed(incident, ["run", RUNBOOK, "--lab", "--vm", key, "--grant", grant, ...decide], { line, after });
  const events = await wholeJournal(incident).catch(() => []);
  const [first] = events;
  if (first === undefined) return false;
  const held = heldIn(events);
  const run = first.run_id;
  if (held.closed !== null) return false;
  const open = isOpen(held, key);
  const refused = [await refusedRun(incident, run, true), await refusedRun(incident, run, false)];
  const second = await incident.cli("run", [RUNBOOK], { vm: [key] });
  if (isUnseen(held, key)) expect([second.exit, second.err]).toEqual([3, expect.stringContaining(`(run ${run})`)]);
  const list = (await incident.cli("journal", ["list"])).out;
  const board = (await boardOf(incident)).split("\n")[1] ?? "";
  if (open) {
    expect(list).toMatch(/^IN DOUBT since /u);
    expect(doubtsIn(list).every((each) => each.includes(`(run ${run})`))).toBe(true);
    expect(board).toMatch(new RegExp(`^${scenario.vm}: in doubt`, "u"));
    expect((await incident.cli("report", [run])).out).toMatch(/## Result\n\n- .*: IN DOUBT: /u);
    for (const other of refused)
      expect((await incident.cli("report", [other])).out).toContain("## IN DOUBT in other runs");
  }
  if (!isUnseen(held, key)) expect(doubtsIn(list)).toEqual([]);
  // The run in doubt is the oldest: it is taken up by its id, whatever was begun after it.
  const end = await incident.cli("resume", [run], {
    decide: scenario.decide,
    grant: await incident.grant({ vm: [key] }),
  });
  if (end.exit !== 3) {
    expect(end.exit).toBe(scenario.exit);
    expect(doubtsIn((await incident.cli("journal", ["list"])).out)).toEqual([]);
  } else await resumed(incident, key, scenario);
  return open;
}
