/**
 * Handrail's lab on the layouts of MariaDB's packagers, through the command line: a folder is laid out like the machine, the
 * server in it is this machine's real one under the names of that machine. Debian 12 and 13 were seen to look like this;
 * the others are replayed, not seen.
 */
import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { sampled } from "../../../support/sample.ts";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { HANDRAIL } from "../../../support/program.ts";

const work = mkdtempSync(join(tmpdir(), "handrail-layouts-"));
const tools = join(work, "tools");
/** This machine's server: its program, its libraries, and the folder of its messages and SQL. */
let real = { binary: "", libraries: "", share: "" };
let machine = "";
let count = 0;

beforeAll(() => {
  const dir = join(work, "first");
  execFileSync(HANDRAIL, ["lab", "up", "--dir", dir], { stdio: "pipe" });
  const pid = JSON.parse(readFileSync(join(dir, "mariadb.pid"), "utf8").split(/\s/)[0] ?? "") as number;
  const read = (name: string): string[] => readFileSync(`/proc/${pid}/${name}`, "utf8").split("\0");
  const option = (name: string): string =>
    read("cmdline")
      .find((word) => word.startsWith(name))
      ?.slice(name.length) ?? "";
  real = {
    binary: execFileSync("readlink", ["-f", `/proc/${pid}/exe`], { encoding: "utf8" }).trim(),
    libraries:
      read("environ")
        .find((word) => word.startsWith("LD_LIBRARY_PATH="))
        ?.split("=")[1] ?? "",
    share: option("--lc-messages-dir="),
  };
  execFileSync(HANDRAIL, ["lab", "down", "--rm", "--dir", dir], { stdio: "pipe" });
  mkdirSync(tools);
  for (const name of ["sh", "readlink", "dirname", "cp"])
    symlinkSync(execFileSync("sh", ["-c", `command -v ${name}`], { encoding: "utf8" }).trim(), join(tools, name));
});
afterAll(() => rmSync(work, { recursive: true, force: true }));
beforeEach(() => {
  count += 1;
  machine = join(work, `machine-${count}`);
});

/** Lays the SQL and the messages out under `share`, the SQL with that beginning of its names. */
function layOut(share: string, beginning: "mysql" | "mariadb"): void {
  const folder = join(machine, share);
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(real.share).filter((each) => each.endsWith(".sql")))
    copyFileSync(join(real.share, name), join(folder, name.replace(/^(?:mysql|mariadb)_/, `${beginning}_`)));
  symlinkSync(join(real.share, "english"), join(folder, "english"));
}

function script(path: string, text: string): string {
  const file = join(machine, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `#!/bin/sh\n${text}\n`);
  chmodSync(file, 0o755);
  return file;
}

/** A program that is the real server, and leaves a line each time it is called. */
function server(path: string): string {
  const libraries = real.libraries === "" ? "" : `LD_LIBRARY_PATH=${real.libraries} `;
  return script(path, `echo "$*" >> "${machine}/calls"\n${libraries}exec "${real.binary}" "$@"`);
}

/** Handrail on that machine, whose search path knows nothing of ours: no apt, no MariaDB. */
function run(words: string[], ...folders: string[]): { code: number | null; out: string; said: string } {
  const path = [...folders.map((folder) => join(machine, folder)), tools].join(":");
  const env = {
    PATH: path,
    HOME: machine,
    XDG_CACHE_HOME: join(machine, "cache"),
    XDG_STATE_HOME: join(machine, "state"),
    LANG: "C.UTF-8",
  };
  const { status, stdout, stderr } = spawnSync(HANDRAIL, words, { env, encoding: "utf8", input: "" });
  return { code: status, out: stdout, said: stderr };
}

it.each([
  ["Debian 12, and Ubuntu 24.04 replayed (10.11)", "usr/sbin", "usr/share/mysql", "mysql", "usr/sbin"],
  ["Debian 13, and Ubuntu 26.04 replayed (11.8)", "usr/sbin", "usr/share/mariadb", "mariadb", "usr/sbin"],
  ["the new folder with the old names, replayed", "usr/sbin", "usr/share/mariadb", "mysql", "usr/sbin"],
  [
    "the old folder with the new names, replayed",
    "usr/local/sbin",
    "usr/local/share/mysql",
    "mariadb",
    "usr/local/bin",
  ],
  ["Fedora, replayed", "usr/libexec", "usr/share/mariadb", "mariadb", "usr/bin"],
  ["a tarball, replayed", "opt/mariadb/bin", "opt/mariadb/share", "mariadb", "opt/mariadb/bin"],
] as const)("a lab comes up on %s", (_name, programs, share, beginning, path) => {
  server(`${programs}/mariadbd`);
  layOut(share, beginning);
  const dir = join(machine, "lab");
  const { code, said } = run(["lab", "up", "--dir", dir], path);
  const calls = existsSync(join(machine, "calls")) ? readFileSync(join(machine, "calls"), "utf8") : "";
  const down = run(["lab", "down", "--dir", dir, "--rm"], path);
  expect([code, said, down.code]).toEqual([0, "", 0]);
  expect(calls).toMatch(/--bootstrap[^]*--datadir=\S+lab\/data/);
});

it("a lab comes up with a server that was fetched earlier, its SQL in the new folder under the new names", () => {
  const release = readFileSync("/etc/os-release", "utf8");
  const value = (key: string): string => new RegExp(`^${key}="?([^"\\n]*)`, "m").exec(release)?.[1] ?? "unknown";
  const cached = `cache/handrail/mariadb/${value("ID")}-${value("VERSION_ID")}-${process.arch}`;
  server(`${cached}/usr/sbin/mariadbd`);
  layOut(`${cached}/usr/share/mariadb`, "mariadb");
  const dir = join(machine, "lab");
  const { code, said } = run(["lab", "up", "--dir", dir]);
  const down = run(["lab", "down", "--dir", dir, "--rm"]);
  expect([code, said, down.code]).toEqual([0, "", 0]);
});

const BROKEN: readonly (readonly [string, () => void, RegExp])[] = [
  ["none", () => undefined, /none could be fetched: there is no apt/],
  [
    "one that is too old",
    () => void script("usr/sbin/mariadbd", 'echo "mariadbd  Ver 10.3.39-MariaDB for Linux on x86_64"'),
    /mariadbd: it is MariaDB 10\.3\.39, which is older than 10\.6/,
  ],
  [
    "one of another make",
    () => void script("usr/sbin/mariadbd", 'echo "mysqld  Ver 8.4.3 for Linux on x86_64"'),
    /mariadbd: it does not say that it is MariaDB, but: mysqld {2}Ver 8\.4\.3/,
  ],
  [
    "one whose library is missing",
    () =>
      void script(
        "usr/sbin/mariadbd",
        'echo "mariadbd: error while loading shared libraries: liburing.so.2: cannot open shared object file" >&2; exit 127',
      ),
    /it cannot be run: mariadbd: error while loading shared libraries: liburing\.so\.2/,
  ],
  [
    "one of another processor",
    () => writeFileSync(join(dirname(script("usr/sbin/mariadbd", "")), "mariadbd"), "\u007fELF no such machine"),
    /mariadbd: it cannot be run: .*(?:ENOEXEC|ELF)/,
  ],
  [
    "one that may not be executed",
    () => chmodSync(script("usr/sbin/mariadbd", ""), 0o644),
    /mariadbd: it may not be executed by this user/,
  ],
  [
    "one without its SQL",
    () => void server("usr/sbin/mariadbd"),
    /the SQL of its system tables \(mariadb_system_tables\.sql or mysql_system_tables\.sql, and the like\) is in none of \S+usr\/share\/mariadb, /,
  ],
  [
    "one that lacks one of its SQL files",
    () => {
      server("usr/sbin/mariadbd");
      layOut("usr/share/mariadb", "mariadb");
      rmSync(join(machine, "usr/share/mariadb/mariadb_performance_tables.sql"));
    },
    /mariadb_performance_tables\.sql or mysql_performance_tables\.sql cannot be read in \S+usr\/share\/mariadb/,
  ],
  [
    "one that cannot make a data directory",
    () => {
      const version =
        'case $* in *--version*) echo "mariadbd  Ver 11.8.3-MariaDB for debian-linux-gnu on x86_64"; exit 0 ;; esac';
      script("usr/sbin/mariadbd", `${version}\necho "[ERROR] InnoDB: no room" >&2\nexit 1`);
      layOut("usr/share/mariadb", "mariadb");
    },
    /MariaDB 11\.8\.3 could not make a data directory:\n {4}\[ERROR\] InnoDB: no room/,
  ],
];

it.each(BROKEN)("%s: it says what it saw and what to install", (_name, lay, sentence) => {
  lay();
  const { code, said } = run(["lab", "up", "--dir", join(machine, "lab")], "usr/bin");
  expect(said).toMatch(sentence);
  expect(said).toContain("apt-get install mariadb-server-core");
  expect([code, said]).toEqual([69, expect.not.stringMatching(/bug in Handrail|\n +at /)]);
});

it.each(
  sampled(
    BROKEN.filter(([name]) => /^none|without/.test(name)),
    2,
  ),
)("%s: the demo shows the recorded run", (_name, lay, sentence) => {
  lay();
  const { code, out, said } = run(["demo"], "usr/bin");
  expect(said).toMatch(sentence);
  expect(said).toContain("Until then this shows a recorded lab run.");
  expect(said.trimEnd()).toMatch(/That was a recording\. [^]*then try again\.$/);
  expect(out).toContain("recovered");
  expect([code, said]).toEqual([69, expect.not.stringMatching(/bug in Handrail|\n +at /)]);
});

it("an installed server that cannot be used gives way to one on the search path behind it", () => {
  script("usr/local/sbin/mariadbd", 'echo "mariadbd  Ver 10.3.39-MariaDB for Linux on x86_64"');
  server("usr/sbin/mariadbd");
  layOut("usr/share/mariadb", "mariadb");
  const dir = join(machine, "lab");
  const { code, said } = run(["lab", "up", "--dir", dir], "usr/local/bin", "usr/bin");
  run(["lab", "down", "--dir", dir, "--rm"], "usr/bin");
  expect([code, said]).toEqual([0, ""]);
});
