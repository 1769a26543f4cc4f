/** `handrail doctor`: what works of this set-up, what does not, and how to mend it. It changes nothing. */
import type { Finding } from "../../packs/finding.ts";
import { about } from "../../packs/finding.ts";
import { countText } from "../../engine/words.ts";
import { flag, type Invocation, type Values } from "../command.ts";
import { chooseSite } from "../site/config.ts";
import { databases, needsFor } from "../site/doctor/database.ts";
import { programs } from "../site/doctor/programs.ts";
import { services } from "../site/doctor/services.ts";
import { findingLines } from "../site/doctor/finding.ts";
import { journalOf, terminal, versions } from "../site/doctor/machine.ts";
import { packOf, type Site } from "../packs.ts";
import { EXIT } from "../../engine/exit.ts";
import { lineWidth, Stop, type Io } from "../io.ts";
import { withPorts } from "../session/site-ports.ts";
import type { Connections } from "../../connections/connect.ts";
import { lacksOf } from "../../phases/lacks.ts";
import { loadLibrary, type LibraryBook } from "../runbook/library.ts";
import { commandText } from "../site/name.ts";

/** Looks at everything, also where something before it is broken. */
export async function run({ values, io }: Invocation): Promise<number> {
  const findings = [versions(), ...terminal(io)];
  const { finding, site } = await configuration(values, io);
  findings.push(finding);
  if (site !== null) findings.push(...(await ofSite(site, values, io)));
  return tell(findings, flag(values, "json"), io);
}

async function configuration(
  values: Values,
  io: Io,
): Promise<{ readonly finding: Finding; readonly site: Site | null }> {
  const subject = about("configuration");
  try {
    const site = await chooseSite(values, io.env);
    return {
      site,
      finding: subject.ok(site.lab === null ? `site ${site.name}` : `the lab ${site.lab.name}: nothing here is real`),
    };
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    return {
      site: null,
      finding: subject.broken(
        error.message,
        "correct it, or let `handrail setup` ask for it anew; docs/configure.md has every key",
      ),
    };
  }
}

async function ofSite(site: Site, values: Values, io: Io): Promise<Finding[]> {
  const pack = packOf(site);
  const { books, broken } = await loadLibrary(values, io.env);
  return [
    ...broken.map(({ path, message }) =>
      about("runbooks").broken(
        `${path}: ${message.split("\n")[0] ?? ""}`,
        `look with: ${commandText(values, io.env, "runbooks")}`,
      ),
    ),
    ...journalOf(io.env, site.name, (words) => commandText(values, io.env, words)),
    ...(await withPorts(site, async (connections, redact) => [
      ...(await databases(site, needsFor(usable(books, connections), pack), redact)),
      ...(await services(connections)),
      ...programs(site),
      ...(await pack.doctor(site, connections)),
    ])),
  ];
}

/** What a runbook needs that this site cannot carry out says nothing of the site. */
const usable = (books: readonly LibraryBook[], connections: Connections): readonly LibraryBook[] =>
  books.filter(({ runbook }) => lacksOf(runbook, connections).length === 0);

function tell(findings: readonly Finding[], asJson: boolean, io: Io): number {
  const broken = findings.filter(({ state }) => state === "broken").length;
  const exit = broken === 0 ? EXIT.done : EXIT.unreachable;
  if (asJson) {
    io.out(`${JSON.stringify({ schema: 1, ok: broken === 0, findings })}\n`);
    return exit;
  }
  const width = lineWidth(io);
  for (const line of findings.flatMap((finding) => findingLines(finding, width))) io.out(`${line}\n`);
  io.out(`${summaryText(findings, broken)}. Nothing was changed.\n`);
  return exit;
}

function summaryText(findings: readonly Finding[], broken: number): string {
  if (broken > 0) return `${countText(broken, "thing")} of ${findings.length} ${broken === 1 ? "is" : "are"} broken`;
  const mindCount = findings.filter(({ state }) => state === "mind" || state === "unknown").length;
  const rest = mindCount > 0 ? `; ${mindCount} could be better` : "";
  return `All ${findings.length} were looked at, none is broken${rest}`;
}
