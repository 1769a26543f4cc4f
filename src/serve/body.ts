/** No route reads a body; one that comes anyway is taken off the connection and thrown away, up to a limit. */
import type { IncomingMessage } from "node:http";

export const MOST_BODY = 64 * 1024;

/** Reads the body to its end; false when it is larger than {@link MOST_BODY}, or broke off. */
export async function drain(incoming: IncomingMessage): Promise<boolean> {
  if (Number(incoming.headers["content-length"] ?? 0) > MOST_BODY) return false;
  let size = 0;
  try {
    // The stream is left as it is when too much came: the answer must still go out over its socket.
    for await (const chunk of incoming.iterator({ destroyOnReturn: false })) {
      size += (chunk as Buffer).length;
      if (size > MOST_BODY) return false;
    }
    return true;
  } catch {
    return false;
  }
}
