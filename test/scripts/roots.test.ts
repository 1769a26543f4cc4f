/** The table of bare roots in README.md: what the last run saw, and nothing else. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { tableIn } from "../roots/table.ts";

const readme = readFileSync(join(import.meta.dirname, "../../README.md"), "utf8");
const ROW = /^\| (?:bookworm|trixie) \| [^|]+ \| \*(?:seen|not seen)\*: [^|]+ \|$/u;

it("says of each root that it was seen, or why not, in place of what stood there", () => {
  const lines = [
    { release: "bookworm", package: "tarball", shows: "board of the lab", lack: null },
    { release: "trixie", package: "tarball", shows: "board of the lab", lack: "no network | no apt" },
  ];
  const once = tableIn(readme, "9.9.9", lines);
  expect(once).toContain("| bookworm | tarball | *seen*: board of the lab |\n");
  expect(once).toContain("| trixie | tarball | *not seen*: no network / no apt |\n");
  expect(tableIn(once, "9.9.9", lines)).toBe(once);
  expect(tableIn(once, "9.9.9", [])).not.toContain("| bookworm |");
  expect(() => tableIn("no marks", "9.9.9", lines)).toThrow("README.md has no");
});

it("README has such a table", () => {
  const [, table = ""] = /<!-- roots: [^>]+-->\n([^]*?)<!-- roots: end -->/u.exec(readme) ?? [];
  const rows = table.split("\n").filter((line) => /^\| (?!bare root)/u.test(line));
  expect(rows.filter((line) => !ROW.test(line))).toEqual([]);
});
