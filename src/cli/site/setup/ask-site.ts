/** The questions about one site. Each part is tried as soon as it is answered, and asked again, or kept, where it fails. */
import { baseUrl, isLoopback } from "../../../connections/base-url.ts";
import { parseSite, secretsOf, type Site } from "../../../connections/site.ts";
import { database, tablesOf } from "../doctor/database.ts";
import { about, findingLines, type Finding } from "../doctor/finding.ts";
import { cloud, daemon, DISKS, processes, withPorts } from "../doctor/services.ts";
import { lineWidth, type Io } from "../../io.ts";
import { makeKeyring, type Keyring } from "../../session/keyring.ts";
import { loadFile } from "../../runbook/file.ts";
import { shippedFile } from "../../runbook/source.ts";
import { settingsOf, type Answers } from "./answers.ts";
import type { Prompt } from "./prompt.ts";

interface Part {
  readonly title: string;
  /** Asks, with the answers so far as what Enter takes. */
  readonly ask: (prompt: Prompt, answers: Answers) => Promise<Answers>;
  readonly attempt: (site: Site, keyring: Keyring) => Promise<readonly Finding[]>;
}

const PARTS: readonly Part[] = [
  { title: "Database (MariaDB or MySQL)", ask: askDatabase, attempt: tryDatabase },
  {
    title: "Volume Daemon",
    ask: async (prompt, answers) => ({ ...answers, daemon: await prompt.ask("Address", answers.daemon, urlProblem) }),
    attempt: (site, keyring) => withPorts(site, keyring, async (ports) => [await daemon(site, ports)]),
  },
  {
    title: "API of the appliance (its process tells whether a failover is still alive)",
    ask: async (prompt, answers) => ({ ...answers, api: await prompt.ask("Address", answers.api, urlProblem) }),
    attempt: (site, keyring) => withPorts(site, keyring, (ports) => processes(site, ports)),
  },
  {
    title: "CloudStack",
    ask: askKeys,
    attempt: (site, keyring) => withPorts(site, keyring, async (ports) => [await cloud(ports)]),
  },
];

/** Asks for everything, part by part, with what Enter takes. `isWhole`: nothing that was tried is broken. */
export async function askSite(
  prompt: Prompt,
  first: Answers,
  io: Io,
): Promise<{ readonly answers: Answers; readonly isWhole: boolean }> {
  let answers = first;
  let isWhole = true;
  for (const [at, part] of PARTS.entries()) {
    io.out(`\n${at + 1} of ${PARTS.length}  ${part.title}\n`);
    for (;;) {
      answers = await part.ask(prompt, answers);
      const findings = await tried(part, answers);
      for (const line of findings.flatMap((found) => findingLines(found, lineWidth(io) - 2))) io.out(`  ${line}\n`);
      // What the machine hides is mended by no answer.
      if (!findings.some(({ check, state }) => state === "broken" && check !== DISKS)) break;
      // What is down at this moment may be right all the same.
      if ((await prompt.choice("Answer again, or keep it as it is", ["again", "keep"])) === "keep") {
        isWhole = false;
        break;
      }
    }
  }
  return { answers, isWhole };
}

async function tried(part: Part, answers: Answers): Promise<readonly Finding[]> {
  const site = parseSite({ name: "setup", ...settingsOf(answers, ({ value }) => value) });
  if (!site.ok) return site.error.map((line) => about("settings").broken(line, "answer again"));
  const keyring = makeKeyring();
  for (const secret of secretsOf(site.value)) keyring.add(secret);
  return part.attempt(site.value, keyring);
}

const urlProblem = (text: string): string | null => {
  const read = baseUrl(text);
  return read.ok ? null : `${text} cannot be used: ${read.error}; an address looks like http://127.0.0.1:8090`;
};

const portProblem = (text: string): string | null =>
  /^\d{1,5}$/u.test(text) && Number(text) >= 1 && Number(text) <= 65_535 ? null : "a port is a number from 1 to 65535";

async function askDatabase(prompt: Prompt, answers: Answers): Promise<Answers> {
  const { mysql } = answers;
  const host = await prompt.ask("Host, or path of its socket", mysql.host);
  const isSocket = host.startsWith("/");
  const port = isSocket ? mysql.port : await prompt.ask("Port", mysql.port, portProblem);
  const name = await prompt.ask("Database", mysql.database);
  const user = await prompt.ask("User", mysql.user);
  const password = await prompt.secret("Password", user === mysql.user ? mysql.password : null);
  const tls = isSocket || isLoopback(host) ? null : await askDatabaseTls(prompt, mysql.tls);
  return { ...answers, mysql: { host, port, database: name, user, password, tls } };
}

/** Authorities that were named in a file are not asked about: no answer of one line could name them again. */
const askDatabaseTls = async (prompt: Prompt, present: Answers["mysql"]["tls"]): Promise<Answers["mysql"]["tls"]> =>
  present !== null && typeof present === "object" ? present : askTls(prompt);

/** Only what leaves this machine is asked about. */
const askTls = async (prompt: Prompt): Promise<"verify" | "off"> =>
  (await prompt.choice("Verify its certificate (TLS)", ["y", "n"])) === "y" ? "verify" : "off";

async function tryDatabase(site: Site, keyring: Keyring): Promise<readonly Finding[]> {
  const redactor = keyring.redactor("message");
  return database(site, tablesOf(loadFile(shippedFile()).runbooks), (text) => redactor.redact(text));
}

async function askKeys(prompt: Prompt, answers: Answers): Promise<Answers> {
  const isOwn =
    (await prompt.choice("Address and keys: the appliance's own, or others", ["own", "others"])) === "others";
  if (!isOwn) return { ...answers, cloud: null };
  const url = await prompt.ask("Address", answers.cloud?.url, urlProblem);
  const key = await prompt.secret("API key", answers.cloud?.key ?? null);
  const secret = await prompt.secret("Secret key", answers.cloud?.secret ?? null);
  const tls = url.startsWith("https:") ? await askTls(prompt) : "verify";
  return { ...answers, cloud: { url, key, secret, tls } };
}
