/** The questions about a site that belongs to no product: its named connections, one after the other, each tried at once. */
import { CONNECTION_NAME } from "../../../connections/site-schema.ts";
import { EXIT } from "../../../engine/exit.ts";
import { about, type Finding } from "../../../packs/finding.ts";
import type { ClientOptions, Prompt } from "../../../packs/setup.ts";
import { safeText } from "../../../text/safe-text.ts";
import { lineWidth, Stop, type Io } from "../../io.ts";
import { packOf } from "../../packs.ts";
import { withPorts } from "../../session/site-ports.ts";
import { resolveSecrets } from "../config.ts";
import { databases } from "../doctor/database.ts";
import { findingLines } from "../doctor/finding.ts";
import { programs } from "../doctor/programs.ts";
import { services } from "../doctor/services.ts";
import { ASK, KINDS, type Kind } from "./ask-connection.ts";
import { asTried, draftOf, sectionOf, type Settings } from "./draft.ts";

/** Where what is kept of a configuration is from, and what is offered. */
export interface Ground {
  /** The configuration that references to secrets stand in. */
  readonly path: string;
  readonly client: ClientOptions;
}

export interface Asked {
  /** The site as it is to be, its secrets apart. */
  readonly draft: Settings;
  /** Nothing that was tried is broken. */
  readonly isWhole: boolean;
}

const USUAL: Readonly<Record<Kind, string>> = { mysql: "db", http: "service", programs: "host" };

const kindOf = (connection: unknown): Kind | undefined => KINDS.find((kind) => kind in sectionOf(connection));

/** What a connection is, on a line: never a secret. */
function lineOf(name: string, connection: unknown): string {
  const kind = kindOf(connection);
  const { host, socket, port, database, url } = sectionOf(sectionOf(connection)[kind ?? ""]);
  const parts = [socket ?? host, port, database, url].filter((part) => part !== undefined).map(String);
  return safeText(`  ${name}  ${kind ?? ""} ${parts.join(" ")}`.trimEnd());
}

function tellPresent({ mysql, connections }: Settings, io: Io): void {
  const lines = [
    ...(mysql === undefined ? [] : [lineOf("mysql", { mysql })]),
    ...Object.entries(sectionOf(connections)).map(([name, connection]) => lineOf(name, connection)),
  ];
  if (lines.length > 0) io.out(`\nIts connections, which stay unless one is named again:\n${lines.join("\n")}\n`);
}

/** Asks until somebody is done; what is there and not named again stays as it is written. */
export async function askConnections(prompt: Prompt, raw: unknown, ground: Ground, io: Io): Promise<Asked> {
  const site = sectionOf(draftOf(raw));
  tellPresent(site, io);
  const connections: Record<string, unknown> = { ...sectionOf(site["connections"]) };
  let isWhole = true;
  for (;;) {
    const hasAny = site["mysql"] !== undefined || Object.keys(connections).length > 0;
    io.out("\n");
    const word = await prompt.choice("A connection", hasAny ? (["done", ...KINDS] as const) : KINDS);
    if (word === "done") return { draft: { ...site, connections }, isWhole };
    const name = await askName(prompt, word, connections);
    const asked = await askOne(prompt, { name, kind: word, draft: sectionOf(connections[name]) }, ground, io);
    connections[name] = asked.draft;
    isWhole &&= asked.isWhole;
  }
}

/** A name of its own, or of one of the same kind that is changed. */
function askName(prompt: Prompt, kind: Kind, connections: Settings): Promise<string> {
  const usual = USUAL[kind];
  return prompt.ask("Its name, as runbooks say it", usual in connections ? undefined : usual, (text) => {
    if (!CONNECTION_NAME.test(text)) return "a name begins with a lower case letter; then letters, digits, `_`, `-`";
    const other = kindOf(connections[text]);
    return other === undefined || other === kind ? null : `${text} is there already, and is ${other}`;
  });
}

interface Wish {
  readonly name: string;
  readonly kind: Kind;
  readonly draft: Settings;
}

/** Asks until what was answered works, or is kept as it is: what is down at this moment may be right all the same. */
async function askOne(prompt: Prompt, { name, kind, draft: first }: Wish, ground: Ground, io: Io): Promise<Asked> {
  let draft = first;
  for (;;) {
    draft = await ASK[kind](prompt, { name, draft, client: ground.client });
    let findings = await tell(name, draft, ground, io);
    if (isReplica(findings, draft) && (await isMeant(prompt))) {
      draft = { ...draft, may_change: "replica" };
      findings = await tell(name, draft, ground, io);
    }
    if (!findings.some(({ state }) => state === "broken")) return { draft, isWhole: true };
    if ((await prompt.choice("Answer again, or keep it as it is", ["again", "keep"])) === "keep")
      return { draft, isWhole: false };
  }
}

/** Whether the server is one that changes are refused on, and nobody has said yet that it is meant. */
const isReplica = (findings: readonly Finding[], { may_change: target }: Settings): boolean =>
  target === undefined && findings.some(({ check, state }) => check === "primary" && state === "broken");

const isMeant = async (prompt: Prompt): Promise<boolean> =>
  (await prompt.choice("Are changes meant to go to this very server", ["no", "yes"])) === "yes";

/** Tries a connection and says what came of it. */
async function tell(name: string, draft: Settings, ground: Ground, io: Io): Promise<readonly Finding[]> {
  const findings = await attempt(name, draft, ground, io);
  for (const line of findings.flatMap((finding) => findingLines(finding, lineWidth(io) - 2))) io.out(`  ${line}\n`);
  return findings;
}

/** What runbooks need of its tables is not known here: only what any needs is looked at. */
const NEEDS = { tables: [], users: "runbooks", product: "this site" };

async function attempt(name: string, draft: Settings, { path }: Ground, io: Io): Promise<readonly Finding[]> {
  const tried = triedOf(draft, path, io.env);
  if (!("connection" in tried)) return [about("settings").broken(tried.message, "answer again")];
  const site = await packOf(null).parseSite({ name: "setup", connections: { [name]: tried.connection } });
  if (!site.ok) return site.error.map((line) => about("settings").broken(line, "answer again"));
  return withPorts(site.value, async (connections, redact) => [
    ...(await databases(site.value, NEEDS, redact)),
    ...(await services(connections)),
    ...programs(site.value),
  ]);
}

/** A connection with every secret in it; why one of them cannot be read else. */
function triedOf(
  draft: Settings,
  path: string,
  env: Io["env"],
): { readonly connection: unknown } | { readonly message: string } {
  try {
    return { connection: asTried(draft, (reference) => resolveSecrets(reference, env, path)) };
  } catch (error) {
    if (error instanceof Stop && error.exit === EXIT.badFile) return { message: error.message };
    throw error;
  }
}
