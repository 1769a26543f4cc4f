/** What a product adds to Handrail. A pack is a value of this type; `src/cli/packs.ts` alone names it. */
import type { Connections, ConnectOptions } from "../connections/connect.ts";
import type { CoreSite } from "../connections/site.ts";
import type { Failure } from "../ports/outcome.ts";
import type { SqlPort } from "../ports/sql.ts";
import type { Result } from "../ports/result.ts";
import type { Kinds } from "../phases/kinds/index.ts";
import type { Runbook } from "../phases/spec.ts";
import type { Explained } from "../runbooks/explain.ts";
import type { Secret } from "../text/secret.ts";
import type { BoardTarget, Sources } from "../ui/sources.ts";
import type { SiteWords } from "../ui/words.ts";
import type { Extension } from "../serve/route.ts";
import type { Labs } from "./lab.ts";
import type { Finding } from "./finding.ts";
import type { Setup } from "./setup.ts";

/** What the board asks a site: reads only. */
export interface Board {
  /** The rows of the board: what the runbooks select, and what is known beside it. */
  read(connections: Connections, runbooks: readonly Runbook[]): ReturnType<Sources["board"]>;
  /** Everything that is known of one row, what the runbooks show of it among that. What does not answer is named. */
  detail(connections: Connections, row: BoardTarget, runbooks: readonly Runbook[]): ReturnType<Sources["detail"]>;
  /** The runbooks of a file with the keys that begin them, also where the file is too old to say them. */
  withActions(runbooks: readonly Explained[]): readonly Explained[];
  /** What does not answer of all that a recovery needs besides the database: as sentences. */
  silent(connections: Connections): Promise<string[]>;
}

/** A log of the product's own, into which a run's progress goes. */
export interface ProductLog {
  /** As in "runbooks and …". */
  readonly title: string;
  readonly tables: readonly string[];
  /** What is written to it, for the page that begins a run. */
  readonly lines: readonly string[];
}

/** The values of one column that a read gives. */
export type AskTexts = (
  sql: string,
  values: Readonly<Record<string, string | readonly string[]>>,
  column: string,
) => Promise<string[]>;

/** A column, and the values of it that are meant. */
export interface Within {
  readonly column: string;
  readonly values: readonly string[];
}

interface LockTarget {
  readonly key: string;
  readonly label: string;
}

/** What one product is called, and its things. */
export interface PackNames {
  /** As in "this is not …'s database". */
  readonly product: string;
  /** One of it, as in "one … with its database". */
  readonly unit: string;
  /** What is recovered: its noun, and the option of the command line that names it. */
  readonly target: { readonly noun: string; readonly option: string };
  /** What the screen calls its things. */
  readonly words: SiteWords;
  /** Which of them a standing grant is for: the kind of job, and how that is said; null where they have no jobs. */
  readonly standing: { readonly jobType: string; readonly says: string } | null;
  /** A fault of its lab, as after `lab fault`. */
  readonly faultExample: string;
}

/** What is known of the sites of a product, or of sites that belong to none. */
export interface SitePack<S extends CoreSite> extends Pick<PackNames, "product" | "words" | "target" | "standing"> {
  /** null where a run's progress goes nowhere but into the journal. */
  readonly log: ProductLog | null;
  /** One line for each thing that is wrong with a site. */
  parseSite(json: unknown): Promise<Result<S, readonly string[]>>;
  /** What the screen calls its things, by the runbooks that are offered; without them as `words`. */
  wordsFor?(runbooks: readonly Runbook[]): SiteWords;
  /** The runbooks that are offered on a site; missing where all are. */
  offered?(runbooks: readonly Runbook[], connections: Connections): readonly Runbook[];
  /** Every secret of a site that is known before it is asked. */
  secretsOf(site: S): readonly Secret[];
  /** What the operator must keep seeing about a site. */
  bannersOf(site: S): readonly string[];
  /** Makes the connections of a site and proves that its database can be reached. */
  connect(site: S, options: ConnectOptions): Promise<Result<Connections, Failure>>;
  /** The connections alone, without asking anything yet: for what shows what does not answer. */
  portsOf(site: S, options: ConnectOptions): Promise<Connections>;
  /** The failure of a question that a runbook asks first, as sentences. */
  databaseTrouble(failure: Pick<Failure, "message" | "code">): string;
  /** Looks at all that a site needs besides its database. */
  doctor(site: S, connections: Connections): Promise<readonly Finding[]>;
  /** Which rows of a table belong to targets, by their keys; a sentence where that cannot be told. */
  rowsOf(table: string, keys: readonly string[], ask: AskTexts): Promise<Result<Within, string>>;
  /** Runs of other Handrails, as the product's own log knows them: sentences about those of some targets that are open. */
  otherRuns(sql: SqlPort, isOurs: (run: string) => boolean, targets: readonly LockTarget[]): Promise<readonly string[]>;
  board(): Promise<Board>;
  /** What other programs may ask, and the runbook behind the product's own routes; null where there are none. */
  endpoint(): Promise<{ readonly runbook: string | null; readonly extension: Extension }>;
  /** Asks for each part of the health of a site that the product names, besides its named connections. */
  health(connections: Connections): Readonly<Record<string, Promise<Result<unknown, Failure>>>>;
}

/** What one product is called, has and does. What is loaded only by some commands stands behind a promise. */
export interface Pack<S extends CoreSite, Answers> extends PackNames, SitePack<S> {
  readonly log: ProductLog;
  kinds(): Promise<Kinds>;
  /** Whether a site, as it is written, is one of this product. */
  owns(json: unknown): boolean;
  /** What is asked about a new site. */
  setup(): Promise<Setup<S, Answers>>;
  labs(): Promise<Labs>;
}
