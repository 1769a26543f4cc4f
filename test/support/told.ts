/** A command of the command line with somebody at the terminal, in process: what it says, and how it ends. */
import { COMMANDS } from "../../src/cli/commands.ts";
import type { Values } from "../../src/cli/command.ts";
import { Stop } from "../../src/cli/io.ts";
import type { Incident } from "./incident.ts";
import { terminal, type Keys } from "./terminal.ts";

export interface Told {
  readonly exit: number;
  readonly shown: string;
  /** The id of the run it was about, or "" when it never began one. */
  readonly run: string;
}

export interface Talk {
  readonly values?: Values;
  /** What is pressed at each prompt, in order; without answers nobody is there. */
  readonly answers?: readonly (readonly [RegExp, Keys])[];
  /** Called with each piece of text before the run goes on. */
  readonly heard?: (text: string) => void;
}

/** A key that approves a page of the plain text. */
export const APPROVE: readonly [RegExp, Keys] = [/Press a to approve/u, "a"];

/** Commands that open the screen for a person, unless they are told not to. */
const PLAIN: Readonly<Record<string, Values>> = { run: { plain: true }, resume: { plain: true } };

export async function tell(
  { env }: Pick<Incident, "env">,
  name: string,
  rest: readonly string[],
  { values = {}, answers = [], heard }: Talk = {},
): Promise<Told> {
  const { io, shown } = terminal(env, answers);
  const out = (text: string): void => {
    io.out(text);
    heard?.(text);
  };
  const spec = COMMANDS.find((each) => each.name === name);
  if (spec === undefined) throw new Error(`there is no command ${name}`);
  let said = "";
  let exit: number;
  try {
    const { run } = await spec.load();
    exit = await run({ values: { lab: true, ...PLAIN[name], ...values }, rest, io: { ...io, out } });
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    exit = error.exit;
    said = `handrail: ${error.message}\n`;
  }
  const text = `${shown()}${said}`;
  const [, run = ""] = /(?:^|\s)run (\d{8}-\d{4}-\w+):/u.exec(text) ?? [];
  return { exit, shown: text, run };
}
