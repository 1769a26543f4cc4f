/**
 * What the pages promise to hold, compared with the code: each key of the configuration, each variable, each table of the journal.
 * HANDRAIL_TREE names another tree, whose pages are then read.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import * as z from "zod";
import { resolveSecrets } from "../../src/cli/site/config.ts";
import { settings } from "../../src/cli/site/settings.ts";
import { VARIABLES } from "../../src/cli/variables.ts";
import { packOf } from "../../src/cli/packs.ts";
import { site } from "../../src/packs/appliance/site-schema.ts";
import { loadRunbooks } from "../../src/runbooks/load.ts";
import { DDL } from "../../src/journal/schema.ts";

const tree = resolve(process.env["HANDRAIL_TREE"] ?? join(import.meta.dirname, "../.."));
const PAGES = ["README.md", ...readdirSync(join(tree, "docs")).filter((name) => name.endsWith(".md")).map((name) => `docs/${name}`)];
const read = (page: string): string => (page === "README.md" || PAGES.includes(page) ? readFileSync(join(tree, page), "utf8") : "");
const everything = PAGES.map(read).join("\n");

interface Shape {
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly anyOf?: readonly Shape[];
  /** What stands under each name of a record. */
  readonly additionalProperties?: Shape | boolean;
}

/** The paths of the keys that hold a value: `mysql.port`. */
function keysOf({ properties = {}, anyOf = [], additionalProperties: each }: Shape, above = ""): string[] {
  if (typeof each === "object" && each.properties !== undefined) return keysOf(each, `${above}NAME.`);
  const own = Object.entries(properties).flatMap(([name, shape]) => {
    const below = keysOf(shape, `${above}${name}.`);
    return below.length > 0 ? below : [`${above}${name}`];
  });
  return [...new Set([...own, ...anyOf.flatMap((shape) => keysOf(shape, above))])];
}

const shapeOf = (schema: z.ZodType): Shape => z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as Shape;
/** What a lab's own file says, and no configuration. */
const OF_LABS = /^(?:name|scale|lab\..*)$/u;

describe("docs/configure.md", () => {
  const rows = [...read("docs/configure.md").matchAll(/^\| `([\w.]+)` \|/gmu)].map(([, key = ""]) => key);

  it("has a row for each key of the configuration, and for no other", () => {
    const known = [...keysOf(shapeOf(site)).filter((key) => !OF_LABS.test(key)), ...keysOf(shapeOf(settings))];
    // `tls: { ca: PATH }` is a type of its row
    const keys = known.map((key) => key.replace(/(?<=\.mysql)\..*$|\.ca$/u, "")).concat("mysql.tls", "connections.NAME.http.tls");
    const top = ["sites", "runbooks", "default_site", "serve", "notice"];
    expect(rows.toSorted()).toEqual([...new Set([...top, ...keys])].toSorted());
  });

  it("says which rights the database account needs", () => {
    const rights = [...read("docs/configure.md").matchAll(/^\| ([A-Z, ]+) \|/gmu)].flatMap(([, right = ""]) => right.split(", "));
    for (const right of ["SELECT", "INSERT", "UPDATE", "DELETE", "TRIGGER", "SHOW VIEW", "PROCESS"]) expect(rights).toContain(right);
  });
});

it("each configuration that a page shows is one", async () => {
  const blocks = PAGES.flatMap((page) => [...read(page).matchAll(/^ *```yaml\n([\s\S]*?)^ *```$/gmu)].map(([, text = ""]) => text));
  const shown = blocks.map((text) => parse(text) as Record<string, unknown>);
  const sites = shown.flatMap(({ sites: named }) => Object.entries((named ?? {}) as Record<string, object>));
  expect([sites.length > 0, shown.length > 2]).toEqual([true, true]);
  const env = { SECRET: "of sixteen letters" };
  const secrets = (value: unknown): unknown =>
    resolveSecrets(JSON.parse(JSON.stringify(value).replaceAll(/\{"file":"[^"]*"\}/gu, '{"env":"SECRET"}')), env, "the page");
  for (const [name, each] of sites) {
    const site = { ...(secrets(each) as object), name };
    expect(await packOf(site).parseSite(site)).toMatchObject({ ok: true });
  }
  for (const each of shown) expect(settings.safeParse(secrets(each))).toMatchObject({ success: true });
});

describe("docs/journal.md", () => {
  it("says where the journal lies, how it is kept and moved, and names each of its tables", () => {
    const page = read("docs/journal.md");
    expect(page).toContain("~/.local/state/handrail/journals/SITE/journal.db");
    for (const title of ["Backup", "Retention", "On another machine", "Verify"]) expect(page).toContain(`\n## ${title}\n`);
    const tables = DDL.flatMap((text) => /^CREATE TABLE (\w+)/u.exec(text)?.[1] ?? []);
    for (const table of tables) expect(page).toContain(`\`${table}\``);
    expect(page.match(/^sqlite3 -readonly/gmu)?.length).toBeGreaterThanOrEqual(3);
  });
});

it("docs/upgrade.md says what becomes of runs, grants and the journal, and what is left after a removal", () => {
  const page = read("docs/upgrade.md");
  for (const text of ["left open", "Grants", "journal", "What is left then", "~/.config/handrail", "~/.cache/handrail"])
    expect(page).toContain(text);
});

it("the README leads to each of these pages", () => {
  for (const page of ["install", "configure", "journal", "upgrade", "topics", "commands"])
    expect(read("README.md")).toContain(`(docs/${page}.md)`);
});

it("every variable that a person may set stands in a page", () => {
  const names = VARIABLES.flatMap((variable) => variable.names);
  expect(names.filter((name) => !everything.includes(name))).toEqual([]);
});

describe("the README explains where it first says it", () => {
  const [, ...paragraphs] = read("README.md").split("\n\n");
  const text = paragraphs.join("\n\n").replaceAll(/\n(?!\n)/gu, " ");
  const WORDS = ["runbook", "phase", "step", "approval", "in doubt", "journal", "failover", "VirtIO", "rung", "lab", "JobLog", "grant"];

  it.each(WORDS)("%s", (word) => {
    const first = new RegExp(`\\b${word}s?\\b`, "iu").exec(text);
    const before = text.slice(0, first?.index).split("**").length;
    expect([word, first === null, before % 2]).toEqual([word, false, 0]);
  });
});

interface Book {
  readonly probes: Readonly<Record<string, unknown>>;
  readonly phases: readonly { readonly steps: readonly unknown[] }[];
}

it("each part of a runbook that a page shows is one that is carried out in a test", () => {
  const parts = PAGES.flatMap((page) => [...read(page).matchAll(/^```yaml runbook\n([\s\S]*?)^```$/gmu)].map(([, text = ""]) => text));
  expect(parts.length).toBeGreaterThan(1);
  const file = readFileSync(join(import.meta.dirname, "../incidents/connector.yaml"), "utf8");
  const [book] = (parse(file) as { readonly runbooks: readonly Book[] }).runbooks;
  const known = [...Object.values(book?.probes ?? {}), ...(book?.phases ?? []).flatMap(({ steps }) => steps)];
  const shown = parts.flatMap((text) => Object.values(parse(text) as object) as unknown[]);
  expect(known).toEqual(expect.arrayContaining(shown));
});

it("each whole file of runbooks that a page shows is one", () => {
  const files = PAGES.flatMap((page) => [...read(page).matchAll(/^```yaml file\n([\s\S]*?)^```$/gmu)].map(([, text = ""]) => text));
  expect(files.length).toBeGreaterThan(0);
  for (const text of files) expect(loadRunbooks(text, "the page")).toMatchObject({ ok: true });
});
