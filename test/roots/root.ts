/** A Debian root that holds nothing but the base system: made for one trial, entered by chroot in a network of its own, and gone. */
import { cpSync, existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { openPty, type Pty } from "../support/pty.ts";

export interface Root {
  readonly folder: string;
  /** What a command printed. Throws with its last lines where it failed. In a network that has nothing but loopback. */
  run(user: string, command: string): Promise<string>;
  /** The same with the network of this machine: for packages of the distribution. */
  fetch(command: string): Promise<string>;
  /** A command on a terminal. */
  terminal(user: string, command: string): Pty;
  close(): Promise<void>;
}

const MOUNTS = [
  ["proc", "proc", "proc", "rw"],
  ["sysfs", "sys", "sys", "ro"],
  ["devpts", "pts", "dev/pts", "newinstance,ptmxmode=666,mode=620,gid=5"],
  ["tmpfs", "shm", "dev/shm", "mode=1777"],
] as const;
const PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

const home = (user: string): string => (user === "root" ? "/root" : `/home/${user}`);
const bare = (user: string): string[] => [
  "/usr/bin/env",
  "-i",
  `HOME=${home(user)}`,
  `USER=${user}`,
  `PATH=${PATH}`,
  "LANG=C.UTF-8",
  "TERM=xterm-256color",
  "DEBIAN_FRONTEND=noninteractive",
  "NODE_EXTRA_CA_CERTS=/etc/ssl/machine.crt",
];

/** Copies the base system `RELEASE.base`, which debootstrap makes where it is not there, and enters nothing yet. */
async function copyBase(roots: string, release: string, folder: string): Promise<void> {
  const base = join(roots, `${release}.base`);
  if (!existsSync(join(base, "etc/os-release"))) await execa("debootstrap", ["--variant=minbase", release, base]);
  rmSync(folder, { recursive: true, force: true });
  await execa("cp", ["-a", "--reflink=auto", base, folder]);
  for (const name of ["resolv.conf", "hosts"]) cpSync(join("/etc", name), join(folder, "etc", name));
  mkdirSync(join(folder, "etc/ssl"), { recursive: true });
  cpSync("/etc/ssl/certs/ca-certificates.crt", join(folder, "etc/ssl/machine.crt"));
  await execa("chroot", [folder, "useradd", "-m", "-s", "/bin/sh", "plain"]);
}

/** Makes the root NAME below the folder `roots`. Needs root. */
export async function makeRoot(roots: string, release: string, name: string): Promise<Root> {
  const folder = join(roots, `${release}-${name}`);
  const network = `hr-${process.pid}-${name}`;
  await copyBase(roots, release, folder);
  for (const [type, device, at, options] of MOUNTS) {
    mkdirSync(join(folder, at), { recursive: true });
    await execa("mount", ["-t", type, "-o", options, device, join(folder, at)]);
  }
  await execa("ip", ["netns", "add", network]);
  await execa("ip", ["netns", "exec", network, "ip", "link", "set", "lo", "up"]);
  const inNetwork = ["netns", "exec", network, "chroot"];
  const inside = (user: string, command: string): string[] =>
    inNetwork.concat(`--userspec=${user}`, folder, bare(user), "/bin/sh", "-c", `cd ${home(user)} && ${command}`);
  const said = async (program: string, words: readonly string[]): Promise<string> => {
    const { all, failed } = await execa(program, words, { all: true, reject: false, stdin: "ignore" });
    if (failed) throw new Error(`${words.at(-1) ?? program}: ${all.split("\n").slice(-6).join(" / ")}`);
    return all;
  };
  return {
    folder,
    run: (user, command) => said("ip", inside(user, command)),
    fetch: (command) => said("chroot", [folder, ...bare("root"), "/bin/sh", "-c", command]),
    terminal: (user, command) => openPty("/usr/sbin/ip", inside(user, command), { env: process.env, cwd: "/" }),
    close: async () => {
      const { stdout } = await execa("ip", ["netns", "pids", network]);
      for (const pid of stdout.split("\n").filter(Boolean)) process.kill(Number(pid), "SIGKILL");
      for (const [, , at] of MOUNTS.toReversed()) await execa("umount", ["-l", join(folder, at)]);
      await execa("ip", ["netns", "del", network]);
      await execa("rm", ["-rf", "--one-file-system", folder]);
    },
  };
}
