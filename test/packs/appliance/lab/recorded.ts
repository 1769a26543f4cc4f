import { readFileSync, readdirSync } from "node:fs";

type Json = Record<string, unknown>;

export type Exchange = {
  note?: string;
  request: {
    method: string;
    path: string;
    headers?: Record<string, string>;
    body_json?: unknown;
    body_text?: string;
    client_gives_up_after_ms?: number;
  };
  status?: number;
  response_headers?: Record<string, string>;
  response_json?: unknown;
  response_text?: string;
  transport_error?: string;
  status_timeline?: { at_ms: number; status: string }[];
};
export type Scenario = Json & {
  scenario: string;
  target: "volume-daemon" | "oma-api";
  about: string;
  exchanges: Exchange[];
  cloudstack_calls: (Json & { command: string; id?: string })[];
};

const folder = new URL("../../../recorded/", import.meta.url);

/** Every recorded scenario, in the order of their numbers. */
export function scenarios(prefix: "vd" | "oma"): Scenario[] {
  return readdirSync(folder)
    .filter((name) => name.startsWith(`${prefix}-`))
    .sort()
    .map((name) => JSON.parse(readFileSync(new URL(name, folder), "utf8")) as Scenario);
}

// ids that a scenario is set up with are compared as they are; all others differ at every run
const given = /^(7b2d4f|3f1c0e7a|c9a1e200|11111111-2222|00000000-dead)/;

/** A value without what differs between runs: times, ids made on the way, ports, keys, signatures, durations. */
export function plain(value: unknown, key = ""): unknown {
  if (typeof value === "string") return plainText(value);
  if (typeof value === "number" && key.startsWith("duration")) return "<n>";
  if (Array.isArray(value)) return value.map((each) => plain(each));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, plain(each, name)]));
}

/**
 * A fine time that falls on a whole second is written without its fraction, by the real daemon as well: so `own` counts as
 * fine wherever the recording is. Both are plain values.
 */
export function asFine(own: unknown, recorded: unknown): unknown {
  if (typeof own === "string") return own === "<time>" && recorded === "<fine time>" ? recorded : own;
  if (Array.isArray(own))
    return own.map((each, at) => asFine(each, Array.isArray(recorded) ? recorded[at] : undefined));
  if (own === null || typeof own !== "object") return own;
  const other = (recorded ?? {}) as Readonly<Record<string, unknown>>;
  return Object.fromEntries(Object.entries(own).map(([name, each]) => [name, asFine(each, other[name])]));
}

function plainText(text: string): string {
  return (
    text
      .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z/g, "<fine time>")
      .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, "<time>")
      .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g, "<sql time>")
      .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, (id) =>
        given.test(id) ? id : "<id>",
      )
      .replaceAll(/127\.0\.0\.1:\d+/g, "127.0.0.1:<port>")
      .replaceAll(/apiKey=[^&]*/g, "apiKey=<key>")
      .replaceAll(/signature=[^"&]*/g, "signature=<signature>")
      .replaceAll(/-1[789]\d{8}\b/g, "-<unix>")
      // MySQL names the table with a key
      .replaceAll(/for key '\w+\.(\w+)'/g, "for key '$1'")
      .replaceAll(/"duration_seconds":\d+/g, '"duration_seconds":<n>')
  );
}
