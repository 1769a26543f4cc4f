/** A service restarted by a program after checks: the program, its file, its end and its children. */
import { appendFileSync, chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { isAlive } from "../support/alive.ts";
import { carryOutAs } from "../support/own-person.ts";
import { ownDatabase, ownSite, until, type OwnDatabase, type OwnSite } from "../support/own-site.ts";

const SOURCE = join(import.meta.dirname, "service.yaml");
const TABLES =
  "CREATE TABLE services (name VARCHAR(20) PRIMARY KEY, state VARCHAR(20)) ENGINE=InnoDB; INSERT INTO services VALUES ('worker', 'hanging'), ('--help', 'hanging')";
const STATUS = `#!/bin/sh
printf 'name=%s\\nactive=yes\\nstarts=%s\\n' "$1" "$(wc -l < "DIR/starts")"
`;
const RESTART = `#!/bin/sh
echo "$1 $PATH \${SECRET_OF_OURS:-none} $(pwd)" >> "DIR/starts"
`;
const CANARY = "canary-in-the-output-1234567890";

let database: OwnDatabase;
let site: OwnSite;
let dir: string;
let programs: object;

function write(name: string, text: string): string {
  const path = join(dir, name);
  writeFileSync(path, text.replaceAll("DIR", dir));
  chmodSync(path, 0o755);
  return path;
}

const starts = (): string[] =>
  readFileSync(join(dir, "starts"), "utf8")
    .split("\n")
    .filter((line) => line !== "");
const connections = (more: object = {}): object => ({ db: { mysql: database.mysql }, host: { programs }, ...more });

beforeAll(async () => {
  database = await ownDatabase(TABLES);
});
afterAll(() => database.stop());
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "handrail-programs-"));
  writeFileSync(join(dir, "starts"), "");
  programs = [write("restart", RESTART), { path: write("status", STATUS), read: true }];
  const file = join(dir, "service.yaml");
  writeFileSync(file, readFileSync(SOURCE, "utf8").replaceAll("/usr/local/lib/services", dir));
  site = ownSite(connections(), file);
  return () => {
    site.remove();
    rmSync(dir, { recursive: true, force: true });
  };
});

it("starts it once, without a shell and with nothing of ours around it, and sees that it runs anew", async () => {
  process.env["SECRET_OF_OURS"] = CANARY;
  const ran = await site.run("restart-service", { vm: ["worker"] });
  delete process.env["SECRET_OF_OURS"];
  expect(ran).toMatchObject({ exit: 0, err: "" });
  expect(starts()).toEqual(["--service=worker /usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin none /"]);
  expect(ran.out).toMatch(/restart is the file of \d+ bytes with the digest [0-9a-f]{64}/u);
});

it("believes no exit code but those that the runbook explains, and looks what is to be seen of its work", async () => {
  write("restart", "#!/bin/sh\necho it cannot be done >&2\nexit 3\n");
  const ran = await site.run("restart-service", { vm: ["worker"] });
  expect([ran.exit, ran.out]).toEqual([1, expect.stringContaining("ended with 3: it cannot be done")]);
  write("restart", `${RESTART}exit 4\n`);
  const seen = await site.run("restart-service", { vm: ["worker"] });
  expect([seen.exit, starts().length]).toEqual([0, 1]);
  write("restart", "#!/bin/sh\nexit 4\n");
  const doubt = await site.run("restart-service", { vm: ["worker"] });
  expect([doubt.exit, starts().length]).toEqual([3, 1]);
});

it("starts nothing where somebody else did it while its page was read", async () => {
  const restart = (): null => {
    appendFileSync(join(dir, "starts"), "somebody else\n");
    return null;
  };
  const ran = await carryOutAs(site, "restart-service", { vm: ["worker"] }, { restart });
  expect([ran.exit, starts()]).toEqual([0, ["somebody else"]]);
  expect(ran.receipt).toContain("nothing was sent");
});

it("ends its whole group where it takes too long, and takes no exit code for its word then", async () => {
  write("restart", `#!/bin/sh\ntrap 'exit 0' TERM\nsleep 600 &\necho $! > "DIR/child"\nwhile :; do sleep 0.1; done\n`);
  const path = site.file;
  writeFileSync(path, readFileSync(path, "utf8").replace("end_after: 30", "end_after: 1"));
  const ran = await site.run("restart-service", { vm: ["worker"] });
  expect([ran.exit, ran.out]).toEqual([3, expect.stringContaining("was ended by Handrail, since its time was over")]);
  const child = Number(readFileSync(join(dir, "child"), "utf8"));
  await until(() => Promise.resolve(!isAlive(child)));
});

it("takes no value of the world for an option", async () => {
  const ran = await site.run("restart-service", { vm: ["--help"] });
  expect(ran.exit).not.toBe(0);
  expect(ran.out).toContain("a value that would be read as an option");
  expect(starts()).toEqual([]);
});

it("goes on where a child of it holds its streams open", async () => {
  write("restart", `#!/bin/sh\necho x >> "DIR/starts"\nsleep 600 &\necho $! > "DIR/child"\n`);
  const ran = await site.run("restart-service", { vm: ["worker"] });
  expect(ran).toMatchObject({ exit: 0 });
  const child = Number(readFileSync(join(dir, "child"), "utf8"));
  process.kill(child, "SIGKILL");
});

it("reads 100 MiB of output to its end and keeps little of it", async () => {
  write("restart", `#!/bin/sh\necho x >> "DIR/starts"\nhead -c 104857600 /dev/zero | tr '\\0' 'x'\n`);
  const ran = await site.run("restart-service", { vm: ["worker"] });
  expect(ran).toMatchObject({ exit: 0 });
  expect(JSON.stringify(site.events(ran.run)).length).toBeLessThan(400_000);
});

it("refuses a runbook whose program the site does not list, with its place", async () => {
  const other = ownSite({ db: { mysql: database.mysql }, host: { programs: ["/bin/true"] } }, site.file);
  const said = await other.cli("plan", ["restart-service"], { vm: ["worker"] });
  other.remove();
  expect(said.exit).toBe(65);
  expect(said.err).toContain("phase restart, step restart: the site does not list");
});
