/** A detach that takes about as long as Handrail waits: what each length must come to. */
import { expect } from "vitest";
import { done, effects, expectRecovered, keyOf, openJobs, volumesOf } from "./effects.ts";
import { anIncident } from "./incident.ts";

/**
 * Runs a slow world in a lab of its own and resumes it so often; gives the exit codes. Never is a second request sent
 * for one intent, and what is not done by the last of them is not built upon.
 */
export async function exitsOf(scale: number, seconds: string, resumes: number): Promise<number[]> {
  const incident = await anIncident({ scale });
  try {
    const { lab } = incident;
    await incident.world(`daemon-slow:${seconds}`);
    const key = await keyOf(lab, "pgtest1");
    const jobs = await openJobs(lab, key);
    const [first] = await volumesOf(lab, key);
    const posts = async () => done(await effects(lab), "detach").filter((id) => id === first?.id);
    const seen: number[] = [];
    while (seen.length <= resumes) {
      const said = seen.length === 0 ? await incident.recover({ vm: [key] }) : await incident.resume({ vm: [key] });
      seen.push(said.exit);
      expect(await posts()).toHaveLength(1);
      if (said.exit === 3) {
        expect(said.out).toContain("IN DOUBT");
        expect(said.out).toMatch(/was not finished after 60 s and may still finish/u);
        expect(said.out).toContain("It was not sent again");
      }
    }
    if (seen.at(-1) === 0) await expectRecovered(lab, key, jobs);
    else expect((await effects(lab)).filter(({ what }) => /Snapshot|^sql|^attach/u.test(what))).toEqual([]);
    return seen;
  } finally {
    await incident.down();
  }
}
