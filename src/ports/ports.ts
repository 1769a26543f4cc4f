/**
 * The ports through which a phase reads and changes the outside world. `src/connections` implements them against the
 * real thing; nothing else may touch a socket, a process or a clock. Every method returns its refusals as values.
 * No method retries a change and none hides a lost answer: that is `unknown`.
 */
import type { ClockPort } from "./clock.ts";
import type { HttpPort } from "./http.ts";
import type { ProcessPort } from "./process.ts";
import type { AllowedProgram, ProgramPort } from "./program.ts";
import type { ScriptPort } from "./script.ts";
import type { AdminPort } from "./sql-admin.ts";
import type { SqlPort } from "./sql.ts";

/** The ports that every site has. */
export interface CorePorts {
  /** The site's first database: the one that a step means which names none. */
  readonly sql: SqlPort;
  /** Every database of the site by the name of its connection, the first among them. */
  readonly databases: Readonly<Record<string, SqlPort>>;
  /** What changes the servers of these databases themselves, by the same names and in the same order. */
  readonly admins: Readonly<Record<string, AdminPort>>;
  /** Every HTTP service of the site by the name of its connection. */
  readonly http: Readonly<Record<string, HttpPort>>;
  readonly process: ProcessPort;
  readonly program: ProgramPort;
  /** The programs that the site lets runbooks start, by the names of its lists. */
  readonly programs: Readonly<Record<string, readonly AllowedProgram[]>>;
  readonly script: ScriptPort;
  readonly clock: ClockPort;
  /**
   * For one look at several targets: gives what makes the ports of each of them in which it is asked once what several ask.
   * Only what a pack added; missing where it has nothing to share.
   */
  readonly share?: (ports: Ports) => () => Partial<Ports>;
}

/** Every port that a phase may use: a pack adds those of its product here, by declaring this interface once more. */
export interface Ports extends CorePorts {}
