/** Who listens on a TCP port of this host. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { tryLook, openFiles, type ProcessRow } from "./table.ts";

const LISTEN = "0A";

/** The processes that hold a listening socket on this port, [] when nobody listens; null when that is not to be seen. */
export function listeners(root: string, table: ReadonlyMap<number, ProcessRow>, port: number): ProcessRow[] | null {
  const sockets = listening(root, port);
  if (sockets === null) return null;
  if (sockets.size === 0) return [];
  const owners = [...table.values()].filter(
    (row) => !row.kernel && openFiles(root, row.pid)?.some((target) => sockets.has(target)) === true,
  );
  return owners.length === 0 ? null : owners;
}

/** The sockets that listen on this port; null when that is not to be seen. */
function listening(root: string, port: number): ReadonlySet<string> | null {
  const tcp = inodes(root, "tcp", port);
  const tcp6 = inodes(root, "tcp6", port);
  // A kernel without IPv6 has no tcp6; the other table is always there. One that may not be read says nothing.
  if (typeof tcp === "string" || tcp6 === "hidden") return null;
  return new Set([...tcp, ...(tcp6 === "gone" ? [] : tcp6)].map((id) => `socket:[${id}]`));
}

function inodes(root: string, file: string, port: number): string[] | "gone" | "hidden" {
  const table = tryLook(() => readFileSync(join(root, "net", file), "utf8"));
  if (typeof table === "string") return table;
  const lines = table.value.split("\n").slice(1);
  return lines.flatMap((line) => {
    const [, local, , state, , , , , , inode] = line.trim().split(/\s+/);
    const hex = local?.split(":").at(-1);
    const hit = state === LISTEN && hex !== undefined && Number.parseInt(hex, 16) === port;
    return hit && inode !== undefined ? [inode] : [];
  });
}
