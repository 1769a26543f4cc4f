import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";

const root = join(import.meta.dirname, "../..");

it("the attempt of another user needs nothing of a clone that its owner alone can read", () => {
  // a folder that is made so has mode 0700, like the home of root
  const home = mkdtempSync(join(tmpdir(), "handrail-home-"));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const folders = ["bin", "scripts", "src", "test/journal", "test/support"];
  for (const name of [...folders, "package.json", "package-lock.json", "vitest.config.ts"])
    cpSync(join(root, name), join(home, "clone", name), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(home, "clone/node_modules"));
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith("VITEST"));
  const words = ["run", "--project", "quick", "test/journal/open.test.ts", "-t", "cannot be written"];
  const said = execFileSync(join(root, "node_modules/.bin/vitest"), words, {
    cwd: join(home, "clone"),
    env: { ...Object.fromEntries(own), NO_COLOR: "1" },
    encoding: "utf8",
  });
  expect(said).toMatch(/Tests +1 passed/);
});
