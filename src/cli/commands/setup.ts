/**
 * `handrail setup`: asks for the connections of one site, tries each as it goes, and writes them down. What it finds on this
 * machine it offers; nothing is written before the end, and nothing but the configuration and its secrets.
 */
import { homedir } from "node:os";
import type { Result } from "../../ports/result.ts";
import type { Sources } from "../../ui/sources.ts";
import type { ClientOptions, Prompt, SetupTrace } from "../../packs/setup.ts";
import { safeText } from "../../text/safe-text.ts";
import { boardHead } from "../console/board-lines.ts";
import { option, type Invocation, type Values } from "../command.ts";
import { chooseSite, configPath } from "../site/config.ts";
import { siteSources } from "../console/sources.ts";
import { EXIT } from "../../engine/exit.ts";
import { lineWidth, Stop, type Io } from "../io.ts";
import { emptyConfig, yamlText } from "../site/parse-yaml.ts";
import {
  firstAnswers,
  over,
  presentAnswers,
  secretsIn,
  settingsOf,
  type Answers,
  type OwnSetup,
} from "../site/setup/answers.ts";
import { askSite } from "../site/setup/ask-site.ts";
import { clientOptions } from "../site/setup/option-file.ts";
import { openPrompt } from "../site/setup/prompt.ts";
import { pack, packOf, type OwnAnswers, type OwnSite } from "../packs.ts";
import type { SiteWords } from "../../ui/words.ts";
import { askConnections } from "../site/setup/ask-connections.ts";
import { asWritten, typedIn } from "../site/setup/draft.ts";
import { placeOf, write, type ConfigPlace } from "../site/setup/write.ts";
import { wrap } from "../terminal/wrap.ts";
import { programName } from "../terminal/program-name.ts";
import { shellWord } from "../terminal/shell-word.ts";
import { variable } from "../site/lab-name.ts";
import { openStored } from "../session/stored.ts";

const WELCOME = [
  `Handrail setup: the connections of one site, one ${pack.unit} or something else.`,
  "Enter takes what stands in [brackets]. Ctrl-C leaves everything as it is: only",
  "the configuration is written, at the end, after a question.",
  "",
];

/** Asks, tries, writes, and ends with the first line of the board as it now is. */
export async function run({ values, io }: Invocation): Promise<number> {
  const place = placeOf(configPath(values, io.env));
  const setup = await pack.setup();
  const [trace, client] = [setup.trace(), clientOptions(io.env["HOME"] ?? homedir())];
  io.out([...WELCOME, ...knownLines({ trace, client }, place, lineWidth(io)), ""].join("\n"));
  io.out("\n");
  const prompt = openPrompt(io);
  try {
    const ground = { place, preset: option(values, "site") ?? null, io };
    const isOwn =
      (await prompt.choice(`What is it: ${pack.product}, or something else`, kindsOf(ground))) === pack.unit;
    const wish = isOwn
      ? await askProduct(prompt, ground, setup, firstAnswers(trace, client))
      : await askOther(prompt, ground, client);
    await confirm(prompt, wish, io);
    return await farewell({ ...wish, values, io });
  } finally {
    prompt.close();
  }
}

interface Ground {
  readonly place: ConfigPlace;
  /** The name that the command line says. */
  readonly preset: string | null;
  readonly io: Io;
}

/** What a site may be; first what the site that is meant by default is already. */
function kindsOf({ place, preset }: Ground): readonly [string, string] {
  const raw = place.config?.site(usualName(namesIn(place), preset, "") ?? "") ?? null;
  return raw === null || pack.owns(raw) ? [pack.unit, OTHER] : [OTHER, pack.unit];
}

const OTHER = "other";

/** All that is going to be written of a site. */
interface Wish {
  readonly name: string;
  readonly place: ConfigPlace;
  /** As the configuration has it. */
  readonly site: unknown;
  /** By the names that their files get. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Nothing that was tried is broken. */
  readonly isWhole: boolean;
}

/** A site of the product: its database and what the pack asks. */
async function askProduct(prompt: Prompt, ground: Ground, setup: OwnSetup, usual: Answers): Promise<Wish> {
  const { place, preset, io } = ground;
  const name = await siteName(prompt, place, preset, setup.siteName);
  const present = await presentSite(name, place, io);
  const first = present === null ? usual : presentAnswers(present, setup, "the present configuration");
  const { answers, isWhole } = await askSite(prompt, { setup, first }, io);
  const settings = settingsOf(answers, setup, (_said, key) => ({ file: place.secret(name, key) }));
  const site = over(place.config?.site(name) ?? null, settings, setup.lasting);
  return { name, place, site, secrets: secretsIn(answers, setup), isWhole };
}

/** A site that belongs to no product: its named connections. What is there and is not named again stays as it is written. */
async function askOther(prompt: Prompt, { place, preset, io }: Ground, client: ClientOptions): Promise<Wish> {
  const name = await otherName(prompt, { place, preset, io });
  const raw = place.config?.site(name) ?? null;
  const { draft, isWhole } = await askConnections(prompt, raw, { path: place.path, client }, io);
  // A folder of their own: no name of a connection makes a name that another site's secret has.
  const keyed = (key: string): string => `connections/${key}`;
  const site = asWritten(draft, (key) => place.secret(name, keyed(key)));
  const secrets = Object.entries(typedIn(draft)).map(([key, value]) => [keyed(key), value] as const);
  return { name, place, site, secrets: Object.fromEntries(secrets), isWhole };
}

/** The name of a site that is not the product's. */
async function otherName(prompt: Prompt, { place, preset, io }: Ground): Promise<string> {
  for (;;) {
    const name = await siteName(prompt, place, preset, "site");
    if (!pack.owns(place.config?.site(name) ?? null)) return name;
    io.out(`  ${name} is a site of ${pack.product}; give this one another name\n`);
  }
}

/** What this machine tells before anybody is asked. */
interface Known {
  readonly trace: SetupTrace<OwnAnswers>;
  readonly client: ClientOptions;
}

/** What was found here, and where: never a secret itself. */
function knownLines({ trace, client }: Known, place: ConfigPlace, width: number): string[] {
  const files = [...new Set(Object.values(client).map(({ source }) => source))];
  const options = Object.keys(client).join(", ") || "nothing of its database";
  const lines = [
    trace.line,
    ["MySQL's options", files.length === 0 ? "none for this user" : `${files.join(", ")} says ${options}`],
    [
      "configuration",
      place.config === null
        ? `none yet at ${place.path}`
        : `${place.path}: ${place.config.sites.join(", ") || "no site"}`,
    ],
  ] as const;
  return [
    "Found here:",
    ...lines.flatMap(([name, text]) => wrap(`  ${name.padEnd(15)}  ${safeText(text)}`, width, { hang: 19 })),
  ];
}

/** A name goes into paths of files and onto command lines. */
const SITE_NAME = /^[A-Za-z0-9][\w.-]{0,63}$/u;

const namesIn = ({ config }: ConfigPlace): readonly string[] => config?.sites ?? [];

/** What Enter takes for the name of the site. */
const usualName = (names: readonly string[], preset: string | null, usual: string): string | undefined =>
  preset ?? (names.length === 1 ? names[0] : usual);

async function siteName(prompt: Prompt, place: ConfigPlace, preset: string | null, usual: string): Promise<string> {
  const names = namesIn(place);
  const first = usualName(names, preset, usual);
  for (;;) {
    const name = await prompt.ask("Name of the site", first, (answer) =>
      SITE_NAME.test(answer) ? null : "a name has letters, digits, `_`, `-` and `.`, 64 at most",
    );
    if (!names.includes(name)) return name;
    if ((await prompt.choice(`${name} is there: change it, or another name`, ["change", "another"])) === "change")
      return name;
  }
}

/** The site as it is written down already; null where it is not, or cannot be read: then all of it is asked anew. */
async function presentSite(name: string, { path, config }: ConfigPlace, io: Io): Promise<OwnSite | null> {
  if (config?.sites.includes(name) !== true) return null;
  try {
    const site = await chooseSite({ site: name, config: path }, io.env);
    if (pack.owns(site)) return site as OwnSite;
    io.out(`  what is there is no site of ${pack.product}, so all is asked anew\n`);
    return null;
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    io.out(`  what is there of it cannot be read, so all is asked anew: ${safeText(error.message)}\n`);
    return null;
  }
}

/** Shows all that is going to be written, and asks once. */
async function confirm(prompt: Prompt, { name, place, site, secrets }: Wish, io: Io): Promise<void> {
  const files = Object.keys(secrets).map((key) => `  ${place.secret(name, key)}  a secret, mode 0600`);
  const yaml = yamlText({ sites: { [name]: site } })
    .trimEnd()
    .split("\n");
  const lines = ["", "This is going to be written:", `  ${place.path}`, ...yaml.map((line) => `    ${line}`), ...files];
  io.out(`${lines.map((line) => safeText(line)).join("\n")}\n`);
  if ((await prompt.choice("Write it", ["yes", "no"])) === "no")
    throw new Stop(EXIT.stopped, "setup was refused at its end. Nothing was written");
  write(place, name, secrets, (place.config ?? emptyConfig()).withSite(name, site));
}

interface End extends Omit<Wish, "secrets"> {
  readonly values: Values;
  readonly io: Io;
}

async function readHead(sources: Sources, name: string, words: SiteWords): Promise<Result<string, string>> {
  try {
    return await boardHead(sources, { name, lab: null, words });
  } finally {
    await sources.close();
  }
}

async function farewell({ name, site, isWhole, place, values, io }: End): Promise<number> {
  const siteValues = { site: name, config: place.path };
  const sources = siteSources({ values: siteValues, io }, () => Promise.resolve(openStored(siteValues, io)));
  const head = await readHead(sources, name, packOf(site).words);
  io.out(`Written. ${head.ok ? head.value : `The board cannot be read: ${head.error}`}\n`);
  const command = (words: string): string =>
    `${programName(io.env)} ${words}${siteWords({ name, place, values, io })}`.trimEnd();
  io.out(`Next: ${command("console")} opens the board, ${command("doctor")} says what works.\n`);
  // Who has no runbook of his own yet has a site all the same: each of its connections was tried by itself.
  return isWhole && (head.ok || !pack.owns(site)) ? EXIT.done : EXIT.unreachable;
}

/** What a command line needs to find this site, and no more. */
function siteWords({ name, place, values, io }: Pick<End, "name" | "place" | "values" | "io">): string {
  const isAlone = namesIn(place).every((entry) => entry === name);
  const isHidden = ["HANDRAIL_SITE", "HANDRAIL_LAB"].some((key) => variable(io.env, key) !== undefined);
  const site = isAlone && !isHidden ? "" : ` --site ${shellWord(name)}`;
  return option(values, "config") === undefined ? site : `${site} --config ${shellWord(place.path)}`;
}
