/**
 * The short form of the trials: what the tarball holds, started where there is no Node.js on the PATH, nothing in the
 * environment, an empty home, and, where this machine can shut it off, no network but loopback. No root is made for it.
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { makeTree } from "../../scripts/package/tree.ts";

/** Where neither npm nor a person puts a Node.js of their own. */
const PATH = "/usr/sbin:/usr/bin:/sbin:/bin";

/** What a shell prints in that environment. Throws with its last lines where it failed. */
type Shell = (command: string) => Promise<string>;

async function shellIn(home: string): Promise<{ readonly shell: Shell; readonly isShut: boolean }> {
  const up = "ip link set lo up";
  const { failed } = await execa("unshare", ["--net", "sh", "-c", up], { reject: false });
  const shell: Shell = async (command) => {
    const words = failed ? ["sh", "-c", command] : ["unshare", "--net", "sh", "-c", `${up} && ${command}`];
    const env = { HOME: home, PATH, LANG: "C.UTF-8", TERM: "xterm-256color" };
    const { all, failed: isBroken } = await execa(words[0] ?? "", words.slice(1), {
      env,
      extendEnv: false,
      all: true,
      reject: false,
      stdin: "ignore",
    });
    if (isBroken) throw new Error(`${command}: ${all.split("\n").slice(-4).join(" / ")}`);
    return all;
  };
  return { shell, isShut: !failed };
}

function agree(what: string, text: string, expected: RegExp): void {
  if (!expected.test(text)) throw new Error(`${what}: ${text.split("\n").slice(-4).join(" / ")}`);
}

/** Tries it, and says in a line what was seen. Throws where something is not as it has to be. */
export async function tryShortly(top: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "handrail-short-"));
  const home = join(folder, "home");
  mkdirSync(join(home, ".cache/handrail"), { recursive: true, mode: 0o700 });
  const servers = join(homedir(), ".cache/handrail/mariadb");
  // A server that the tests fetched is used again: without network there is no other where none is installed.
  if (existsSync(servers)) symlinkSync(servers, join(home, ".cache/handrail/mariadb"));
  try {
    const packing = ["pack", "--silent", "--pack-destination", folder];
    const { stdout: packed } = await execa("npm", packing, { cwd: top });
    const tree = join(folder, "handrail");
    await makeTree(top, join(folder, packed.trim().split("\n").at(-1) ?? ""), tree, "x64");
    const { shell, isShut } = await shellIn(home);
    const node = await shell("command -v node || true");
    const handrail = join(tree, "bin/handrail");
    agree("version", await shell(`${handrail} --version`), /^handrail \d/u);
    // One shell, since a network that is shut off ends with it.
    const looks = ["lab up", "--screen-reader --lab", "doctor --lab"]
      .map((words) => `${handrail} ${words}`)
      .join(" && ");
    const text = await shell(`${looks}; exit=$?; ${handrail} lab down --rm; exit $exit`);
    agree("board", text, /VMs need you/u);
    agree("doctor", text, /none is broken/u);
    const lacks = [...(node === "" ? [] : [`a Node.js at ${node}`]), ...(isShut ? [] : ["the machine's network"])];
    return `seen: version, board of the lab, doctor${lacks.length > 0 ? `; beside it ${lacks.join(" and ")}` : ""}`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
