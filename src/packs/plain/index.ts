/** Sites that belong to no product: what holds for any, and nothing that only one knows. */
import { bannersOf, secretsOf, type CoreSite } from "../../connections/site.ts";
import type { Connections } from "../../connections/connect.ts";
import { lacksOf } from "../../phases/lacks.ts";
import type { Runbook } from "../../phases/spec.ts";
import { targetNoun, targetNouns } from "../../phases/target-noun.ts";
import { sentence } from "../../engine/words.ts";
import { err } from "../../ports/result.ts";
import { safeText } from "../../text/safe-text.ts";
import { PLAIN_WORDS, type SiteWords } from "../../ui/words.ts";
import type { SitePack } from "../pack.ts";

/** What the database says to the first question, with the next step. */
const NEXT: Readonly<Record<string, string>> = {
  1146: "A table that the runbook reads is missing there: look at `database` of the connection, and whether the runbook is for this site.",
  1054: "A column that the runbook reads is missing there: look whether the runbook is for this version of the tables.",
  1142: "This account may not read that table: GRANT it the right; handrail doctor names all that is missing.",
};

/** Where all runbooks call their targets alike, so does the screen. */
function wordsFor(runbooks: readonly Runbook[]): SiteWords {
  const [first, ...others] = new Set(runbooks.map((book) => `${targetNoun(book)}\n${targetNouns(book)}`));
  const [target = PLAIN_WORDS.target, targets = PLAIN_WORDS.targets] = first?.split("\n") ?? [];
  return others.length > 0 ? PLAIN_WORDS : { ...PLAIN_WORDS, target, targets };
}

/** The runbooks of which a site has every connection. */
const offered = (runbooks: readonly Runbook[], connections: Connections): readonly Runbook[] =>
  runbooks.filter((runbook) => lacksOf(runbook, connections).length === 0);

export const plain: SitePack<CoreSite> = {
  product: "this site",
  words: PLAIN_WORDS,
  wordsFor,
  offered,
  target: { noun: "target", option: "target" },
  standing: null,
  log: null,
  parseSite: async (json) => {
    const { plainSite, siteParser } = await import("../../connections/site-schema.ts");
    return siteParser(plainSite)(json);
  },
  secretsOf,
  bannersOf,
  connect: async (site, options) => (await import("./connections.ts")).connectPlain(site, options),
  portsOf: async (site, options) => (await import("./connections.ts")).portsOfPlain(site, options),
  databaseTrouble: ({ message, code }) =>
    NEXT[code ?? ""] === undefined ? sentence(message) : `${sentence(message)} ${NEXT[code ?? ""] ?? ""}`,
  doctor: async () => [],
  rowsOf: async (table) =>
    err(
      `which rows of ${safeText(table)} belong to a target nobody has told Handrail; bound the statement by its WHERE`,
    ),
  otherRuns: async () => [],
  board: async () => (await import("./board.ts")).board,
  health: () => ({}),
  endpoint: async () => ({ runbook: null, extension: (await import("./endpoint.ts")).endpoint }),
};
