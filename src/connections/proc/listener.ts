/** Who listens on a TCP port of this host. */
import { join } from "node:path";
import { openFiles, text, type Row } from "./table.ts";

const LISTEN = "0A";

/** The processes that hold a listening socket on this port; empty when nobody does or we may not look. */
export function listeners(root: string, table: ReadonlyMap<number, Row>, port: number): Row[] {
  const sockets = new Set([...inodes(root, "tcp", port), ...inodes(root, "tcp6", port)].map((id) => `socket:[${id}]`));
  if (sockets.size === 0) return [];
  return [...table.values()].filter((row) => openFiles(root, row.pid)?.some((target) => sockets.has(target)) === true);
}

function inodes(root: string, file: string, port: number): string[] {
  const lines = (text(join(root, "net", file)) ?? "").split("\n").slice(1);
  return lines.flatMap((line) => {
    const [, local, , state, , , , , , inode] = line.trim().split(/\s+/);
    const hex = local?.split(":").at(-1);
    const hit = state === LISTEN && hex !== undefined && Number.parseInt(hex, 16) === port;
    return hit && inode !== undefined ? [inode] : [];
  });
}
