/** `handrail diff OLD NEW`: what a change of a file of runbooks changes, for review. */
import { compareRunbooks, type Difference } from "../../runbooks/compare.ts";
import type { LoadedRunbook } from "../../runbooks/load.ts";
import { countText } from "../../text/sentence.ts";
import { safeText } from "../../text/safe-text.ts";
import { EXIT } from "../../engine/exit.ts";
import { flag, type Invocation } from "../command.ts";
import { sayFitted } from "../io.ts";
import { loadFile } from "../runbook/file.ts";
import { splitName } from "../runbook/library.ts";

interface Compared {
  readonly runbook: string;
  readonly differences: readonly Difference[];
}

const HEADS: Readonly<Record<Difference["weight"], string>> = {
  effect: "What a run does or may reach",
  check: "What is looked at, asked and proved",
  text: "Words alone",
};

function booksOf(name: string): readonly LoadedRunbook[] {
  const { path, only } = splitName(name);
  return loadFile(path).runbooks.filter(({ runbook }) => only === null || runbook.id === only);
}

const whole = (message: string): readonly Difference[] => [{ place: "runbook", weight: "effect", message }];

function compare(one: readonly LoadedRunbook[], other: readonly LoadedRunbook[]): Compared[] {
  const ids = [...new Set([...one, ...other].map(({ runbook }) => runbook.id))];
  // Of two files with one runbook each these are meant, whatever they are called.
  const [single, fresh] = [one[0], other[0]];
  if (one.length === 1 && other.length === 1 && single !== undefined && fresh !== undefined)
    return [{ runbook: fresh.runbook.id, differences: compareRunbooks(single.runbook, fresh.runbook) }];
  return ids.map((id) => {
    const before = one.find(({ runbook }) => runbook.id === id);
    const after = other.find(({ runbook }) => runbook.id === id);
    if (before === undefined) return { runbook: id, differences: whole("is new") };
    if (after === undefined) return { runbook: id, differences: whole("is gone") };
    return { runbook: id, differences: compareRunbooks(before.runbook, after.runbook) };
  });
}

function linesOf({ runbook, differences }: Compared): string[] {
  if (differences.length === 0) return [`${runbook}: no difference`];
  const weights = Object.keys(HEADS) as Difference["weight"][];
  return [
    `${runbook}: ${countText(differences.length, "difference")}`,
    ...weights.flatMap((weight) => {
      const own = differences.filter((each) => each.weight === weight);
      const lines = own.map(({ place, message }) => `  - ${safeText(place)}: ${safeText(message)}`);
      return own.length === 0 ? [] : ["", HEADS[weight], ...lines];
    }),
    "",
  ];
}

const hasEffect = ({ differences }: Compared): boolean => differences.some(({ weight }) => weight !== "text");

/** Exit 0 where nothing but words changed, 5 where somebody has to look. */
export function run({ values, rest: [one = "", other = ""], io }: Invocation): Promise<number> {
  const compared = compare(booksOf(one), booksOf(other));
  if (flag(values, "json")) io.out(`${JSON.stringify({ schema: 1, runbooks: compared })}\n`);
  else sayFitted(io, `${compared.flatMap(linesOf).join("\n").trimEnd()}\n`);
  return Promise.resolve(compared.some(hasEffect) ? EXIT.needed : EXIT.done);
}
