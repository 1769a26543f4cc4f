/** A run on a site of one's own, killed with -9 at some moment and taken up until it came to its end. */
import { expect } from "vitest";
import type { OwnWorld } from "../incidents/worlds.ts";
import { EXIT } from "../../src/engine/exit.ts";
import { killed, type Moment } from "./kill.ts";

/** More sessions than any kill needs. */
const MOST = 6;

/** Kills one run and brings it to its end; gives its last exit code. */
export async function surviveOwnKill({ site, runbook, target }: OwnWorld, moment: Moment): Promise<number> {
  site.forget();
  const grant = await site.grant(runbook, { vm: [target] });
  const words = ["run", runbook, "--file", site.file, "--vm", target, "--grant", grant];
  let exit = await killed(site, words, moment);
  for (let session = 0; exit !== 0 && session < MOST; session += 1) {
    const said = await site.cli("resume", ["last"], { grant, file: undefined });
    if (said.exit !== EXIT.usage) exit = said.exit;
    // It was through before it was killed, or was killed before it wrote anything down: then nothing was done.
    else if (/is closed/u.test(said.err)) exit = 0;
    else exit = (await site.cli("run", [runbook], { vm: [target], grant })).exit;
  }
  expect(exit).not.toBeNull();
  return exit ?? -1;
}
