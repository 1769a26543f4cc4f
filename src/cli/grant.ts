import { writeFileSync } from "node:fs";
import { contractsOf, type Grant } from "../engine/grant.ts";
import { isChosen } from "../engine/chosen.ts";
import type { Runbook } from "../phases/spec.ts";
import { explain, explainText } from "../runbooks/explain.ts";
import { clean } from "../engine/words.ts";
import { one, type Invocation } from "./command.ts";
import { EXIT } from "./exit.ts";
import { Stop } from "./io.ts";
import { chooseTargets } from "./run.ts";
import { findRunbook, loadFile } from "./runbook-file.ts";
import { shippedFile } from "./runbook-source.ts";
import { grantAuthor, openSession, phasesIn } from "./session.ts";

const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

function lifetime(text: string): number {
  const [, amount = "", unit = ""] = /^([1-9]\d{0,3})([mhd])$/u.exec(text) ?? [];
  const milliseconds = Number(amount) * (UNITS[unit] ?? 0);
  if (!(milliseconds > 0)) throw new Stop(EXIT.usage, `--expires ${text}: say for example 30m, 1h or 2d`);
  return milliseconds;
}

/** The runbook with its chosen phases only, for showing what is granted. */
const chosenOnly = (runbook: Runbook, phases: readonly string[] | undefined): Runbook => ({
  ...runbook,
  phases: runbook.phases.filter((phase) => isChosen(phases, phase)),
});

/** `handrail grant RUNBOOK … -o FILE`: shows what is granted, then writes it. Nothing is executed. */
export async function run({ values, rest, io }: Invocation): Promise<number> {
  const file = one(values, "o");
  if (file === undefined) throw new Stop(EXIT.usage, "say where to write the grant: -o FILE");
  const life = lifetime(one(values, "expires") ?? "1h");
  const loaded = findRunbook(loadFile(one(values, "file") ?? shippedFile(), rest[0]), rest[0] ?? "");
  const phases = phasesIn(values, loaded.runbook);
  const session = await openSession(values, io);
  try {
    const targets = await chooseTargets(session, loaded, values);
    const now = Date.now();
    const grant: Grant = {
      handrail_grant: 1,
      runbook: loaded.runbook.id,
      runbook_digest: loaded.digest,
      site: session.site.name,
      targets: targets.map(({ key, label }) => ({ key, label })),
      contracts: contractsOf(loaded.runbook, phases),
      written_by: grantAuthor(io),
      written_at: new Date(now).toISOString(),
      expires_at: new Date(now + life).toISOString(),
    };
    io.out(explainText(explain(chosenOnly(loaded.runbook, phases))));
    try {
      writeFileSync(file, `${JSON.stringify(grant, null, 2)}\n`, { mode: 0o600, flag: "wx" });
    } catch (error) {
      throw new Stop(EXIT.usage, `cannot write ${file}: ${error instanceof Error ? error.message : String(error)}`);
    }
    io.out(
      `\nGranted until ${grant.expires_at} for ${targets.map(({ label, key }) => `${clean(label)} (${clean(key)})`).join(", ")}: all of the above, within its contracts.\n`,
    );
    io.out(
      `Use it with: handrail run ${loaded.runbook.id} --grant ${file}${phases === undefined ? "" : ` --phases ${phases.join(",")}`} …\n`,
    );
    return EXIT.done;
  } finally {
    await session.close();
  }
}
