/** Who acts, from the kernel and the login rather than from what anybody says. */
import { readFileSync } from "node:fs";
import { hostname, userInfo } from "node:os";
import type { Actor } from "../../engine/journal-port.ts";
import type { Io } from "../io.ts";

function loginName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? -1}`;
  }
}

function tty(): string | null {
  try {
    // Field 7 of /proc/self/stat is the controlling terminal's device number; 0 is none.
    const stat = readFileSync("/proc/self/stat", "utf8");
    const device = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[4] ?? 0);
    return device === 0 ? null : `${device >> 8}:${device & 255}`;
  } catch {
    return null;
  }
}

export function whoActs(env: Io["env"]): Actor {
  return {
    uid: process.getuid?.() ?? -1,
    login: loginName(),
    sudo_user: env["SUDO_USER"] ?? null,
    ssh_client: env["SSH_CONNECTION"]?.split(" ")[0] ?? null,
    tty: tty(),
    host: hostname(),
    pid: process.pid,
  };
}
