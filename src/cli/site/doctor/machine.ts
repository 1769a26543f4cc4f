/** This machine: versions, the terminal, and where the journal lies. */
import { accessSync, constants, existsSync, statfsSync } from "node:fs";
import { platform, release } from "node:os";
import { dirname } from "node:path";
import { distrustOfFolders } from "../../../files/trust.ts";
import type { CommandText } from "../../../engine/receipt-text.ts";
import { countText } from "../../../engine/words.ts";
import { Stop, type Io } from "../../io.ts";
import { openSiteJournal, type JournalWish } from "../../session/journal.ts";
import { journalPath } from "../../paths.ts";
import { plainRedactor } from "../../session/stored.ts";
import { fullVersion } from "../../version.ts";
import { localeOf, saysUtf8 } from "../../terminal/colour.ts";
import { whyNoTerminal } from "../../terminal/wants-console.ts";
import { about, type Finding } from "../../../packs/finding.ts";

/** Versions, as a report of a fault has to name them. */
export const versions = (): Finding =>
  about("version").ok(
    `Handrail ${fullVersion()}, Node ${process.versions.node}, ${platform()} ${release()} ${process.arch}`,
  );

const LEAST = { columns: 80, rows: 24 };

/** Whether the console can be opened here, and be read. */
export function terminal(io: Io): Finding[] {
  const { env } = io;
  const subject = about("terminal");
  const reason = whyNoTerminal(io);
  const plain = "the commands work without it; for the console, open it in a terminal with TERM set (xterm-256color)";
  if (reason !== null) return [subject.mind(`the console cannot be opened: ${reason}`, plain)];
  const { columns, rows } = process.stdout;
  const locale = localeOf(env);
  const findings = [...sizeFindings(process.stdout), ...localeFindings(locale)];
  return findings.length > 0 ? findings : [subject.ok(`${env["TERM"]}, ${columns} columns, ${rows} rows, ${locale}`)];
}

function sizeFindings({ columns, rows }: typeof LEAST): Finding[] {
  if (columns >= LEAST.columns && rows >= LEAST.rows) return [];
  const mend = "make it at least 80 columns wide and 24 rows high";
  return [about("terminal").mind(`it has ${columns} columns and ${rows} rows`, mend)];
}

const localeFindings = (locale: string): Finding[] =>
  saysUtf8(locale)
    ? []
    : [about("terminal").mind(`its locale (${locale || "none"}) does not say UTF-8`, "export LANG=C.UTF-8")];

const MEBIBYTE = 1024 * 1024;
/** Less space than this is little for a journal, or too little for one more run. */
const LITTLE = 200 * MEBIBYTE;
const TOO_LITTLE = 20 * MEBIBYTE;

/** Whether the journal of a site can be written, by nobody else, and whether it reads as one. `command` writes a command as it is called here. */
export function journalOf(env: Io["env"], site: string, command: CommandText): Finding[] {
  const subject = about("journal");
  const path = journalPath(env, site);
  const folder = nearest(dirname(path));
  try {
    const distrust = distrustOfFolders(folder);
    if (distrust !== null) return [subject.broken(distrust, `do that, or name another place with XDG_STATE_HOME`)];
    accessSync(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return [
      subject.broken(
        `${folder} cannot be written (${reason})`,
        `chown it to you, or name another place with XDG_STATE_HOME`,
      ),
    ];
  }
  return [...readable(path, command, { env, site }), space(folder)];
}

/** The folder itself, or the closest one above it that there is. */
const nearest = (folder: string): string => (existsSync(folder) ? folder : nearest(dirname(folder)));

function readable(path: string, command: CommandText, { env, site }: Pick<JournalWish, "env" | "site">): Finding[] {
  const subject = about("journal");
  if (!existsSync(path)) return [subject.ok(`${path}: none yet, the first run makes it`)];
  try {
    const journal = openSiteJournal({ env, site, redactor: () => plainRedactor, readOnly: true });
    const runs = journal.runs(MOST_RUNS).length;
    const open = journal.openRuns().length;
    journal.close();
    return [subject.ok(`${path}, ${runsText(runs)}`), ...(open === 0 ? [] : [openRuns(open, command)])];
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    return [subject.broken(error.message, `${command("journal verify")} says what is wrong with it`)];
  }
}

const MOST_RUNS = 1000;

const runsText = (count: number): string => `${countText(count, "run")}${count === MOST_RUNS ? " or more" : ""}`;

function openRuns(count: number, command: CommandText): Finding {
  const next = `${command("journal list")} shows them; ${command("resume RUN")} takes one up`;
  return about("journal").mind(`${countText(count, "run")} ${count === 1 ? "is" : "are"} not closed`, next);
}

function space(folder: string): Finding {
  const subject = about("disk");
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  const says = `${Math.floor(free / MEBIBYTE)} MiB free at ${folder}`;
  if (free < TOO_LITTLE) return subject.broken(says, "make room: a run stops where its journal cannot be written");
  return free < LITTLE ? subject.mind(says, "make room before the next run") : subject.ok(says);
}
