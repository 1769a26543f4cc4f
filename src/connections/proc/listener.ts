/** Who listens on a TCP port of this host. */
import { join } from "node:path";
import { openFiles, text, type Row } from "./table.ts";

const LISTEN = "0A";

/** The processes that hold a listening socket on this port, [] when nobody listens; null when that is not to be seen. */
export function listeners(root: string, table: ReadonlyMap<number, Row>, port: number): Row[] | null {
  // A kernel without IPv6 has no tcp6; the other table is always there.
  const tcp = inodes(root, "tcp", port);
  if (tcp === null) return null;
  const sockets = new Set([...tcp, ...(inodes(root, "tcp6", port) ?? [])].map((id) => `socket:[${id}]`));
  if (sockets.size === 0) return [];
  const owners = [...table.values()].filter(
    (row) => openFiles(root, row.pid)?.some((target) => sockets.has(target)) === true,
  );
  return owners.length === 0 ? null : owners;
}

function inodes(root: string, file: string, port: number): string[] | null {
  const table = text(join(root, "net", file));
  if (table === null) return null;
  const lines = table.split("\n").slice(1);
  return lines.flatMap((line) => {
    const [, local, , state, , , , , , inode] = line.trim().split(/\s+/);
    const hex = local?.split(":").at(-1);
    const hit = state === LISTEN && hex !== undefined && Number.parseInt(hex, 16) === port;
    return hit && inode !== undefined ? [inode] : [];
  });
}
