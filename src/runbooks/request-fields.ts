/** Checks the fields of a request to a service: its path, its query, its body, its job, and where columns stand in its answer. */
import { templateParts } from "../phases/expression.ts";
import { leavesOf, type JsonTree } from "../phases/json-tree.ts";
import { expressionsIn, hasHole, isHole, pathTrouble } from "../phases/url-path.ts";
import { didYouMean } from "../text/near.ts";
import type { Node, Report } from "./node.ts";

/** What checks expressions, and who hears of what is wrong. */
export interface Checks {
  readonly checker: { expression(node: Node, field: string, types: readonly string[]): string | null };
  readonly report: Report;
}

type Fields = Readonly<Record<string, unknown>>;
type Check = (checks: Checks, node: Node, field: string) => void;

const PATH_VALUES = ["string", "int"];
const QUERY_VALUES = ["string", "int", "bool", "list<string>", "list<int>"];
/** Types of values that JSON has none for, or only with fractions, which no journal holds. */
const NO_JSON = /^(?:double|bytes|timestamp|duration|type|uint|google\..*)$/u;

const fieldsOf = (value: unknown): Fields => (typeof value === "object" && value !== null ? (value as Fields) : {});

const path: Check = (checks, node, field) => pathWith(checks, node, field, () => true);

/** A path, and those of its expressions that are values here. */
function pathWith(
  { checker, report }: Checks,
  { raw, path: place, sight }: Node,
  field: string,
  isValue: (expression: string) => boolean,
): void {
  const source = raw[field];
  if (typeof source !== "string") return;
  const isOpen = templateParts(source).some((part) => "text" in part && part.text.includes("${"));
  if (isOpen) return report("template-open", [...place, field], "a ${ is never closed");
  const trouble = pathTrouble(source);
  if (trouble !== null) report("request-path", [...place, field], ...trouble);
  for (const expression of expressionsIn(source).filter(isValue))
    checker.expression({ raw: { [field]: expression }, path: place, sight }, field, PATH_VALUES);
}

const query: Check = ({ checker }, { raw, path: place, sight }, field) => {
  const values = fieldsOf(raw[field]);
  for (const name of Object.keys(values))
    checker.expression({ raw: values, path: [...place, field], sight }, name, QUERY_VALUES);
};

const body: Check = ({ checker, report }, { raw, path: place, sight }, field) => {
  if (raw[field] === undefined) return;
  for (const [way, expression] of leavesOf(raw[field] as JsonTree)) {
    const [whole, last] = [[...place, field, ...way], String(way.at(-1) ?? field)];
    const leaf = { raw: { [last]: expression }, path: whole.slice(0, -1), sight };
    const type = checker.expression(leaf, last, []);
    if (type !== null && NO_JSON.test(type))
      report("request-value", whole, `${expression} is ${type}, which cannot be sent`);
  }
};

const JOB_TYPES: Readonly<Record<string, readonly string[]>> = {
  id: ["string", "int"],
  done: ["bool"],
  failed: ["bool"],
  message: ["string", "int"],
};

/** A job's expressions name the answer alone: nothing else is there when it is asked about. */
const job: Check = (checks, { raw, path: place, sight }, field) => {
  const own = fieldsOf(raw[field]);
  if (raw[field] === undefined) return;
  const inner = { raw: own, path: [...place, field], sight };
  pathWith(checks, inner, "poll", (expression) => !isHole(expression));
  const params = Object.entries(fieldsOf(own["query"]));
  const values = params.filter(([, expression]) => !isHole(String(expression)));
  query(checks, { ...inner, raw: { query: Object.fromEntries(values) } }, "query");
  if (typeof own["poll"] === "string" && !hasHole(own["poll"]) && values.length === params.length)
    checks.report("job-place", [...inner.path, "poll"], "the path does not say whose job it asks about");
  const answer = { ...inner, sight: { facts: {}, result: "dyn", isBare: true as const } };
  for (const [name, types] of Object.entries(JOB_TYPES)) checks.checker.expression(answer, name, types);
};

const columnsOf = (raw: Fields): Fields => fieldsOf(raw["columns"]);

const members: Check = ({ report }, { raw, path: place }, field) => {
  const columns = Object.keys(columnsOf(raw));
  for (const name of Object.keys(fieldsOf(raw[field])).filter((column) => !columns.includes(column)))
    report("answer-column", [...place, field, name], `there is no column ${name}`, didYouMean(name, columns));
};

const names: Check = ({ report }, { raw, path: place }, field) => {
  const columns = columnsOf(raw);
  for (const [index, name] of ((raw[field] ?? []) as readonly string[]).entries()) {
    const where = [...place, field, index];
    if (columns[name] === undefined)
      report("answer-column", where, `there is no column ${name}`, didYouMean(name, Object.keys(columns)));
    else if (columns[name] !== "text")
      report(
        "answer-column",
        where,
        `${name} is ${String(columns[name])}, of which nothing can stand for none`,
        "only texts may be missing",
      );
  }
};

export const REQUEST_FIELDS = { path, query, body, job, members, names } satisfies Readonly<Record<string, Check>>;
