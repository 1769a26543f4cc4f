/** The service that an `http` step means, and what it says by a status that was not asked for. */
import { lackText } from "../../connection.ts";
import type { HttpPort, HttpReply } from "../../../ports/http.ts";
import type { Ports } from "../../../ports/ports.ts";
import { clean } from "../../../text/sentence.ts";

export const COUNTERPART = "the service";

/** What a step on a service lacks on this site; null where it has it. One that is not named is meant only where it is the only one. */
export function lacksService(name: string | undefined, { http }: Ports): string | null {
  const names = Object.keys(http);
  if (name === undefined && names.length > 1)
    return `the site has ${names.length} http connections (${names.join(", ")}): name one with connection`;
  return serviceIn(http, name) === undefined ? lackText("http", name, names) : null;
}

/** The service of a name, or the only one. */
export function serviceIn(http: Ports["http"], name: string | undefined): HttpPort | undefined {
  const [only, ...others] = Object.values(http);
  if (name === undefined) return others.length === 0 ? only : undefined;
  return Object.hasOwn(http, name) ? http[name] : undefined;
}

/** Whether a status is one of those that mean yes. */
export const isAccepted = (status: number, codes: readonly number[] | undefined): boolean =>
  codes === undefined ? status >= 200 && status <= 299 : codes.includes(status);

export const isRefusal = (status: number): boolean => status >= 400 && status <= 499;

/** What a service answered, without a full stop. */
export function replyText(name: string, request: string, { status, excerpt }: HttpReply): string {
  const redirect = status >= 300 && status <= 399 ? ", a redirect, and none is followed" : "";
  const word = clean(excerpt);
  return `${name} answers ${request} with ${status}${redirect}${word === "" ? "" : `: ${word}`}`;
}
