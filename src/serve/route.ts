/** What a route of the endpoint is, and what each request brings along. */
import type { HttpBindings } from "@hono/node-server";
import type { Context } from "hono";
import type * as z from "zod";
import type { Desk } from "./desk.ts";

export interface Env {
  Bindings: HttpBindings;
  Variables: { requestId: string; known: boolean; now: () => Date; body: Buffer };
}

export interface AnswerForm {
  readonly says: string;
  readonly body: z.ZodType | null;
  readonly media?: string;
}

export interface Route {
  readonly method: "GET" | "POST";
  /** As in OpenAPI: `{name}` is one segment. */
  readonly path: string;
  readonly id: string;
  readonly says: string;
  /** Whether it is answered without the token. */
  readonly open?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
  /** What it reads of the body, as JSON; without it the body is ignored. */
  readonly body?: z.ZodType;
  readonly answers: Readonly<Record<number, AnswerForm>>;
  readonly handle: (c: Context<Env>, desk: Desk) => Promise<Response> | Response;
}

/** What a product adds to the endpoint. */
export interface Extension {
  /** What the endpoint is, for the OpenAPI page. */
  readonly description: string;
  readonly routes: readonly Route[];
  readonly health: {
    readonly says: string;
    /** What is looked at, by the names in the answer. */
    readonly parts: readonly string[];
  };
}
