/** The questions about one named connection, with what it was before as what Enter takes. */
import { HEADER } from "../../../connections/site-schema.ts";
import { urlProblem, type ClientOptions, type Prompt, type SourcedValue } from "../../../packs/setup.ts";
import { ASKED, local } from "./answers.ts";
import { askDatabase } from "./ask-database.ts";
import { presetOf, secretOf, sectionOf, type Settings } from "./draft.ts";

export const KINDS = ["mysql", "http", "programs"] as const;
export type Kind = (typeof KINDS)[number];

/** One connection while it is asked about. */
export interface Asked {
  readonly name: string;
  /** What it is so far; `{}` for a new one. */
  readonly draft: Settings;
  /** What a client of this user is told of databases. */
  readonly client: ClientOptions;
}

/** Asks about one of a kind, and gives all of its settings. */
export const ASK: Readonly<Record<Kind, (prompt: Prompt, asked: Asked) => Promise<Settings>>> = {
  mysql: askMysql,
  http: askHttp,
  programs: askPrograms,
};

const textOf = (value: unknown): string =>
  typeof value === "string" || typeof value === "number" ? String(value) : "";

/** The value of the first of some texts that is there. */
const firstOf = (...texts: readonly (string | undefined)[]): string => texts.find((text) => (text ?? "") !== "") ?? "";

type Tls = "verify" | "off" | { readonly ca: string } | null;

async function askMysql(prompt: Prompt, { name, draft, client }: Asked): Promise<Settings> {
  const before = sectionOf(draft["mysql"]);
  const isNew = draft["mysql"] === undefined;
  const offered = (key: keyof ClientOptions): string | undefined => (isNew ? client[key]?.value : undefined);
  const preset: SourcedValue | null = isNew ? (client.password ?? null) : presetOf(before["password"]);
  const host = firstOf(
    textOf(before["socket"]),
    textOf(before["host"]),
    offered("socket"),
    offered("host"),
    "127.0.0.1",
  );
  const answers = await askDatabase(prompt, {
    host: local(host),
    port: firstOf(textOf(before["port"]), offered("port"), "3306"),
    database: firstOf(textOf(before["database"]), offered("database")),
    user: firstOf(textOf(before["user"]), offered("user")),
    password: preset,
    tls: (before["tls"] ?? null) as Tls,
  });
  const rest = Object.entries(before).filter(([key]) => !ASKED.has(key));
  const { password, tls } = answers;
  return {
    ...draft,
    mysql: {
      ...Object.fromEntries(rest),
      ...(answers.host.startsWith("/") ? { socket: answers.host } : { host: answers.host, port: Number(answers.port) }),
      user: answers.user,
      ...(password === null
        ? {}
        : { password: secretOf(`${name}.password`, password, isNew ? null : preset, before["password"]) }),
      database: answers.database,
      ...(tls === null ? {} : { tls }),
    },
  };
}

const NONE = "none";

const headerProblem = (text: string): string | null =>
  HEADER.test(text) ? null : `${text} is no name of a header that can be given`;

async function askHttp(prompt: Prompt, { name, draft }: Asked): Promise<Settings> {
  const before = sectionOf(draft["http"]);
  const url = await prompt.ask("Address", textOf(before["url"]) || undefined, urlProblem);
  const headers = await askHeaders(prompt, name, sectionOf(before["headers"]));
  const { headers: _headers, tls, ...rest } = before;
  const safety = await askSafety(prompt, url, tls);
  return {
    ...draft,
    http: { ...rest, url, ...(Object.keys(headers).length === 0 ? {} : { headers }), ...safety },
  };
}

/** Only what can be encrypted is asked about; authorities that the file names are not, since no line could name them again. */
async function askSafety(prompt: Prompt, url: string, tls: unknown): Promise<Settings> {
  if (!url.startsWith("https:")) return {};
  if (tls !== null && typeof tls === "object") return { tls };
  const words = tls === "off" ? (["n", "y"] as const) : (["y", "n"] as const);
  return (await prompt.choice("Verify its certificate (TLS)", words)) === "n" ? { tls: "off" } : {};
}

async function askHeaders(prompt: Prompt, name: string, before: Settings): Promise<Settings> {
  const headers: Record<string, unknown> = {};
  const askValue = async (header: string): Promise<void> => {
    const leaf = headers[header] ?? before[header];
    const preset = presetOf(leaf);
    const said = await prompt.secret(`Value of ${header}`, preset);
    headers[header] = secretOf(`${name}.${header}`, said, preset, leaf);
  };
  for (const header of Object.keys(before)) await askValue(header);
  for (;;) {
    const header = await prompt.ask("A header to send with each request, by its name", NONE, headerProblem);
    if (header === NONE) return headers;
    await askValue(header);
  }
}

const DONE = "done";

const pathProblem = (text: string): string | null =>
  text === DONE || /^\/\S(?:.*\S)?$/u.test(text) ? null : "say its whole path, from / on";

const pathOf = (program: unknown): string => textOf(sectionOf(program)["path"]) || textOf(program);

async function askPrograms(prompt: Prompt, { draft }: Asked): Promise<Settings> {
  const before = (draft["programs"] ?? []) as readonly unknown[];
  const programs = new Map(before.map((program) => [pathOf(program), program]));
  for (;;) {
    const path = await prompt.ask(
      "Path of a program that runbooks may start",
      programs.size === 0 ? undefined : DONE,
      pathProblem,
    );
    if (path === DONE && programs.size > 0) return { ...draft, programs: [...programs.values()] };
    if (path === DONE) continue;
    const isRead = (await prompt.choice("Does it only look, and change nothing", ["no", "yes"])) === "yes";
    programs.set(path, isRead ? { path, read: true } : path);
  }
}
