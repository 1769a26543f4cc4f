/** Which base URLs may be talked to. */
import { err, ok, type Result } from "../phases/result.ts";

const LINK_LOCAL = /^(?:169\.254\.|\[fe[89ab])/i;

/** Accepts http and https without user, query or fragment, and no link-local address (metadata services live there). */
export function baseUrl(text: string): Result<string, string> {
  if (!URL.canParse(text)) return err("it is no URL");
  const url = new URL(text);
  if (url.protocol !== "http:" && url.protocol !== "https:") return err("only http and https are spoken");
  if (url.username !== "" || url.password !== "") return err("it holds a user name or a password");
  if (url.search !== "" || url.hash !== "") return err("it holds a query or a fragment");
  if (LINK_LOCAL.test(url.hostname)) return err("its address is link-local");
  return ok(url.href.replace(/\/+$/, ""));
}

/** True when a host name means this machine. */
export const isLoopback = (host: string): boolean =>
  host === "localhost" || host === "::1" || host === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(host);
