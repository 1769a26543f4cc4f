import { afterEach, expect, test } from "vitest";
import type { ChangePreview } from "../../src/ports/sql.ts";
import { ok } from "../../src/ports/result.ts";
import { begin, see } from "./person.ts";
import { openScreen, type Screen } from "./screen.tsx";
import { makeWorld, type World } from "./world.ts";

const PHASE = `      - id: mark
        title: 2 Mark the volumes
        steps:
          - id: mark
            title: Mark the volumes of \${target.vm_name}
            kind: sql.change
            sql: UPDATE volumes SET status = 'detached', note = :note WHERE context_id = :context
            params: { context: target.context_id, note: "'by hand'" }
            touches: { table: volumes, rows: { at_most: "500" }, within: { column: context_id, in: "[target.context_id]" } }
            verify: nothing-left
`;

const SIZES = [
  { columns: 80, rows: 24 },
  { columns: 120, rows: 40 },
];
const SHOWN = 30;

/** So many rows; the first thirty are kept with their columns, as a preview of many keeps the first two hundred. */
function previewOf(count: number, more: Partial<ChangePreview> = {}): ChangePreview {
  const keys = Array.from({ length: count }, (_, at) => [String(4700 + at)]);
  const status = { column: "status", before: "attached", after: "detached" };
  return {
    table: "volumes",
    key_columns: ["id"],
    keys,
    matched: count,
    digest: "d".repeat(64),
    undo: { kind: "complete", why: [] },
    diff: {
      verb: "update",
      changed: count,
      unchanged: 0,
      rows: keys.slice(0, SHOWN).map((key) => ({
        key,
        cells: [status, { column: "note", before: `disk of ${key.join("")}`, after: "by hand" }],
      })),
      columns: [
        {
          column: "status",
          rows: count,
          at_commit: false,
          different: 1,
          commonest: [{ before: "attached", after: "detached", rows: count }],
        },
      ],
      before: "b",
      after: "a",
    },
    ...more,
  };
}

let screen: Screen | null = null;
afterEach(async () => {
  await screen?.close();
  screen = null;
});

/** A run of the small world that stands before the page with the rows. */
async function atPage(preview: ChangePreview, size = {}): Promise<Screen> {
  const world: World = makeWorld({}, (source) =>
    source.replace("      - id: detach\n        title: 2", `${PHASE}      - id: detach\n        title: 3`),
  );
  world.preview = preview;
  screen = await openScreen(world, size);
  const s = screen;
  await s.waitFor("pgtest1");
  await begin(s);
  await s.waitFor("2 Mark the volumes");
  await s.advance(500);
  return s;
}

const frame = (name: string, width: number): string => `../frames/${name}-${width}.txt`;

test.each(SIZES)(
  "filters the rows of a page by key, and reads what else stands in them ($columns wide)",
  async (size) => {
    const s = await atPage(previewOf(1000), size);
    const asked: string[] = [];
    s.world.rowsNow = (table, keys) => {
      asked.push(`${table} ${keys.map((key) => key.join("/")).join(" ")}`);
      const rows = keys.map(([id = ""]) => (id === "5117" ? null : [id, "attached", `disk of ${id}`, "50", null]));
      return Promise.resolve(ok({ columns: ["id", "status", "note", "size_gb", "path"], rows }));
    };
    await s.press("/");
    await s.waitFor("all 1000 rows");
    await expect(s.text()).toMatchFileSnapshot(frame("rows", size.columns));
    await s.press("17");
    await s.waitFor("20 of 1000 rows");
    await s.press("enter", "u");
    await s.waitFor("= size_gb");
    await expect(s.text()).toMatchFileSnapshot(frame("rows-unchanged", size.columns));
    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatch(/^volumes 4717 4817 .* 5617$/u);
    await s.press("G");
    await s.waitFor("= path     NULL");
    await s.press("/", "5117", "enter");
    await s.waitFor("= no row has this key now");
    await s.press("u");
    await s.waitFor(/1 of 1000 rows\s*\n\s*\n/u);
  },
);

test("a column that changes is never among what else stands in a row, whatever the filter shows", async () => {
  const s = await atPage(previewOf(3));
  s.world.rowsNow = (_table, keys) =>
    Promise.resolve(
      ok({
        columns: ["id", "status", "note", "size_gb"],
        rows: keys.map(([id = ""]) => [id, "attached", `disk of ${id}`, "50"]),
      }),
    );
  await s.press("/", "status", "enter", "u");
  await s.waitFor("= size_gb");
  expect(s.text()).toContain("status   attached -> detached");
  expect(s.text()).not.toMatch(/= (?:note|status)/u);
});

test("filters the rows of a page by the name of a column", async () => {
  const s = await atPage(previewOf(3));
  await s.press("/", "NOT");
  await s.waitFor("3 of 3 rows");
  expect(s.text()).toContain("disk of 4702 -> by hand");
  expect(s.text()).not.toContain("attached -> detached");
  await s.press("x");
  await s.waitFor("0 of 3 rows");
  expect(s.text()).toContain("no row of it has this");
});

test("no key pressed among the rows approves, and the page has to be seen to its end again", async () => {
  const s = await atPage(previewOf(SHOWN));
  const before = s.console.model.run?.question;
  await s.press("G");
  await s.waitFor("the end of the page");
  await s.press("/", "a", "a");
  await s.waitFor("Filter by key or column: aa");
  await s.advance(1000);
  await s.press("enter", "a");
  await s.waitFor("does nothing here");
  await s.press("G", "a");
  await s.advance(1000);
  await s.paste("a");
  expect(s.world.sent).toEqual([]);
  await s.press("escape");
  await s.waitFor("APPROVAL");
  await s.press("g", "a");
  await s.waitFor(/\d+ more lines below: see to the end first/u);
  expect(s.world.sent).toEqual([]);
  const after = s.console.model.run?.question;
  expect(before?.kind === "page" && after?.kind === "page" && after.page === before.page).toBe(true);
  await see(s);
  await s.advance(500);
  await s.press("a");
  await s.waitFor(/approved\s+by ada/u);
  expect(s.world.sent).toEqual(["sql volumes"]);
});

test("a filter's text is no part of the name that approves", async () => {
  const s = await atPage(previewOf(2, { raises: ["it cannot be undone: no key"] }));
  await s.waitFor("Type pgtest1 to approve");
  await s.press("pgt", "tab", "est1", "a");
  await s.waitFor("Filter by key or column: est1a");
  await s.press("escape", "escape", "escape");
  await s.waitFor("Type pgtest1 to approve: pgt▌");
  expect(s.world.sent).toEqual([]);
});

test("copies the keys of the shown rows for the terminal, and says so", async () => {
  const s = await atPage(previewOf(1000));
  await s.press("/", "4717", "enter", "y");
  await s.waitFor("sent 1 key to the terminal's clipboard by OSC 52, if it takes that");
  await s.press("escape", "/", "enter", "y");
  await s.waitFor("sent 1000 keys");
  expect(s.world.copied).toEqual(["4717", Array.from({ length: 1000 }, (_, at) => String(4700 + at)).join("\n")]);
});

test("a key that would act where it is pasted is copied as it is shown", async () => {
  const rows = { table: "volumes", key_columns: ["id"], keys: [["1\nrm -rf /\u001b[2J"]], matched: 1 };
  const s = await atPage({ ...previewOf(1), ...rows, diff: undefined } as unknown as ChangePreview);
  await s.press("/", "enter", "y");
  await s.waitFor("sent 1 key");
  // oxlint-disable-next-line no-control-regex -- these are the ones that must not be there
  expect(s.world.copied.join("")).not.toMatch(/[\u0000-\u001f]/u);
});

test("shows the rows of a step while the run goes on, and reads none of now in a replay", async () => {
  const s = await atPage(previewOf(2));
  await see(s);
  await s.advance(500);
  await s.press("a");
  await s.waitFor(/approved\s+by ada/u);
  await s.press("/");
  await s.waitFor("change 2 rows of volumes, by id");
  await s.press("escape", "escape");
  await s.close();
  s.world.runs = [
    {
      run_id: "20261122-0312-k7f3",
      created: "",
      runbook: "small-cleanup",
      title: "",
      operator: "ada",
      targets: [{ key: "ctx-pgtest1", label: "pgtest1" }],
      outcome: "recovered",
      status: "closed",
      driver: "",
      doubts: [],
    },
  ];
  screen = await openScreen(s.world, { open: { replay: "20261122-0312-k7f3" } });
  await screen.waitFor("REPLAY");
  await screen.press("n", "n", "n");
  await screen.press("/");
  await screen.waitFor("change 2 rows of volumes, by id");
  await screen.press("enter", "u");
  await screen.waitFor("rows are read only while the run is driven here");
  expect(screen.text()).not.toContain("= ");
});

test("says that the other columns could not be read, and keeps showing the preview", async () => {
  const s = await atPage(previewOf(2));
  s.world.rowsNow = () => Promise.resolve({ ok: false, error: "the database does not answer" });
  await s.press("/", "enter", "u");
  await s.waitFor("The other columns could not be read: the database does not answer");
  expect(s.text()).toContain("attached -> detached");
});

test("says where there are no rows to show", async () => {
  const world = makeWorld();
  screen = await openScreen(world);
  await screen.waitFor("pgtest1");
  await screen.press("c");
  await screen.waitFor("APPROVAL to begin");
  await screen.press("/");
  await screen.waitFor("nothing here changes rows that were previewed");
  expect(screen.text()).toContain("APPROVAL to begin");
});
