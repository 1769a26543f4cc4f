/** `--input`: what a run is told before it begins, or asks of a person; every value is checked before anything is begun. */
import type { Bodies } from "../../engine/bodies.ts";
import { EXIT } from "../../engine/exit.ts";
import { stopCause, type OperatorPort } from "../../engine/operator-port.ts";
import { inputChoices, inputForm, inputValue, type InputSource, type InputValue } from "../../phases/input.ts";
import type { InputSpec, Runbook } from "../../phases/spec.ts";
import type { Ports } from "../../ports/ports.ts";
import { didYouMean } from "../../text/near.ts";
import { safeText } from "../../text/safe-text.ts";
import { Stop } from "../io.ts";
import { shellWord } from "../terminal/shell-word.ts";

/** Inputs as they were said: name to text. */
export interface StatedInputs extends Pick<ReadonlyMap<string, string>, "get" | "has"> {
  /** How somebody says one, for messages: not as an option where there is no command line. */
  spelling(name: string, text: string): string;
}

const asOption = (name: string, text: string): string => `--input ${name}=${text}`;

const saidWith = (texts: ReadonlyMap<string, string>, spelling: StatedInputs["spelling"]): StatedInputs => ({
  get: (name) => texts.get(name),
  has: (name) => texts.has(name),
  spelling,
});

/** The inputs of a run, as its first event keeps them. */
export type GivenInputs = Pick<Bodies["run.created"], "inputs" | "input_sources">;

/** Which inputs there are, where another was named. */
export function inputNames({ id, inputs = {} }: Runbook): string {
  const names = Object.keys(inputs);
  return names.length === 0 ? `${id} has no inputs` : `${id} has ${names.join(", ")}`;
}

/** What was said with `--input NAME=VALUE`, as far as the runbook can tell whether it asks that. */
export function statedInputs(texts: readonly string[], runbook: Runbook): StatedInputs {
  const names = Object.keys(runbook.inputs ?? {});
  const stated = new Map<string, string>();
  for (const text of texts) {
    const [, name = "", value = ""] = /^([^=]*)=(.*)$/su.exec(text) ?? [];
    const option = `--input ${safeText(text)}`;
    if (name === "") throw new Stop(EXIT.usage, `${option}: say NAME=VALUE. Nothing was executed`);
    if (!names.includes(name)) {
      const hint = didYouMean(name, names);
      const end = `${inputNames(runbook)}${hint === null ? "" : `; ${hint}`}. Nothing was executed`;
      throw new Stop(EXIT.usage, `${option}: there is no input ${safeText(name)}; ${end}`);
    }
    if (stated.has(name)) throw new Stop(EXIT.usage, `${option}: ${name} is given twice. Nothing was executed`);
    stated.set(name, value);
  }
  return saidWith(stated, asOption);
}

/** Inputs that a grant or a caller of the endpoint says. */
export const statedFor = (inputs: Readonly<Record<string, InputValue>>): StatedInputs =>
  saidWith(
    new Map(Object.entries(inputs).map(([name, value]) => [name, String(value)])),
    (name, text) => `inputs.${name} = ${text}`,
  );

/** What stands to be told: one input, and the values that it may be chosen from. */
interface Wanted {
  readonly name: string;
  readonly spec: InputSpec;
  readonly choices: readonly string[] | null;
}

/** The value of what was said, or of a default. */
function fixedValue({ name, spec, choices }: Wanted, stated: StatedInputs, text: string): InputValue {
  const value = inputValue(spec, text, choices);
  if (value.ok) return value.value;
  const subject = stated.has(name)
    ? stated.spelling(name, safeText(text))
    : `the default of ${name}, ${safeText(text)}`;
  throw new Stop(EXIT.usage, `${subject}: ${safeText(value.error)} is wanted. Nothing was executed`);
}

/** Asks until a value fits; null where nobody says one. */
async function askFor({ name, spec, choices }: Wanted, operator: OperatorPort): Promise<InputValue | null> {
  let refusal = "";
  for (;;) {
    const { title, why: reason = null } = spec;
    const text = await operator.input({ name, title, reason, form: inputForm(spec), choices, refusal });
    const cause = stopCause(operator);
    if (cause !== null) throw new Stop(cause.exit, `stopped by ${cause.by}. Nothing was executed`);
    if (text === null) return null;
    const value = inputValue(spec, text, choices);
    if (value.ok) return value.value;
    refusal = `${safeText(text)}: ${safeText(value.error)} is wanted`;
  }
}

async function choicesOf({ spec, name }: Omit<Wanted, "choices">, ports: Ports): Promise<readonly string[] | null> {
  const choices = await inputChoices(spec, ports);
  if (choices.ok) return choices.value;
  const exit = choices.error.kind === "unreachable" ? EXIT.unreachable : EXIT.failed;
  throw new Stop(exit, `what ${name} may be is not known: ${safeText(choices.error.message)}. Nothing was executed`);
}

/**
 * The inputs of runs that nobody begins: as they were said or by default; those that callers may say need not be. The site is not
 * asked what there is to choose from.
 */
export function fixedInputs(
  { inputs = {} }: Runbook,
  stated: StatedInputs,
  callerInputs: readonly string[] = [],
): GivenInputs {
  const missing: Wanted[] = [];
  const entries = Object.entries(inputs).flatMap(([name, spec]): [string, InputValue, InputSource][] => {
    const wanted: Wanted = { name, spec, choices: spec.type.kind === "choice" ? spec.type.choices : null };
    const text = stated.get(name) ?? spec.default;
    if (text !== undefined) {
      return [[name, fixedValue(wanted, stated, text), stated.has(name) ? "option" : "default"]];
    }
    if (!callerInputs.includes(name)) missing.push(wanted);
    return [];
  });
  refuseMissing(missing, stated);
  return givenOf(entries);
}

const givenOf = (entries: readonly (readonly [string, InputValue, InputSource])[]): GivenInputs =>
  entries.length === 0
    ? { inputs: {} }
    : {
        inputs: Object.fromEntries(entries.map(([name, value]) => [name, value])),
        input_sources: Object.fromEntries(entries.map(([name, _value, source]) => [name, source])),
      };

function refuseMissing(missing: readonly Wanted[], stated: StatedInputs): void {
  if (missing.length === 0) return;
  const lines = missing.map((wanted) => lackText(wanted, stated)).join("\n");
  throw new Stop(EXIT.needed, `the run has to be told what nobody said. Nothing was executed; give it with\n${lines}`);
}

/** What was not said, and how it is. */
const lackText = ({ name, spec }: Wanted, stated: StatedInputs): string =>
  `  ${stated.spelling(name, shellWord("VALUE"))}: ${safeText(spec.title)}, ${safeText(inputForm(spec))}`;

/**
 * The inputs of a run: as they were said, else as a person says them, else by default. Stops where one is missing or does
 * not fit; nothing was begun then. `operator`: null where nobody is to be asked.
 */
export async function inputsOf(
  { inputs = {} }: Runbook,
  stated: StatedInputs,
  ports: Ports,
  operator: OperatorPort | null,
): Promise<GivenInputs> {
  const entries: (readonly [string, InputValue, InputSource])[] = [];
  const missing: Wanted[] = [];
  for (const [name, spec] of Object.entries(inputs)) {
    const wanted: Wanted = { name, spec, choices: await choicesOf({ name, spec }, ports) };
    const entry = await entryOf(wanted, stated, operator);
    if (entry === null) missing.push(wanted);
    else entries.push([name, ...entry]);
  }
  refuseMissing(missing, stated);
  return givenOf(entries);
}

/** One value and how it was given; null where nobody says it. */
async function entryOf(
  wanted: Wanted,
  stated: StatedInputs,
  operator: OperatorPort | null,
): Promise<readonly [InputValue, InputSource] | null> {
  const option = stated.get(wanted.name);
  if (option !== undefined) return [fixedValue(wanted, stated, option), "option"];
  const { default: fallback } = wanted.spec;
  if (fallback !== undefined) return [fixedValue(wanted, stated, fallback), "default"];
  const value = operator === null ? null : await askFor(wanted, operator);
  return value === null ? null : [value, "answer"];
}

/** The options that say the same once more, for a command to be copied. */
export const inputOptions = (inputs: GivenInputs["inputs"]): string =>
  Object.entries(inputs)
    .map(([name, value]) => ` --input ${shellWord(`${name}=${String(value)}`)}`)
    .join("");
