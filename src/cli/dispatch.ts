/** From the words of a command line to the command that they name. */
import { parseArgs } from "node:util";
import { COMMANDS } from "./commands.ts";
import type { CommandSpec, Values } from "./command.ts";
import { EXIT } from "../engine/exit.ts";
import { Stop, type Io } from "./io.ts";
import { programName } from "./terminal/program-name.ts";
import { fullVersion } from "./version.ts";

/** A word of the command line, as it was taken for. */
interface Token {
  readonly kind: string;
  readonly name?: string;
  readonly value?: string | undefined;
}

const wantsHelp = (args: readonly string[]): boolean =>
  args.slice(0, args.includes("--") ? args.indexOf("--") : args.length).some((arg) => arg === "--help" || arg === "-h");

/** A pasted text that begins with an SQL remark (`-- …`) is no option: those have no blank behind their dashes. */
function sayings(args: readonly string[]): string[] {
  const end = args.includes("--") ? args.indexOf("--") : args.length;
  const texts = args.slice(0, end).filter((arg) => /^--\s/u.test(arg));
  if (texts.length === 0) return [...args];
  return [...args.slice(0, end).filter((arg) => !texts.includes(arg)), "--", ...texts, ...args.slice(end + 1)];
}

/** What was said in either spelling of an option that has two, under its own name and no other. */
function respelled({ options }: CommandSpec, tokens: readonly Token[]): Values {
  const others = Object.entries(options).flatMap(([name, { sameAs }]) =>
    sameAs === undefined ? [] : [{ name, sameAs }],
  );
  return Object.fromEntries(
    others.flatMap(({ name, sameAs }) => {
      const said = tokens.filter((token) => token.kind === "option" && [name, sameAs].includes(token.name ?? ""));
      const values = said.map(({ value }) => value ?? "");
      const whole = options[sameAs]?.multiple === true && values.length > 0 ? values : values.at(-1);
      return [[name, undefined] as const, [sameAs, whole] as const];
    }),
  );
}

/** The options and other words of a command line, by the options that the command has; stops with 64 where it has no such. */
export function parseWords(
  command: CommandSpec,
  args: readonly string[],
): { readonly values: Values; readonly rest: readonly string[] } {
  const options = Object.fromEntries(
    Object.entries(command.options).map(([name, spec]) => [
      name,
      {
        type: spec.takes === undefined ? ("boolean" as const) : ("string" as const),
        multiple: spec.multiple === true,
        ...(name.length === 1 ? { short: name } : {}),
      },
    ]),
  );
  try {
    const wish = { args: sayings(args), options, allowPositionals: true, strict: true, tokens: true } as const;
    const { values, positionals, tokens } = parseArgs(wish);
    return { values: { ...values, ...respelled(command, tokens) } as Values, rest: positionals };
  } catch (error) {
    const message = (error instanceof Error ? error.message : String(error)).split(". To specify")[0];
    throw new Stop(EXIT.usage, `${message ?? ""}\nusage: handrail ${command.usage}`);
  }
}

async function unknownCommand(name: string, io: Io): Promise<Stop> {
  const { unknownText } = await import("./help.ts");
  const names = COMMANDS.map((command) => command.name);
  return new Stop(EXIT.usage, unknownText("command", name, names, programName(io.env)));
}

/** What these words print in place of a command. */
const PRINTS: ReadonlyMap<string, (io: Io) => Promise<string>> = new Map([
  ["--help", mainText],
  ["-h", mainText],
  ["--version", () => Promise.resolve(`handrail ${fullVersion()}\n`)],
]);

async function mainText(io: Io): Promise<string> {
  return (await import("./help.ts")).mainHelp(COMMANDS, programName(io.env));
}

/** The first word, where it names something, and what stands behind it. */
function splitName(args: readonly string[]): readonly [string, readonly string[]] {
  const [first, ...tail] = args;
  const hasName = first !== undefined && (!first.startsWith("-") || PRINTS.has(first));
  // Without a command it is the console, which says itself where it cannot be opened.
  return hasName ? [first, tail] : ["console", args];
}

/** The words behind a command, as it takes them; stops with 64 where they are too few or too many. */
function wordsFor(command: CommandSpec, args: readonly string[]): ReturnType<typeof parseWords> {
  const words = command.raw === true ? { values: {}, rest: args } : parseWords(command, args);
  if (words.rest.length >= command.rest.least && words.rest.length <= command.rest.most) return words;
  throw new Stop(EXIT.usage, `usage: handrail ${command.usage}`);
}

const kindsOfPack = async (): Promise<void> => (await import("./packs.ts")).loadKinds();

/** Runs the command that `args`, without the program's own name, ask for; gives its exit code, or throws a {@link Stop}. */
export async function dispatch(args: readonly string[], io: Io): Promise<number> {
  const [name, rest] = splitName(args);
  const print = PRINTS.get(name);
  if (print !== undefined) {
    io.out(await print(io));
    return EXIT.done;
  }
  const command = COMMANDS.find((spec) => spec.name === name);
  if (command === undefined) throw await unknownCommand(name, io);
  if (command.raw !== true && wantsHelp(rest)) {
    io.out((await import("./help.ts")).commandHelp(command));
    return EXIT.done;
  }
  const words = wordsFor(command, rest);
  const [{ run }] = await Promise.all([command.load(), command.kinds ?? kindsOfPack()]);
  return run({ values: words.values, rest: words.rest, io });
}
