/** The body of a request is taken off the connection whatever becomes of it, up to a limit; most routes read none. */
import type { IncomingMessage } from "node:http";

export const MOST_BODY = 64 * 1024;

/** Reads the body to its end; null when it is larger than {@link MOST_BODY}, or broke off. */
export async function bodyOf(incoming: IncomingMessage): Promise<Buffer | null> {
  if (Number(incoming.headers["content-length"] ?? 0) > MOST_BODY) return null;
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    // The stream is left as it is when too much came: the answer must still go out over its socket.
    for await (const chunk of incoming.iterator({ destroyOnReturn: false })) {
      chunks.push(chunk as Buffer);
      size += (chunk as Buffer).length;
      if (size > MOST_BODY) return null;
    }
    return Buffer.concat(chunks);
  } catch {
    return null;
  }
}
