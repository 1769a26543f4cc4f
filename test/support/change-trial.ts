/** Plays one random scene: what was shown must be what was committed, and undoing must bring everything back. */
import type { Connection } from "mysql2/promise";
import { expect } from "vitest";
import { portsOf, type Connections } from "../../src/connections/connect.ts";
import type { ChangePreview, SqlChange, TablePreview, Undo } from "../../src/phases/sql-port.ts";
import type { Database } from "./database.ts";
import { sceneOf } from "./random-sql.ts";

type Dump = Map<string, Map<string, Record<string, string | null>>>;

interface Column {
  readonly name: string;
  readonly data: string;
}

const TAG = { run: "run1", step: "step1", attempt: "try1" };

const asText = ({ name, data }: Column): string => {
  const column = `\`${name}\``;
  if (/^(?:float|double)$/.test(data)) return `CAST(CAST(${column} AS DOUBLE) AS CHAR)`;
  if (data === "timestamp") return `IF(${column} = 0, CAST(${column} AS CHAR), CONCAT(${column}, ' UTC'))`;
  if (data === "bit") return `CAST(${column} + 0 AS CHAR)`;
  return /binary|blob|point/.test(data)
    ? `CONCAT('0x', HEX(${column}))`
    : `CONVERT(CAST(${column} AS CHAR) USING utf8mb4)`;
};

/** Every row of every table, read without any of our own code. */
async function dump(root: Connection, tables: readonly string[]): Promise<Dump> {
  const found: Dump = new Map();
  for (const table of tables) {
    const [columns] = await root.query(
      "SELECT column_name AS name, data_type AS data FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = ? ORDER BY ordinal_position",
      [table],
    );
    const listed = columns as Column[];
    const [rows] = await root.query(
      `SELECT ${listed.map((column) => `${asText(column)} AS \`${column.name}\``).join(", ")} FROM ${table}`,
    );
    const keys = await keysOf(root, table);
    found.set(
      table,
      new Map(
        (rows as Record<string, string | null>[]).map((row) => [
          JSON.stringify(keys.map((key) => bare(row[key]))),
          { ...row },
        ]),
      ),
    );
  }
  return found;
}

const bare = (value: string | null | undefined): string => (value ?? "").replace(/^0x/, "");

async function keysOf(root: Connection, table: string): Promise<string[]> {
  const [rows] = await root.query(
    "SELECT column_name AS name FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = ? AND index_name = 'PRIMARY' ORDER BY seq_in_index",
    [table],
  );
  return (rows as { name: string }[]).map(({ name }) => name);
}

async function checksums(root: Connection, tables: readonly string[]): Promise<string> {
  const [rows] = await root.query(`CHECKSUM TABLE ${tables.join(", ")}`);
  return JSON.stringify(rows);
}

/** What the tables would hold if exactly the shown cells came true; what is decided at commit is taken as it is. */
function foretold(before: Dump, now: Dump, preview: ChangePreview): Dump {
  const made: Dump = new Map([...before].map(([table, rows]) => [table, new Map(rows)]));
  for (const one of [preview, ...(preview.others ?? [])])
    tell(made.get(one.table) ?? new Map(), before.get(one.table) ?? new Map(), now.get(one.table) ?? new Map(), one);
  return made;
}

function tell(
  made: Map<string, Record<string, string | null>>,
  before: Map<string, Record<string, string | null>>,
  now: Map<string, Record<string, string | null>>,
  { diff, keys, key_columns }: TablePreview,
): void {
  expect(diff?.rows.length).toBe(diff?.changed);
  for (const row of diff?.rows ?? []) if (diff?.verb !== "insert") made.delete(JSON.stringify(row.key));
  // New rows whose key the server gives are found by what is left.
  const fresh = [...now].filter(([key]) => !before.has(key));
  for (const row of diff?.rows ?? []) {
    if (diff?.verb === "delete") continue;
    const atCommit = key_columns.some((column) =>
      row.cells.some((cell) => cell.column === column && cell.at_commit === true),
    );
    const key = atCommit ? (fresh.shift()?.[0] ?? "") : JSON.stringify(row.new_key ?? row.key);
    const actual = now.get(key) ?? {};
    const old = diff?.verb === "insert" ? {} : { ...before.get(JSON.stringify(row.key)) };
    for (const cell of row.cells) {
      if (diff?.verb === "update")
        expect([row.key, cell.column, old[cell.column] ?? null]).toEqual([row.key, cell.column, cell.before]);
      old[cell.column] = cell.at_commit === true ? (actual[cell.column] ?? null) : cell.after;
    }
    made.set(key, old);
  }
  expect(keys.length).toBe((diff?.changed ?? 0) + (diff?.unchanged ?? 0));
}

const plain = (all: Dump): unknown =>
  [...all].map(([table, rows]) => [table, [...rows].sort(([a], [b]) => (a < b ? -1 : 1))]);

/**
 * Plays the scene of a seed. Gives what came of it, for counting. Every third is applied on another connection than it
 * was previewed on, where nothing of the preview is there to be used again.
 */
export async function playScene(
  database: Database,
  world: Connections,
  stranger: Connection,
  seed: number,
): Promise<string> {
  const { root } = database;
  const scene = sceneOf(seed);
  for (const sql of scene.setup) await root.query(sql);
  const applying = seed % 3 === 0 ? portsOf(database.site(), { redact: (text) => text }) : world;
  try {
    return await play(root, { previewing: world, applying }, stranger, scene);
  } finally {
    if (applying !== world) await applying.close();
    await root.query(
      `SET foreign_key_checks = 0; DROP TABLE IF EXISTS ${scene.tables.join(", ")}; SET foreign_key_checks = 1`,
    );
  }
}

async function play(
  root: Connection,
  { previewing, applying }: Readonly<Record<"previewing" | "applying", Connections>>,
  stranger: Connection,
  scene: ReturnType<typeof sceneOf>,
): Promise<string> {
  const [first = "", ...others] = scene.touched;
  const touch = (table: string) => ({ table, rows: { at_most: 10_000 }, within: null });
  const change: SqlChange = { sql: scene.sql, values: {}, touches: touch(first), also: others.map(touch) };
  const before = await dump(root, scene.tables);
  const sums = await checksums(root, scene.tables);
  const preview = await previewing.sql.preview(change);
  expect(await checksums(root, scene.tables)).toBe(sums);
  if (!preview.ok) {
    expect([scene.sql, preview.error.message]).toEqual([
      scene.sql,
      expect.stringMatching(/\(\d+\)$|foreign key|Duplicate/),
    ]);
    return `refused by the server: ${preview.error.code ?? ""}`;
  }
  if (scene.meanwhile !== null) await stranger.query(scene.meanwhile);
  const meanwhile = scene.meanwhile === null ? before : await dump(root, scene.tables);
  let undo: Undo | null = null;
  const outcome = await applying.sql.apply(change, preview.value, TAG, (made) => {
    undo = made;
    return Promise.resolve(true);
  });
  const now = await dump(root, scene.tables);
  if (outcome.kind !== "applied") {
    expect(outcome).toMatchObject({ kind: "not-applied" });
    expect(scene.meanwhile).not.toBeNull();
    expect(plain(now)).toEqual(plain(meanwhile));
    return "drifted";
  }
  const beside = preview.value.effects ?? [];
  const named = new Set([preview.value.table, ...(preview.value.others ?? []).map(({ table }) => table)]);
  const told = foretold(meanwhile, now, preview.value);
  const own = (all: Dump): Dump => new Map([...all].filter(([table]) => named.has(table) || beside.length === 0));
  expect(plain(own(now))).toEqual(plain(own(told)));
  const kept = undo as Undo | null;
  if (!scene.beside) expect(preview.value.undo).toEqual({ kind: "complete", why: [] });
  if (preview.value.undo?.kind !== "complete") expect(preview.value.undo?.why.length).toBeGreaterThan(0);
  if (scene.meanwhile !== null) return "applied beside a stranger";
  const end = await takeBack(previewing, preview.value, kept);
  if (preview.value.undo?.kind === "complete") {
    expect(plain(await dump(root, scene.tables))).toEqual(plain(before));
    expect(await checksums(root, scene.tables)).toBe(sums);
  }
  return end;
}

async function takeBack(world: Connections, preview: ChangePreview, undo: Undo | null): Promise<string> {
  const bytes = JSON.stringify(undo?.changes);
  for (const change of undo?.changes ?? []) {
    const again = await world.sql.preview(change);
    if (!again.ok) throw new Error(`the undo cannot be previewed: ${again.error.message}\n${bytes}`);
    if (preview.undo?.kind === "complete") expect(again.value.conflicts ?? []).toEqual([]);
    const outcome = await world.sql.apply(change, again.value, TAG);
    expect([outcome, preview.undo]).toEqual([expect.objectContaining({ kind: "applied" }), preview.undo]);
  }
  return `undone ${preview.undo?.kind ?? "?"}${preview.matched === 0 ? " (no rows)" : ""}`;
}
