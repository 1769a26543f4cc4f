/** A run on a site of one's own, killed with -9 at some moment and taken up until it came to its end. */
import { expect } from "vitest";
import type { OwnWorld } from "../incidents/worlds.ts";
import { EXIT } from "../../src/engine/exit.ts";
import type { Said } from "./incident.ts";
import { journalPath } from "../../src/cli/paths.ts";
import { killed, type Kill, type Moment } from "./kill.ts";
import { cutPower } from "./power-cut.ts";

/** More sessions than any kill needs. */
const MOST = 6;

/** What no look of the run tells is said by somebody who looks elsewhere. */
async function resolve({ site, witness }: OwnWorld): Promise<void> {
  if (witness === undefined) return;
  const note = "the server's own log of statements was looked at";
  const said = await site.cli("resolve", ["last", witness.step], { as: await witness.look(), note, file: undefined });
  expect(said).toMatchObject({ exit: 0, err: "" });
}

/** Kills one run and brings it to its end; gives its last exit code. */
export async function surviveOwnKill(world: OwnWorld, moment: Moment & Pick<Kill, "powerCut">): Promise<number> {
  const { site, runbook, target, input = [], decide = [], doByHand } = world;
  site.forget();
  const grant = await site.grant(runbook, { vm: [target], input });
  const told = [input.map((each) => ["--input", each]), decide.map((each) => ["--decide", each])].flat(2);
  const words = ["run", runbook, "--file", site.file, "--vm", target, ...told, "--grant", grant];
  let exit = await killed(site, words, moment, doByHand === undefined ? [0] : [0, EXIT.needed]);
  if (moment.powerCut === true) cutPower(journalPath(site.env, "shop"));
  for (let session = 0; exit !== 0 && session < MOST; session += 1) {
    if (exit === EXIT.needed) await doByHand?.();
    if (exit === EXIT.doubt) await resolve(world);
    const said = await site.cli("resume", ["last"], { grant, decide, file: undefined });
    if (said.exit !== EXIT.usage) exit = said.exit;
    // It was through before it was killed, or was killed before it wrote anything down: then nothing was done.
    else if (/is closed/u.test(said.err)) exit = 0;
    else exit = (await site.cli("run", [runbook], { vm: [target], input, decide, grant })).exit;
  }
  expect(exit).not.toBeNull();
  return exit ?? -1;
}

/** One run that nobody kills; what a person does outside is done once it waits for that. */
export async function recoverOwn({
  site,
  runbook,
  target,
  input = [],
  decide = [],
  doByHand,
}: OwnWorld): Promise<Said> {
  const ran = await site.run(runbook, { vm: [target], input, decide });
  if (ran.exit !== EXIT.needed || doByHand === undefined) return ran;
  await doByHand();
  return site.resume(runbook, { vm: [target], input, decide });
}
