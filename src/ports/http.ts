/** The port to an HTTP service of the site. Its address, its headers and its certificate are the site's, and stay there. */
import type { Json } from "./json.ts";
import type { Failure } from "./outcome.ts";
import type { Result } from "./result.ts";

/** What a service answered; secrets are taken out of all of it, and its headers are not kept. */
export interface HttpReply {
  readonly status: number;
  /** The answer as JSON; missing where it is none. */
  readonly json?: Json;
  /** Its beginning in one line, for a message. */
  readonly excerpt: string;
}

/** A request that changes something: a path of the service, encoded, with its query. */
export interface HttpChange {
  readonly method: "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
  /** Sent as JSON; missing where nothing is. */
  readonly json?: Json;
}

/** What came of sending a request once. `not-sent` only where it is certain that no byte of it left. */
export type HttpSent =
  | { readonly kind: "answered"; readonly reply: HttpReply }
  | { readonly kind: "not-sent" | "lost"; readonly message: string };

export interface HttpPort {
  /** The name of its connection. */
  readonly name: string;
  /** Asks with GET; again where nobody answered. Whatever is answered is an answer, a redirect too: none is followed. */
  ask(path: string): Promise<Result<HttpReply, Failure>>;
  /** Sends a change, exactly once, on a connection of its own. */
  send(change: HttpChange): Promise<HttpSent>;
}
