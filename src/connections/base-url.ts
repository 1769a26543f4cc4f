/** Which base URLs may be talked to. */
import { err, ok, type Result } from "../ports/result.ts";

const LINK_LOCAL = /^(?:169\.254\.|\[fe[89ab])/i;

const OBJECTIONS: readonly (readonly [(url: URL) => boolean, string])[] = [
  [({ protocol }) => protocol !== "http:" && protocol !== "https:", "only http and https are spoken"],
  [({ username, password }) => username !== "" || password !== "", "it holds a user name or a password"],
  [({ search, hash }) => search !== "" || hash !== "", "it holds a query or a fragment"],
  [({ hostname }) => LINK_LOCAL.test(hostname), "its address is link-local"],
];

/** Accepts http and https without user, query or fragment, and no link-local address (metadata services live there). */
export function baseUrl(text: string): Result<string, string> {
  if (!URL.canParse(text)) return err("it is no URL");
  const url = new URL(text);
  const objection = OBJECTIONS.find(([speaksAgainst]) => speaksAgainst(url));
  return objection === undefined ? ok(url.href.replace(/\/+$/, "")) : err(objection[1]);
}

/** True when a host name means this machine. */
export const isLoopback = (host: string): boolean =>
  host === "localhost" || host === "::1" || host === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(host);
