/** Runbook files with a few things changed at random, the same for the same seed: as slips of the pen would, and worse. */
import { parse, stringify } from "yaml";
import { randomOf } from "./random.ts";

type Tree = Record<PropertyKey, unknown>;
type Path = readonly PropertyKey[];

const isTree = (value: unknown): value is Tree => typeof value === "object" && value !== null;

/** Every place of a value, from the root on. */
function placesIn(value: unknown, path: Path = []): Path[] {
  if (!isTree(value)) return [path];
  const keys: PropertyKey[] = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
  return [path, ...keys.flatMap((key) => placesIn(value[key], [...path, key]))];
}

const at = (value: unknown, path: Path): unknown => path.reduce((inner, key) => (inner as Tree)[key], value);

/** What a value may be swapped for: scalars as an editor sees them, and things of another shape. */
const ODD: readonly unknown[] = [
  null,
  true,
  false,
  0,
  1,
  7,
  30,
  300,
  600,
  1.5,
  -3,
  "",
  " ",
  "yes",
  "null",
  "30",
  "auto",
  "destroy",
  "a-name",
  "A Name",
  "x".repeat(70),
  "x".repeat(2001),
  "x".repeat(4001),
  "tab\tand\nline",
  "\u0007",
  "${target.",
  "SELECT 1",
  "SELECT id, COUNT(*) FROM t WHERE a = :{target.id",
  "SELECT id FROM t WHERE a = :b{}",
  "/bin/true",
  [],
  {},
  ["a", "b"],
  [1, true],
  { a: "b" },
  { in: "[1]", key: "item" },
  { each: "[1]" },
  { none: "why" },
  { check: "true", title: "A probe", expect: "true" },
  { title: "A probe", check: "target.id == ''" },
  { exactly: "1" },
  { id: "[target.id]" },
];

/** Keys that somebody might add, or write in the place of another. */
const KEYS = `
  panels id kind op key foreach each ensure already verify proof params columns sql command gate wait check manual
  sql.read sql.change http.get http.post process.end sql.admin.kill sql.admin.flush command.run connection
  errors undo digest cloudstack.listVolumes cloudstack.stopVirtualMachine cloudstack.list cloudstack.listA.b
  lines shared select use without rung rescue needs strategy version variant titel in column exactly at_most
  rows within 431 A+b strategie null
`
  .trim()
  .split(/\s+/u)
  .map((key) => key.replace("+", " "));

/** One change of a tree, in place. */
type Change = (random: Random, tree: Tree, pool: readonly unknown[]) => void;

interface Random {
  below(limit: number): number;
  pick<T>(values: readonly T[]): T;
}

const inner = (random: Random, tree: Tree): [Tree, PropertyKey] | null => {
  const places = placesIn(tree).filter((path) => path.length > 0);
  if (places.length === 0) return null;
  const path = random.pick(places);
  const key = path.at(-1);
  return key === undefined ? null : [at(tree, path.slice(0, -1)) as Tree, key];
};

const removeFrom = (holder: Tree, key: PropertyKey): void => {
  if (Array.isArray(holder)) holder.splice(Number(key), 1);
  else delete holder[key];
};

/** Puts a key of a map in the place of another, or beside it. */
function rename(holder: Tree, key: PropertyKey, name: string): void {
  if (Array.isArray(holder)) return;
  const entries = Object.entries(holder);
  for (const [field] of entries) delete holder[field];
  for (const [field, value] of entries) holder[field === key ? name : field] = value;
}

const CHANGES: readonly Change[] = [
  (random, tree) => {
    const [holder, key] = inner(random, tree) ?? [];
    if (holder !== undefined && key !== undefined) removeFrom(holder, key);
  },
  (random, tree) => {
    const [holder, key] = inner(random, tree) ?? [];
    if (holder !== undefined && key !== undefined) rename(holder, key, random.pick(KEYS));
  },
  (random, tree) => {
    const [holder, key] = inner(random, tree) ?? [];
    if (holder !== undefined && key !== undefined) holder[key] = structuredClone(random.pick(ODD));
  },
  (random, tree, pool) => {
    const [holder, key] = inner(random, tree) ?? [];
    if (holder !== undefined && key !== undefined) holder[key] = structuredClone(random.pick(pool));
  },
  (random, tree) => {
    const [holder, key] = inner(random, tree) ?? [];
    if (Array.isArray(holder)) holder.push(structuredClone(holder[Number(key)]));
    else if (holder !== undefined) holder[random.pick(KEYS)] ??= structuredClone(random.pick(ODD));
  },
  (random, tree, pool) => {
    const [holder] = inner(random, tree) ?? [];
    if (holder !== undefined && !Array.isArray(holder)) holder[random.pick(KEYS)] = structuredClone(random.pick(pool));
  },
  (random, tree) => {
    const [holder, key] = inner(random, tree) ?? [];
    const [other, name] = inner(random, tree) ?? [];
    if (holder === undefined || key === undefined || other === undefined || name === undefined) return;
    const value = structuredClone(holder[key]);
    holder[key] = structuredClone(other[name]);
    other[name] = value;
  },
  (random, tree) => {
    const [holder, key] = inner(random, tree) ?? [];
    if (holder === undefined || key === undefined) return;
    holder[key] = Array.isArray(holder[key]) ? { a: holder[key] } : [holder[key]];
  },
  (random, tree) => {
    const [holder, key] = inner(random, tree) ?? [];
    if (holder !== undefined && key !== undefined && !isTree(holder[key])) holder[key] = String(holder[key]);
  },
];

/** Leaves only a few of the many phases and probes, so that a change is not lost among them. */
function prune(random: Random, tree: Tree): void {
  for (const book of tree["runbooks"] as Tree[]) {
    const phases = book["phases"] as unknown[];
    const first = random.below(phases.length);
    book["phases"] = phases.slice(first, first + 2);
    const probes = Object.entries((book["probes"] ?? {}) as Tree);
    const from = random.below(Math.max(1, probes.length));
    book["probes"] = Object.fromEntries(probes.slice(from, from + 3));
  }
}

/** Text with a key written twice, which YAML itself refuses. */
function doubled(random: Random, text: string): string {
  const lines = text.split("\n");
  const keys = [...lines.entries()].filter(([, line]) => /^ *[a-z_]+: \S/u.test(line));
  if (keys.length === 0) return text;
  const [index, line] = random.pick(keys);
  return [...lines.slice(0, index), line, ...lines.slice(index)].join("\n");
}

/** Files that were changed at random, of these texts. The same `seed` gives the same ones. */
export function* mutations(texts: readonly string[], seed: number, count: number): Generator<string> {
  const below = randomOf(seed);
  const random: Random = { below, pick: (values) => values[below(values.length)] as (typeof values)[number] };
  const trees = texts.map((text): Tree => parse(text) as Tree);
  const pool = trees.flatMap((tree) =>
    placesIn(tree)
      .map((path) => at(tree, path))
      .filter((value) => value !== tree),
  );
  for (let index = 0; index < count; index += 1) {
    const tree = structuredClone(random.pick(trees));
    prune(random, tree);
    for (let changes = random.below(3); changes >= 0; changes -= 1) random.pick(CHANGES)(random, tree, pool);
    const text = stringify(tree, { lineWidth: 0, aliasDuplicateObjects: false });
    yield random.below(40) === 0 ? doubled(random, text) : text;
  }
}
