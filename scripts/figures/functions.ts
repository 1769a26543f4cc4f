/** The functions of a source file, with what makes one hard to follow; and the names that it declares. */
import { readFileSync } from "node:fs";
import { parseSync, type Node } from "oxc-parser";

export interface FunctionFigures {
  /** `file:line`. */
  readonly place: string;
  /** From its first line to its last. */
  readonly lines: number;
  readonly parameters: number;
  /** McCabe's: one, and one more for each branch; a function inside counts for itself. */
  readonly cyclomatic: number;
  /** It has a body of statements, so that it counts for medians and percentiles. */
  readonly isBlock: boolean;
}

export interface SourceFigures {
  readonly functions: readonly FunctionFigures[];
  /** Variables, parameters, functions, types and classes, each as often as it is declared. */
  readonly names: readonly string[];
  /** The modules that it imports or exports again, types included, as they are written. */
  readonly imports: readonly string[];
}

const FUNCTIONS = new Set(["FunctionDeclaration", "FunctionExpression", "ArrowFunctionExpression"]);
const BRANCHES = new Set([
  "IfStatement",
  "ForStatement",
  "ForInStatement",
  "ForOfStatement",
  "WhileStatement",
  "DoWhileStatement",
  "ConditionalExpression",
  "LogicalExpression",
  "CatchClause",
]);
const TYPES = new Set(["ClassDeclaration", "TSTypeAliasDeclaration", "TSInterfaceDeclaration", "FunctionDeclaration"]);
const MODULES = new Set([
  "ImportDeclaration",
  "ExportNamedDeclaration",
  "ExportAllDeclaration",
  "ImportExpression",
  "TSImportType",
]);

/** A node as it comes: what it has depends on its type. */
type Loose = Readonly<Record<string, unknown>> & {
  readonly type: string;
  readonly start: number;
  readonly end: number;
};
type Mutable = { -readonly [Key in keyof FunctionFigures]: FunctionFigures[Key] };

const isNode = (value: unknown): value is Loose =>
  value !== null && typeof value === "object" && typeof (value as { type?: unknown }).type === "string";

/** Reads one file. */
export function readSource(path: string, shown: string): SourceFigures {
  const text = readFileSync(path, "utf8");
  const { program } = parseSync(path, text);
  const functions: Mutable[] = [];
  const names: string[] = [];
  const imports: string[] = [];
  const lineOf = (offset: number): number => text.slice(0, offset).split("\n").length;
  const enter = (node: Loose): Mutable => {
    const parameters = Array.isArray(node["params"]) ? node["params"].length : 0;
    const [first, last] = [lineOf(node.start), lineOf(node.end)];
    const isBlock = isNode(node["body"]) && /^(?:BlockStatement|FunctionBody)$/u.test(node["body"].type);
    const figures = { place: `${shown}:${first}`, lines: last - first + 1, parameters, cyclomatic: 1, isBlock };
    functions.push(figures);
    return figures;
  };
  const walk = (value: unknown, around: Mutable | null): void => {
    if (Array.isArray(value)) for (const member of value) walk(member, around);
    if (!isNode(value)) return;
    const inner = FUNCTIONS.has(value.type) ? enter(value) : around;
    if (inner !== null && (BRANCHES.has(value.type) || (value.type === "SwitchCase" && value["test"] !== null)))
      inner.cyclomatic += 1;
    names.push(...declared(value));
    if (MODULES.has(value.type) && isNode(value["source"])) imports.push(String(value["source"]["value"]));
    for (const [key, member] of Object.entries(value)) if (key !== "type") walk(member, inner);
  };
  walk(program satisfies Node, null);
  return { functions, names, imports };
}

function declared(node: Loose): string[] {
  if (node.type === "VariableDeclarator") return bound(node["id"]);
  const own = TYPES.has(node.type) ? bound(node["id"]) : [];
  return FUNCTIONS.has(node.type) && Array.isArray(node["params"]) ? [...own, ...node["params"].flatMap(bound)] : own;
}

/** The names that a pattern binds. */
function bound(pattern: unknown): string[] {
  if (Array.isArray(pattern)) return pattern.flatMap(bound);
  if (!isNode(pattern)) return [];
  if (pattern.type === "Identifier") return [String(pattern["name"])];
  return ["properties", "elements", "value", "left", "argument", "parameter"].flatMap((key) => bound(pattern[key]));
}
