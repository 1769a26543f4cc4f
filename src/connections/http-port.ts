/** An HTTP service of a site: its headers are revealed here and nowhere else, and its answers are redacted before they are read. */
import { readFileSync } from "node:fs";
import { fileTrouble } from "../files/trouble.ts";
import type { HttpChange, HttpPort, HttpReply, HttpSent } from "../ports/http.ts";
import { failure, type Failure } from "../ports/outcome.ts";
import { err, ok, type Result } from "../ports/result.ts";
import { certificateText } from "./certificate.ts";
import { httpClient, type HttpAnswer, type HttpClient, type HttpTrouble } from "./http.ts";
import { excerpt, parseJson } from "./json.ts";
import type { HttpSite } from "./site.ts";

export interface HttpService {
  readonly port: HttpPort;
  close(): void;
}

type Redact = (text: string) => string;

/** A client for a service, made when it is first asked; the sentence that says why there can be none. */
function clientOf({ tls, timeout_s: timeoutS }: HttpSite, redact: Redact): Result<HttpClient, string> {
  const totalMs = timeoutS * 1000;
  const options = { redact, verifyTls: tls !== "off", timeouts: { idleMs: totalMs, totalMs } };
  if (typeof tls === "string") return ok(httpClient(options));
  try {
    return ok(httpClient({ ...options, ca: readFileSync(tls.ca, "utf8") }));
  } catch (error) {
    return err(`the certificate ${tls.ca} cannot be read: ${fileTrouble(error)}`);
  }
}

const headersOf = ({ headers }: HttpSite): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value.reveal()]));

function replyOf({ status, text }: HttpAnswer, redact: Redact): HttpReply {
  const json = parseJson(text, redact);
  return { status, ...(json === undefined ? {} : { json }), excerpt: excerpt(redact(text)) };
}

/** Makes the port of a service. Nothing is dialled before it is asked. */
export function httpService(
  { name, http }: { readonly name: string; readonly http: HttpSite },
  redact: Redact,
): HttpService {
  let made: Result<HttpClient, string> | null = null;
  const client = (): Result<HttpClient, string> => (made ??= clientOf(http, redact));
  const troubleText = (method: string, path: string, { message, code }: HttpTrouble): string =>
    `${name} at ${http.url} does not answer ${method} ${redact(path)}: ${certificateText(code) ?? message}.`;

  const ask = async (path: string): Promise<Result<HttpReply, Failure>> => {
    const own = client();
    if (!own.ok) return err(failure("unreachable", `${name} was not asked: ${own.error}.`));
    const answer = await own.value.request({
      kind: "read",
      method: "GET",
      url: `${http.url}${path}`,
      headers: headersOf(http),
    });
    if (answer.ok) return ok(replyOf(answer.value, redact));
    // One that answered, and not to the end, is there: its answer is what is wrong.
    const kind = answer.error.answering ? "garbled" : "unreachable";
    return err(failure(kind, troubleText("GET", path, answer.error)));
  };

  const send = async ({ method, path, json }: HttpChange): Promise<HttpSent> => {
    const own = client();
    if (!own.ok) return { kind: "not-sent", message: `${name} was not asked: ${own.error}.` };
    const answer = await own.value.request({
      kind: "change",
      method,
      url: `${http.url}${path}`,
      headers: headersOf(http),
      ...(json === undefined ? {} : { json }),
    });
    if (answer.ok) return { kind: "answered", reply: replyOf(answer.value, redact) };
    return { kind: answer.error.sent ? "lost" : "not-sent", message: troubleText(method, path, answer.error) };
  };

  return {
    port: { name, ask, send },
    close: () => {
      if (made?.ok === true) made.value.close();
    },
  };
}
