/** What `handrail setup` asks a person about one site, and what of it a pack asks. */
import { baseUrl } from "../connections/base-url.ts";
import type { Connections } from "../connections/connect.ts";
import type { CoreSite } from "../connections/site.ts";
import type { Finding } from "./finding.ts";

/** A value, and what says it. */
export interface SourcedValue {
  readonly value: string;
  readonly source: string;
}

export const CLIENT_KEYS = ["host", "port", "socket", "user", "password", "database"] as const;
export type ClientKey = (typeof CLIENT_KEYS)[number];
/** What a client of a database is told before anybody is asked. */
export type ClientOptions = Readonly<Partial<Record<ClientKey, SourcedValue>>>;

/** Questions with an answer of one line each. */
export interface Prompt {
  /** Asks until there is an answer without a problem; an empty one takes `preset`, which is shown in brackets. */
  ask(label: string, preset?: string, problem?: (answer: string) => string | null): Promise<string>;
  /** The same of a secret: what is typed is not shown, and of what an empty line takes only where it is from. */
  secret(label: string, preset: SourcedValue | null): Promise<SourcedValue>;
  /** One of some words, or the beginning of one; an empty line takes the first. */
  choice<Word extends string>(label: string, words: readonly [Word, ...Word[]]): Promise<Word>;
  close(): void;
}

/** What this machine tells of a product before anybody is asked. */
export interface SetupTrace<Answers> {
  /** The product's name, and where it was found, on a line. */
  readonly line: readonly [name: string, text: string];
  /** How the product itself logs in to its database. */
  readonly database: ClientOptions;
  /** What installations of the product have as a rule. */
  readonly rule: { readonly database: string; readonly user: string };
  readonly answers: Answers;
}

/** Some of the questions, tried as soon as they are answered. */
export interface Part<S extends CoreSite, Answers> {
  readonly title: string;
  /** Asks, with the answers so far as what Enter takes. */
  ask(prompt: Prompt, answers: Answers): Promise<Answers>;
  attempt(site: S, connections: Connections): Promise<readonly Finding[]>;
}

type Settings = Readonly<Record<string, unknown>>;

/** What a pack asks about a site, besides the database. */
export interface Setup<S extends CoreSite, Answers> {
  /** What a site is called where nobody named it. */
  readonly siteName: string;
  trace(): SetupTrace<Answers>;
  readonly parts: readonly Part<S, Answers>[];
  /** Checks of what the machine hides, which no answer mends. */
  readonly machineChecks: readonly string[];
  /** The answers that a site which is written down already stands for. */
  present(site: S, source: string): Answers;
  /** The secrets among the answers, by the names that their files get. */
  secrets(answers: Answers): Readonly<Record<string, string>>;
  /** The site's settings as the configuration has them; `secret` says what stands in place of a secret of that name. */
  settings(answers: Answers, secret: (said: SourcedValue, name: string) => unknown): Settings;
  /** Sections of the settings of which what is not asked about stays as it was. */
  readonly lasting: readonly string[];
}

/** Why a text is no address that can be asked; null where it is one. */
export const urlProblem = (text: string): string | null => {
  const read = baseUrl(text);
  return read.ok ? null : `${text} cannot be used: ${read.error}; an address looks like http://127.0.0.1:8090`;
};

/** Only what leaves this machine is asked about. */
export const askTls = async (prompt: Prompt): Promise<"verify" | "off"> =>
  (await prompt.choice("Verify its certificate (TLS)", ["y", "n"])) === "y" ? "verify" : "off";
