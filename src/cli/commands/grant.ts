import { writeFileSync } from "node:fs";
import { contractsOf, textsOf, type Grant } from "../../engine/grant.ts";
import { isChosen } from "../../engine/chosen.ts";
import type { Runbook } from "../../phases/spec.ts";
import type { StandingGrant } from "../../engine/standing-grant.ts";
import { explain, explainText, type Explained } from "../../runbooks/explain.ts";
import type { LoadedRunbook } from "../../runbooks/load.ts";
import { clean, countText } from "../../engine/words.ts";
import { flag, many, option, type Invocation, type Values } from "../command.ts";
import type { SitePack } from "../../packs/pack.ts";
import { targetNoun } from "../../phases/target-noun.ts";
import type { Site } from "../packs.ts";
import { meantPack } from "../site/meant-pack.ts";
import { TARGET_OPTION, targetOptions } from "../target.ts";
import { EXIT } from "../../engine/exit.ts";
import { sayFitted, Stop, type Io } from "../io.ts";
import { askingOperator, chooseTargets } from "../session/choose-targets.ts";
import { phaseRequest, siteRequest, targetRequest } from "../session/request.ts";
import { fixedInputs, inputNames, inputOptions, inputsOf, statedInputs, type GivenInputs } from "../session/inputs.ts";
import type { InputValue } from "../../phases/input.ts";
import { checkedRunbook } from "../runbook/cache.ts";
import { bookWords, findBook } from "../runbook/library.ts";
import { optionFor } from "../session/target-words.ts";
import { commandText, shellWord, siteName } from "../site/name.ts";
import { grantAuthor, openSession, phasesOf } from "../session/session.ts";
import { fileTrouble } from "../../files/trouble.ts";

const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

function lifetime(text = "1h"): number {
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
function rateOf(text = "10/h"): StandingGrant["rate"] {
  const [, runs = "", unit = ""] = /^([1-9]\d{0,3})\/([mhd])$/u.exec(text) ?? [];
  const seconds = (UNITS[unit] ?? 0) / 1000;
  if (!(seconds > 0)) throw new Stop(EXIT.usage, `--rate ${text}: say for example 10/h (ten runs an hour)`);
  return { runs: Number(runs), seconds };
}

/** What a grant binds, and by which digests. */
function boundText({ runbook_digest, contracts, texts = [] }: Grant | StandingGrant): string {
  const lines = [
    "",
    `It binds the runbook (digest ${runbook_digest.slice(0, 16)}) and the contract of each of its ${countText(Object.keys(contracts).length, "changing step")}: what it does, how far it may reach, its risk and its proof.`,
    ...texts.map(
      ({ title, sha256, text }) =>
        `It binds the shell text "${clean(title)}", ${countText(text.trimEnd().split("\n").length, "line")} as shown above (sha256 ${sha256.slice(0, 16)}).`,
    ),
    "A preview that reaches further, or asks for more than its step, is not covered: then it ends with exit 5.",
  ];
  return `${lines.join("\n")}\n`;
}

function write(file: string, grant: Grant | StandingGrant): void {
  try {
    writeFileSync(file, `${JSON.stringify(grant, null, 2)}\n`, { mode: 0o600, flag: "wx" });
  } catch (error) {
    throw new Stop(EXIT.usage, `cannot write ${file}: ${fileTrouble(error)}`);
  }
}

/** The inputs that a grant binds; `{}` where the runbook asks none. */
const bound = ({ inputs }: GivenInputs): Pick<Grant, "inputs"> =>
  Object.keys(inputs).length === 0 ? {} : { inputs: inputs as Readonly<Record<string, InputValue>> };

/** What every run of a grant is told, one line. */
const inputsText = ({ inputs = {} }: Pick<Grant, "inputs">): string =>
  Object.keys(inputs).length === 0
    ? ""
    : `It is for these inputs alone: ${Object.entries(inputs)
        .map(([name, value]) => `${clean(name)} = ${clean(String(value))}`)
        .join(", ")}.\n`;

/** What a standing grant tells its runs: as it was said or by default; choices of the site are looked at by each run. */
function standingInputs({ runbook }: LoadedRunbook, values: Values): Pick<StandingGrant, "inputs" | "caller_inputs"> {
  const stated = statedInputs(many(values, "input"), runbook);
  const free = many(values, "caller-input");
  for (const name of free)
    if (runbook.inputs?.[name] === undefined)
      throw new Stop(EXIT.usage, `--caller-input ${clean(name)}: ${inputNames(runbook)}. Nothing was executed`);
  return { ...bound(fixedInputs(runbook, stated, free)), ...(free.length === 0 ? {} : { caller_inputs: [...free] }) };
}

/** What callers may say by themselves, one line. */
const callerText = ({ caller_inputs: free = [] }: StandingGrant): string =>
  free.length === 0 ? "" : `A caller may say ${free.map(clean).join(", ")}, within what the runbook takes.\n`;

/** Which kind of targets it is for: that of the product, where the runbook's targets have jobs of it. */
async function scopeOf({ select }: Runbook, { values, io }: Invocation): Promise<SitePack<Site>["standing"]> {
  const { standing } = await meantPack(values, io.env);
  return "job_type" in select.columns ? standing : null;
}

/** `handrail grant RUNBOOK --standing`: for `serve`, whose callers say which target. The world is not asked. */
async function standing({ values, io }: Invocation, book: LoadedRunbook, file: string, life: number): Promise<number> {
  if (many(values, TARGET_OPTION).length > 0 || flag(values, "all-stuck"))
    throw new Stop(
      EXIT.usage,
      `a standing grant names no ${targetNoun(book.runbook)}: the caller of the endpoint does`,
    );
  const nowMs = Date.now();
  const scope = await scopeOf(book.runbook, { values, rest: [], io });
  const grant: StandingGrant = {
    handrail_standing_grant: 1,
    runbook: book.runbook.id,
    runbook_digest: book.digest,
    site: await siteName(values, io.env),
    ...(scope === null ? {} : { job_type: scope.jobType }),
    contracts: contractsOf(book.runbook),
    texts: textsOf(book.runbook),
    ...standingInputs(book, values),
    rate: rateOf(option(values, "rate")),
    written_by: grantAuthor(io),
    written_at: new Date(nowMs).toISOString(),
    expires_at: new Date(nowMs + life).toISOString(),
  };
  sayFitted(io, explainText(explain(book.runbook)));
  write(file, grant);
  sayFitted(io, `${boundText(grant)}${inputsText(grant)}${callerText(grant)}`);
  const { runs, seconds } = grant.rate;
  const noun = targetNoun(book.runbook);
  sayFitted(
    io,
    `\nGranted until ${grant.expires_at} on ${grant.site} for EVERY ${noun} that a caller of the endpoint names, ${scope === null ? "" : `${scope.says}, `}at most ${countText(runs, "run")} in ${seconds} seconds: all of the above, within its contracts.\n`,
  );
  sayFitted(io, `Name it in the configuration under serve.standing_grants; removing the file takes it back at once.\n`);
  return EXIT.done;
}

/** What of a grant nobody can take back, so that it stands last on the screen. */
function finalText({ phases }: Explained): string {
  const final = phases.flatMap(({ steps }) => steps.filter(({ marks }) => marks === "cannot be undone"));
  if (final.length === 0) return "No step of it says of itself that it cannot be undone; each preview says what can.";
  const titles = final.map(({ says }) => `  ${clean(says)}`).join("\n");
  return `CANNOT BE UNDONE, and will not be asked about again where the grant is used:\n${titles}`;
}

/** The run that a grant is for, as a command: the words of its runbook and the option that names its targets. */
const usageOf = (words: string, name: string, { targets, inputs = {} }: Grant): string =>
  `run ${words}${targetOptions(
    name,
    targets.map(({ key }) => shellWord(key)),
  )}${inputOptions(inputs)}`;

/** `handrail grant RUNBOOK … -o FILE`: shows what is granted, then writes it. Nothing is executed. */
export async function run(invocation: Invocation): Promise<number> {
  const {
    values,
    rest: [name = ""],
    io,
  } = invocation;
  const file = option(values, "o");
  if (file === undefined) throw new Stop(EXIT.usage, "say where to write the grant: -o FILE");
  const life = lifetime(option(values, "expires"));
  const { file: bookFile, id } = await findBook(values, io.env, name);
  const book = await checkedRunbook(bookFile, id, io.env);
  if (flag(values, "standing")) return standing(invocation, book, file, life);
  for (const name of ["rate", "caller-input"])
    if (values[name] !== undefined) throw new Stop(EXIT.usage, `--${name} belongs to --standing`);
  return forTargets(invocation, { book, bookFile, file, life });
}

/** What a grant is written for, and where to. */
interface Wish {
  readonly book: LoadedRunbook;
  /** The file of the runbook. */
  readonly bookFile: string;
  /** The file of the grant. */
  readonly file: string;
  /** Milliseconds. */
  readonly life: number;
}

/** A grant for one run over targets that are named. */
async function forTargets({ values, io }: Invocation, { book, bookFile, file, life }: Wish): Promise<number> {
  const phases = phasesOf(phaseRequest(values), book.runbook);
  const stated = statedInputs(many(values, "input"), book.runbook);
  const session = await openSession(siteRequest(values), io);
  try {
    const operator = askingOperator(io, flag(values, "json"));
    const targets = await chooseTargets(session, { ...book, file: bookFile }, targetRequest(values), operator);
    const given = await inputsOf(book.runbook, stated, session.connections, operator);
    const nowMs = Date.now();
    const grant: Grant = {
      handrail_grant: 1,
      runbook: book.runbook.id,
      runbook_digest: book.digest,
      site: session.site.name,
      targets: targets.map(({ key, label }) => ({ key, label })),
      contracts: contractsOf(book.runbook, phases),
      texts: textsOf(book.runbook),
      ...bound(given),
      written_by: grantAuthor(io),
      written_at: new Date(nowMs).toISOString(),
      expires_at: new Date(nowMs + life).toISOString(),
    };
    const explanation = explain(chosenOnly(book.runbook, phases));
    sayFitted(io, explainText(explanation));
    write(file, grant);
    tellGrant(io, grant, explanation);
    const words = await bookWords(siteRequest(values), io.env, { file: bookFile, id: book.runbook.id });
    const phaseOption = phases === undefined ? "" : ` --phases ${phases.join(",")}`;
    const command = `${usageOf(words, optionFor(session.site, book.runbook), grant)} --grant ${shellWord(file)}${phaseOption}`;
    io.out(`Use it with: ${commandText(values, io.env, command)}\n`);
    return EXIT.done;
  } finally {
    await session.close();
  }
}

/** Says what was granted, and what of it nobody can take back last. */
function tellGrant(io: Io, grant: Grant, explanation: Explained): void {
  sayFitted(io, `${boundText(grant)}${inputsText(grant)}`);
  const names = grant.targets.map(({ label, key }) => `${clean(label)} (${clean(key)})`).join(", ");
  sayFitted(io, `\nGranted until ${grant.expires_at} for ${names}: all of the above, within its contracts.\n`);
  sayFitted(io, `${finalText(explanation)}\n`);
}
