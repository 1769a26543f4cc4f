/** One VM as database, daemon, CloudStack and process table each have it, the odd one marked: the panels of its screen. */
import type { ProcessLook } from "../../../ports/process.ts";
import type { VolumeLook } from "../ports/volume.ts";
import type { Cell, Detail, Panel, PanelLine } from "../../../ui/sources.ts";

/** One volume of a VM as the database, the daemon and CloudStack have it. */
export interface VolumeWords {
  readonly id: string;
  readonly name: string;
  readonly database: string;
  readonly snapshot: string;
  /** null when daemon or CloudStack could not be asked. */
  readonly look: VolumeLook | null;
}

export interface Job {
  readonly id: string;
  readonly type: string;
  readonly status: string;
  readonly tracking: string;
  readonly since: string;
}

export interface JobStep {
  readonly job: string;
  readonly name: string;
  readonly status: string;
  readonly error: string;
}

/** All that was asked of one VM. What could not be read is null, never an empty list. */
export interface Findings {
  readonly volumes: readonly VolumeWords[];
  readonly holders: readonly ProcessLook[] | null;
  readonly jobs: readonly Job[] | null;
  readonly steps: readonly JobStep[] | null;
  /** What could not be asked, as sentences. */
  readonly missing: readonly string[];
}

const cells = (...row: readonly Cell[]): PanelLine => ({ kind: "cells", cells: row });
/** The beginning of an id, as far as a person reads it. */
const short = (text: string): string => text.slice(0, 8);

/** Cells for the word of one source, and for what they say together. */
const SOURCE = 14;
const TOGETHER = 20;

interface Word {
  readonly says: string;
  /** What it amounts to, for comparing; null says nothing. */
  readonly means: string | null;
}

const databaseWord = (database: string): Word => ({
  says: database === "" ? "no word" : database,
  means: database === "attached" || database === "detached" ? database : null,
});

const daemonWord = (look: VolumeLook): Word =>
  look.daemon === "mapped"
    ? { says: `on ${short(look.daemon_vm)}`, means: "attached" }
    : { says: "not mapped", means: "detached" };

const cloudstackWord = ({ cloudstack, cloudstack_vm }: VolumeLook): Word => ({
  says: cloudstack === "attached" ? `on ${short(cloudstack_vm)}` : cloudstack,
  means: cloudstack,
});

const UNKNOWN: Word = { says: "not known", means: null };

const wordsOf = ({ database, look }: VolumeWords): readonly Word[] => [
  databaseWord(database),
  ...(look === null ? [UNKNOWN, UNKNOWN] : [daemonWord(look), cloudstackWord(look)]),
];

/** Which of three words stands against the other two; every one when no two agree. */
function oddOnes(words: readonly (string | null)[]): readonly boolean[] {
  const counts = new Map<string, number>();
  for (const word of words) if (word !== null) counts.set(word, (counts.get(word) ?? 0) + 1);
  if (counts.size < 2) return words.map(() => false);
  const highest = Math.max(...counts.values());
  return words.map((word) => word !== null && ((counts.get(word) ?? 0) < highest || highest === 1));
}

/** Both have it on a VM, and not on the same. */
const isOnTwo = ({ look }: VolumeWords): boolean =>
  look?.where === "disagree" && look.daemon === "mapped" && look.cloudstack === "attached";

const WHERE: Readonly<Record<VolumeLook["where"], Cell>> = {
  appliance: { text: "on the appliance", tone: "muted" },
  detached: { text: "detached", tone: "muted" },
  elsewhere: { text: "on another VM", tone: "muted" },
  disagree: { text: "THEY DISAGREE", tone: "danger" },
  missing: { text: "GONE from CloudStack", tone: "danger" },
};

function volumeLines(volume: VolumeWords): PanelLine[] {
  const words = wordsOf(volume);
  const odd = isOnTwo(volume) ? [false, true, true] : oddOnes(words.map(({ means }) => means));
  const wordCells = words.map(({ says }, index): Cell =>
    odd[index] === true
      ? { text: `${says} ODD`, tone: "unknown", width: SOURCE }
      : { text: says, tone: "plain", width: SOURCE },
  );
  const place: Cell = volume.look === null ? { text: "", tone: "muted" } : WHERE[volume.look.where];
  const snapshot = volume.snapshot === "" ? "" : `  snapshot ${volume.snapshot}`;
  return [
    cells({ text: volume.name, tone: "plain", width: "rest" }, ...wordCells, { ...place, width: TOGETHER }),
    cells({ text: `  ${volume.id}${snapshot}`, tone: "muted" }),
  ];
}

const HEAD = cells(
  { text: "VOLUME", tone: "muted", width: "rest" },
  { text: "DATABASE", tone: "muted", width: SOURCE },
  { text: "DAEMON", tone: "muted", width: SOURCE },
  { text: "CLOUDSTACK", tone: "muted", width: SOURCE },
  { text: "TOGETHER", tone: "muted", width: TOGETHER },
);

const volumesPanel = (volumes: readonly VolumeWords[]): Panel => ({
  title: "volumes, as each source has them",
  lines: [HEAD, ...(volumes.length === 0 ? [cells({ text: "none", tone: "plain" })] : volumes.flatMap(volumeLines))],
});

const unread = (source: string): PanelLine =>
  cells({ glyph: "doubt", text: `not known: ${source} could not be read`, tone: "unknown" });

const holderLine = ({ program, pid, device, parents }: ProcessLook): PanelLine => ({
  kind: "text",
  glyph: "bad",
  text: `${program} (pid ${pid}) holds ${device}, under ${parents}`,
  tone: "danger",
  indent: 4,
});

function holderLines(holders: Findings["holders"]): PanelLine[] {
  if (holders === null) return [unread("the process table")];
  if (holders.length === 0)
    return [cells({ glyph: "ok", text: "none: no engine is blocked on its disks", tone: "ok" })];
  return holders.map(holderLine);
}

const jobLine = ({ id, type, status, tracking, since: time }: Job): PanelLine =>
  cells(
    { text: type, tone: "plain", width: 6 },
    { text: status, tone: "plain", width: 14 },
    { text: "JobLog", tone: "muted", width: 7 },
    { text: tracking, tone: "plain", width: 12 },
    { text: `${time}  ${short(id)}`, tone: "muted" },
  );

const STEP_LOOKS: Readonly<Record<string, Pick<Cell, "glyph" | "tone">>> = {
  failed: { glyph: "bad", tone: "danger" },
  running: { glyph: "running", tone: "running" },
};

function stepLines({ name, status, error }: JobStep): PanelLine[] {
  const look = STEP_LOOKS[status] ?? ({ glyph: "ok", tone: "ok" } as const);
  const line = cells({ ...look, text: status, width: 11 }, { text: name, tone: "plain" });
  return error === "" ? [line] : [line, { kind: "text", text: error, tone: "muted", indent: 6 }];
}

/** What the findings are on the screen. */
export const panelsOf = ({ volumes, holders, jobs, steps, missing }: Findings): Detail => ({
  missing,
  panels: [
    volumesPanel(volumes),
    { title: "processes that hold its disks", lines: holderLines(holders) },
    { title: "failover jobs, newest first", lines: jobs === null ? [unread("it")] : jobs.map(jobLine) },
    {
      title: `steps of job ${short(steps?.[0]?.job ?? "")}`,
      lines: steps === null ? [unread("it")] : steps.flatMap(stepLines),
    },
  ],
});
