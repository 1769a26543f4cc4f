/** The questions about one site. Each part is tried as soon as it is answered, and asked again, or kept, where it fails. */
import { about, type Finding } from "../../../packs/finding.ts";
import type { Part, Prompt } from "../../../packs/setup.ts";
import { lineWidth, type Io } from "../../io.ts";
import { pack, type OwnAnswers, type OwnSite } from "../../packs.ts";
import { loadFile } from "../../runbook/file.ts";
import { shippedFile } from "../../runbook/source.ts";
import { withPorts } from "../../session/site-ports.ts";
import { databases, needsFor } from "../doctor/database.ts";
import { findingLines } from "../doctor/finding.ts";
import { settingsOf, type Answers, type OwnSetup } from "./answers.ts";
import { askDatabase } from "./ask-database.ts";

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
