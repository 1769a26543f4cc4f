/** One target as database, daemon, CloudStack and process table each have it, the odd one marked. */
import { clean } from "../../engine/words.ts";
import { fit, middle } from "../cells.ts";
import { paragraph, rule } from "../layout.ts";
import { line, span, type Line } from "../line.ts";
import type { DetailModel } from "../model.ts";
import { rowOf } from "../board/rows.ts";
import { sourceLines } from "../board/view.ts";
import { runOfTarget } from "../run-of-target.ts";
import type { Detail, DetailVolume, RunSummary } from "../sources.ts";
import type { Look } from "../theme.ts";

/** Cells for the word of one source. */
const SOURCE = 14;

interface Said {
  readonly who: string;
  readonly says: string;
  /** What it amounts to, for comparing; null says nothing. */
  readonly means: string | null;
}

function said({ database, look }: DetailVolume): Said[] {
  const row: Said = {
    who: "database",
    says: clean(database === "" ? "no word" : database),
    means: database === "attached" || database === "detached" ? database : null,
  };
  if (look === null)
    return [
      row,
      { who: "daemon", says: "not known", means: null },
      { who: "CloudStack", says: "not known", means: null },
    ];
  const { cloudstack } = look;
  return [
    row,
    {
      who: "daemon",
      says: look.daemon === "mapped" ? `on ${clean(look.daemon_vm).slice(0, 8)}` : "not mapped",
      means: look.daemon === "mapped" ? "attached" : "detached",
    },
    {
      who: "CloudStack",
      says: cloudstack === "attached" ? `on ${clean(look.cloudstack_vm).slice(0, 8)}` : cloudstack,
      means: cloudstack === "attached" ? "attached" : cloudstack,
    },
  ];
}

/** Which of three words stands against the other two; every one when no two agree. */
export function oddOnes(words: readonly (string | null)[]): readonly boolean[] {
  const counts = new Map<string, number>();
  for (const word of words) if (word !== null) counts.set(word, (counts.get(word) ?? 0) + 1);
  if (counts.size < 2) return words.map(() => false);
  const most = Math.max(...counts.values());
  return words.map((word) => word !== null && ((counts.get(word) ?? 0) < most || most === 1));
}

function volumeLines(volume: DetailVolume, look: Look, width: number): Line[] {
  const parts = said(volume);
  const vmsDiffer =
    volume.look?.where === "disagree" && volume.look.daemon === "mapped" && volume.look.cloudstack === "attached";
  const odd = vmsDiffer ? [false, true, true] : oddOnes(parts.map(({ means }) => means));
  const where =
    volume.look === null
      ? ""
      : {
          appliance: "on the appliance",
          detached: "detached",
          elsewhere: "on another VM",
          disagree: "THEY DISAGREE",
          missing: "GONE from CloudStack",
        }[volume.look.where];
  const name = Math.max(16, width - 3 * SOURCE - 22);
  return [
    line(
      "  ",
      fit(middle(clean(volume.name), name - 1, look.glyphs.more), name),
      ...parts.map(({ says }, at) =>
        span(
          odd[at] === true ? "unknown" : "plain",
          fit(odd[at] === true ? `${says} ODD` : says, SOURCE, look.glyphs.more),
        ),
      ),
      span(volume.look?.where === "disagree" || volume.look?.where === "missing" ? "danger" : "muted", where),
    ),
    line(
      span("muted", `    ${clean(volume.id)}${volume.snapshot === "" ? "" : `  snapshot ${clean(volume.snapshot)}`}`),
    ),
  ];
}

/** A source that did not answer is a state of its own, never an empty list. */
const notRead = ({ glyphs }: Look): Line => line(span("unknown", `  ${glyphs.doubt} not known: it could not be read`));

/** Processes, jobs and steps: what the rows alone cannot tell. */
function restLines(detail: Detail, look: Look, width: number): Line[] {
  const lines: Line[] = [];
  lines.push(rule(look, "processes that hold its disks"));
  if (detail.holders === null)
    lines.push(line(span("unknown", `  ${look.glyphs.doubt} not known: the process table could not be read`)));
  else if (detail.holders.length === 0)
    lines.push(line(span("ok", `  ${look.glyphs.ok} none: no engine is blocked on its disks`)));
  for (const holder of detail.holders ?? [])
    lines.push(
      ...paragraph(
        `  ${look.glyphs.bad} ${clean(holder.program)} (pid ${holder.pid}) holds ${clean(holder.device)}, under ${clean(holder.parents)}`,
        width,
        "danger",
        4,
      ),
    );
  lines.push(rule(look, "failover jobs, newest first"));
  if (detail.jobs === null) lines.push(notRead(look));
  for (const job of detail.jobs ?? [])
    lines.push(
      line(
        `  ${fit(clean(job.type), 6)}`,
        fit(clean(job.status), 14),
        span("muted", "JobLog "),
        fit(clean(job.tracking), 12),
        span("muted", `${clean(job.since)}  ${clean(job.id).slice(0, 8)}`),
      ),
    );
  lines.push(rule(look, `steps of job ${clean(detail.steps?.[0]?.job ?? "").slice(0, 8)}`));
  if (detail.steps === null) lines.push(notRead(look));
  for (const step of detail.steps ?? []) {
    const bad = step.status === "failed";
    lines.push(
      line(
        span(
          bad ? "danger" : step.status === "running" ? "running" : "ok",
          `  ${bad ? look.glyphs.bad : step.status === "running" ? look.glyphs.running : look.glyphs.ok} ${fit(clean(step.status), 11)}`,
        ),
        clean(step.name),
      ),
    );
    if (step.error !== "") lines.push(...paragraph(`      ${clean(step.error)}`, width, "muted", 6));
  }
  return lines;
}

export function detailBody(model: DetailModel, runs: readonly RunSummary[] | null, look: Look): Line[] {
  const { vm, detail } = model;
  const row = rowOf(vm, runOfTarget(runs ?? [], vm.key));
  const width = look.columns;
  const lines: Line[] = [
    line(
      span("muted", "key "),
      clean(vm.key),
      span("muted", "   vCenter "),
      clean(String(vm.row["vcenter_host"] ?? "")),
    ),
    ...sourceLines(row, width),
    ...paragraph(`Suggested: ${row.suggestion}, because ${row.why}.`, width, row.tone),
  ];
  if (model.trouble !== "") return [...lines, line(""), ...paragraph(clean(model.trouble), width, "danger")];
  if (detail === null)
    return [...lines, line(""), line(`  Asking database, daemon, CloudStack and process table${look.glyphs.more}`)];
  // What was asked and did not answer stands first: everything below is without it.
  for (const text of detail.missing) lines.push(...paragraph(`! ${clean(text)}`, width, "danger", 2));
  const name = Math.max(16, width - 3 * SOURCE - 22);
  lines.push(
    rule(look, "volumes, as each source has them"),
    line(
      span(
        "muted",
        `  ${fit("VOLUME", name)}${fit("DATABASE", SOURCE)}${fit("DAEMON", SOURCE)}${fit("CLOUDSTACK", SOURCE)}TOGETHER`,
      ),
    ),
  );
  for (const volume of detail.volumes) lines.push(...volumeLines(volume, look, width));
  if (detail.volumes.length === 0) lines.push(line("  none"));
  return [...lines, ...restLines(detail, look, width)];
}
