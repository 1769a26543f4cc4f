/** The ids that an expression names: gates under `decisions` with the choices they are compared with, steps under `done`, rungs beside `left`. */
import { Environment } from "@marcbachmann/cel-js";
import { withFunctions } from "../phases/expression.ts";

/** An id in an expression. `gate`: whose choice it is. */
export interface NamedId {
  readonly of: "gate" | "choice" | "step" | "rung";
  readonly id: string;
  readonly gate?: string;
}

/** A node of CEL's tree, as far as it is looked at. */
interface Node {
  readonly op: string;
  readonly args: unknown;
}

const isNode = (value: unknown): value is Node => typeof value === "object" && value !== null && "op" in value;

/** What a node is about: a name, a text, or something else. */
const nameOf = (node: unknown): unknown => (isNode(node) && node.op === "id" ? node.args : undefined);
const textOf = (node: unknown): string | null =>
  isNode(node) && node.op === "value" && typeof node.args === "string" ? node.args : null;
const partsOf = (node: unknown): readonly unknown[] => (isNode(node) && Array.isArray(node.args) ? node.args : []);

/** The maps that are asked for ids, and whose those are. */
const MAPS = new Map<unknown, "gate" | "step">([
  ["decisions", "gate"],
  ["done", "step"],
]);
const NAMES: ReadonlySet<unknown> = new Set([...MAPS.keys(), "left"]);

/** `decisions['x']`, `decisions.x`, `done['x']`. */
function memberOf(node: unknown): NamedId | null {
  if (!isNode(node) || (node.op !== "[]" && node.op !== ".")) return null;
  const [map, key] = partsOf(node);
  const whose = MAPS.get(nameOf(map));
  const id = node.op === "." ? key : textOf(key);
  return whose !== undefined && typeof id === "string" ? { of: whose, id } : null;
}

const COMPARISONS = new Set(["==", "!="]);

/** The pairs of what is compared and a text that it is compared with. */
function comparisonsIn(node: Node): readonly (readonly [unknown, string])[] {
  const [left, right] = partsOf(node);
  if (node.op === "in" && isNode(right) && right.op === "list")
    return partsOf(right).flatMap((member) => {
      const text = textOf(member);
      return text === null ? [] : [[left, text] as const];
    });
  if (!COMPARISONS.has(node.op)) return [];
  const texts = [textOf(left), textOf(right)];
  return [
    ...(texts[1] === null || texts[1] === undefined ? [] : [[left, texts[1]] as const]),
    ...(texts[0] === null || texts[0] === undefined ? [] : [[right, texts[0]] as const]),
  ];
}

/** What a comparison names; '' is what was not decided, and no id. */
function compared([node, id]: readonly [unknown, string]): readonly NamedId[] {
  if (id === "") return [];
  if (nameOf(node) === "left") return [{ of: "rung", id }];
  const member = memberOf(node);
  return member?.of === "gate" ? [{ of: "choice", id, gate: member.id }] : [];
}

/** `'x' in decisions`, `'x' in done`. */
function membership(node: Node): readonly NamedId[] {
  const [left, right] = partsOf(node);
  const [id, whose] = [textOf(left), MAPS.get(nameOf(right))];
  return node.op === "in" && id !== null && whose !== undefined ? [{ of: whose, id }] : [];
}

/** Whether the variable of a macro (`xs.exists(left, …)`) hides one of the names. */
const isHidden = (node: Node): boolean =>
  node.op === "rcall" && NAMES.has(nameOf((partsOf(node)[2] as readonly unknown[] | undefined)?.[0]));

function idsOf(node: unknown): NamedId[] {
  if (Array.isArray(node)) return node.flatMap(idsOf);
  if (!isNode(node)) return [];
  if (isHidden(node)) return idsOf(partsOf(node)[1]);
  const member = memberOf(node);
  return [
    ...(member === null ? [] : [member]),
    ...membership(node),
    ...comparisonsIn(node).flatMap(compared),
    ...idsOf(node.args),
  ];
}

let environment: Environment | undefined;

/** The ids that an expression names, in their order; none in one that cannot be read. */
export function idsIn(expression: string): readonly NamedId[] {
  environment ??= withFunctions(
    new Environment({ unlistedVariablesAreDyn: true, homogeneousAggregateLiterals: false }),
  );
  try {
    return idsOf(environment.parse(expression).ast);
  } catch {
    return [];
  }
}
