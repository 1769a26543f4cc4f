/** The questions about one site. Each part is tried as soon as it is answered, and asked again, or kept, where it fails. */
import { isLoopback } from "../../../connections/base-url.ts";
import { about, type Finding } from "../../../packs/finding.ts";
import { askTls, type Part, type Prompt } from "../../../packs/setup.ts";
import { lineWidth, type Io } from "../../io.ts";
import { pack, type OwnAnswers, type OwnSite } from "../../packs.ts";
import { loadFile } from "../../runbook/file.ts";
import { shippedFile } from "../../runbook/source.ts";
import { withPorts } from "../../session/site-ports.ts";
import { databases, needsFor } from "../doctor/database.ts";
import { findingLines } from "../doctor/finding.ts";
import { settingsOf, type Answers, type DatabaseAnswers, type OwnSetup } from "./answers.ts";

interface Question {
  readonly title: string;
  /** Asks, with the answers so far as what Enter takes. */
  readonly ask: (prompt: Prompt, answers: Answers) => Promise<Answers>;
  readonly attempt: (site: OwnSite) => Promise<readonly Finding[]>;
}

const DATABASE: Question = {
  title: "Database (MariaDB or MySQL)",
  ask: async (prompt, answers) => ({ ...answers, mysql: await askDatabase(prompt, answers.mysql) }),
  attempt: (site) =>
    withPorts(site, (_connections, redact) =>
      databases(site, needsFor(loadFile(shippedFile()).runbooks, pack), redact),
    ),
};

const questionOf = (part: Part<OwnSite, OwnAnswers>): Question => ({
  title: part.title,
  ask: async (prompt, answers) => ({ ...answers, own: await part.ask(prompt, answers.own) }),
  attempt: (site) => withPorts(site, (connections) => part.attempt(site, connections)),
});

/** Asks for everything, part by part, with what Enter takes. `isWhole`: nothing that was tried is broken. */
export async function askSite(
  prompt: Prompt,
  { setup, first }: { readonly setup: OwnSetup; readonly first: Answers },
  io: Io,
): Promise<{ readonly answers: Answers; readonly isWhole: boolean }> {
  let answers = first;
  let isWhole = true;
  const questions = [DATABASE, ...setup.parts.map(questionOf)];
  for (const [index, question] of questions.entries()) {
    io.out(`\n${index + 1} of ${questions.length}  ${question.title}\n`);
    const part = await askPart(prompt, question, { setup, first: answers }, io);
    ({ answers } = part);
    isWhole &&= part.isWhole;
  }
  return { answers, isWhole };
}

/** Asks until what was answered works, or is kept as it is: what is down at this moment may be right all the same. */
async function askPart(
  prompt: Prompt,
  question: Question,
  { setup, first }: { readonly setup: OwnSetup; readonly first: Answers },
  io: Io,
): Promise<{ readonly answers: Answers; readonly isWhole: boolean }> {
  let answers = first;
  for (;;) {
    answers = await question.ask(prompt, answers);
    const findings = await tryAnswers(question, setup, answers);
    for (const line of findings.flatMap((finding) => findingLines(finding, lineWidth(io) - 2))) io.out(`  ${line}\n`);
    // What the machine hides is mended by no answer.
    if (!findings.some(({ check, state }) => state === "broken" && !setup.machineChecks.includes(check)))
      return { answers, isWhole: true };
    if ((await prompt.choice("Answer again, or keep it as it is", ["again", "keep"])) === "keep")
      return { answers, isWhole: false };
  }
}

async function tryAnswers(question: Question, setup: OwnSetup, answers: Answers): Promise<readonly Finding[]> {
  const site = await pack.parseSite({ name: "setup", ...settingsOf(answers, setup, ({ value }) => value) });
  if (!site.ok) return site.error.map((line) => about("settings").broken(line, "answer again"));
  return question.attempt(site.value);
}

const portProblem = (text: string): string | null =>
  /^\d{1,5}$/u.test(text) && Number(text) >= 1 && Number(text) <= 65_535 ? null : "a port is a number from 1 to 65535";

async function askDatabase(prompt: Prompt, mysql: DatabaseAnswers): Promise<DatabaseAnswers> {
  const host = await prompt.ask("Host, or path of its socket", mysql.host);
  const isSocket = host.startsWith("/");
  const port = isSocket ? mysql.port : await prompt.ask("Port", mysql.port, portProblem);
  const name = await prompt.ask("Database", mysql.database);
  const user = await prompt.ask("User", mysql.user);
  const password = await prompt.secret("Password", user === mysql.user ? mysql.password : null);
  const tls = await askSafety(prompt, host, mysql);
  return { host, port, database: name, user, password, tls };
}

const isNear = (host: string): boolean => host.startsWith("/") || isLoopback(host);

/**
 * How the way to a host is kept safe. What does not leave this machine needs no certificate, unless the file says so of this
 * very host; authorities that the file names are not asked about, since no answer of one line could name them again.
 */
async function askSafety(
  prompt: Prompt,
  host: string,
  { tls, host: first }: DatabaseAnswers,
): Promise<DatabaseAnswers["tls"]> {
  if (isNear(host)) return host === first ? tls : null;
  return tls !== null && typeof tls === "object" ? tls : askTls(prompt);
}
