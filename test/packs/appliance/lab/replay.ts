import { request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import { sqlQuietly, type Lab } from "../../../../src/packs/appliance/lab/index.ts";
import { asFine, plain, type Exchange, type Scenario } from "./recorded.ts";

export type Answer = { status: number; headers: NodeJS.Dict<string | string[]>; text: string } | "none";

/** Plays one exchange: what the lab answers; `ids` turns recorded ids into the lab's. */
export async function play(
  lab: Lab,
  target: Scenario["target"],
  exchange: Exchange,
  ids: Map<string, string>,
): Promise<Answer> {
  if (!exchange.status_timeline) return send(lab, target, exchange, ids);
  const last = exchange.status_timeline.at(-1)?.status ?? "";
  for (let attempt = 0; ; attempt += 1) {
    const answer = await send(lab, target, exchange, ids);
    const settled = answer !== "none" && (JSON.parse(answer.text) as { status?: string }).status === last;
    if (settled || attempt > 500) return answer;
    await sleep(10);
  }
}

function send(
  lab: Lab,
  target: Scenario["target"],
  { request: wish }: Exchange,
  ids: Map<string, string>,
): Promise<Answer> {
  const base = target === "oma-api" ? lab.site.oma_api.url : lab.site.volume_daemon.url;
  const body = wish.body_text ?? (wish.body_json === undefined ? undefined : JSON.stringify(wish.body_json));
  let path = wish.path;
  for (const [recorded, own] of ids) path = path.replaceAll(recorded, own);
  const url = new URL(base);
  return new Promise((resolve) => {
    const sent = request(
      { host: url.hostname, port: url.port, path, method: wish.method, headers: wish.headers ?? {}, agent: false },
      (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (part: string) => (text += part));
        response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
      },
    );
    sent.on("error", () => resolve("none"));
    if (wish.client_gives_up_after_ms !== undefined) void secondDetach(lab).then(() => sent.destroy());
    sent.end(body);
  });
}

/** The recorded client gave up in the midst of the second detach; a lab may come there sooner or later than after its time. */
async function secondDetach(lab: Lab): Promise<void> {
  const begun = async (): Promise<unknown[]> =>
    (await sqlQuietly(lab, "select id from volume_operations where type = 'detach'")) as unknown[];
  while ((await begun()).length < 2) await sleep(5);
}

/** Compares an answer with the recorded one, and learns which id stands for which. */
export function compare(exchange: Exchange, answer: Answer, ids: Map<string, string>): void {
  if (exchange.transport_error !== undefined) return expect(answer).toBe("none");
  if (answer === "none") throw new Error("the lab gave no answer");
  const about = `${exchange.request.method} ${exchange.request.path}`;
  expect({ about, status: answer.status }).toEqual({ about, status: exchange.status });
  for (const name of ["content-type", "location", "access-control-allow-origin"])
    expect({ about, [name]: answer.headers[name] }).toEqual({ about, [name]: exchange.response_headers?.[name] });
  if ("response_json" in exchange) {
    const own: unknown = JSON.parse(answer.text);
    learn(exchange.response_json, own, ids);
    const recorded = plain(exchange.response_json);
    expect({ about, body: asFine(plain(own), recorded) }).toEqual({ about, body: recorded });
  } else expect(plain(answer.text)).toBe(plain(exchange.response_text));
}

function learn(recorded: unknown, own: unknown, ids: Map<string, string>): void {
  if (typeof recorded === "string" && typeof own === "string" && recorded !== own) {
    if (/^[0-9a-f]{8}-[0-9a-f-]{27}$|-\d{10}$/.test(recorded)) ids.set(recorded, own);
  } else if (recorded !== null && own !== null && typeof recorded === "object" && typeof own === "object")
    for (const key of Object.keys(recorded)) learn(Reflect.get(recorded, key), Reflect.get(own, key), ids);
}

/** How far an operation under way has come when it is looked at is the machine's affair. */
const MOMENTARY = new Set(["status", "response", "completed_at"]);

/**
 * Compares rows as the scenario left them; `only` narrows tables that hold other scenarios' volumes, too. Of rows that were
 * recorded while something was under way only what does not move is compared.
 */
export async function compareRows(
  lab: Lab,
  recorded: unknown,
  only: Set<string> | null,
  moving = false,
): Promise<void> {
  for (const [table, recordedRows] of Object.entries(recorded as Record<string, Record<string, unknown>[]>)) {
    const columns = Object.keys(recordedRows[0] ?? { id: "" }).filter((name) => !moving || !MOMENTARY.has(name));
    const text = lab.config.server === "mysql" ? jsonless : textOf;
    const rows = recordedRows.map((row) => Object.fromEntries(columns.map((name) => [name, text(row[name])])));
    const all = (await sqlQuietly(lab, `select * from ${table}`)) as Record<string, unknown>[];
    const own = all.filter((row) => {
      const volume = row["volume_uuid"] ?? row["volume_id"];
      return only === null || typeof volume !== "string" || only.has(volume);
    });
    const shown = own.map((row) => Object.fromEntries(columns.map((name) => [name, text(row[name])])));
    expect({ table, rows: sorted(shown) }).toEqual({ table, rows: sorted(rows) });
  }
}

function sorted(rows: Record<string, unknown>[]): unknown[] {
  // numeric keys count up over a database's life and mean nothing
  const clean = rows.map((row) => plain(/^\d+$/.test(String(row["id"])) ? { ...row, id: "<n>" } : row));
  return clean.map((row) => JSON.stringify(row)).sort();
}

/** MySQL keeps JSON in a form of its own: spaces and the order of members are not what was written. */
function jsonless(value: unknown): string | null {
  const text = textOf(value);
  if (text === null || !text.startsWith("{")) return text;
  const members = Object.entries(JSON.parse(text) as Record<string, unknown>);
  return JSON.stringify(Object.fromEntries(members.sort(([a], [b]) => (a < b ? -1 : 1))));
}

function textOf(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return typeof value === "string" ? value : JSON.stringify(value);
}
