/** An approval page as the lines of the screen: everything that would happen to what, complete, in a frame data cannot draw. */
import { previewLines } from "../../engine/diff-lines.ts";
import { requestLines } from "../../engine/page-text.ts";
import type { ApprovalPage, PageEntry } from "../../engine/page.ts";
import { START } from "../../engine/state.ts";
import { clean, counted } from "../../engine/words.ts";
import type { ChangePreview } from "../../phases/sql-port.ts";
import { paragraph } from "../layout.ts";
import { line, span, type Line, type Tone } from "../line.ts";

/** A preview is of SQL; requests to daemons have none, and the page of the start changes nothing that could have one. */
const hasNoPreview = (entry: PageEntry): boolean => entry.preview === null && entry.step !== START;

/** What happens beside the rows, and what has no way back, stands out. */
const toneOf = (text: string): Tone =>
  /^(?:CANNOT|NO PREVIEW)/u.test(text) ? "danger" : /^(?:!|undo: PARTIAL)/u.test(text) ? "waiting" : "accent";

function entryLines(entry: PageEntry, number: number, width: number): Line[] {
  const destroys = entry.risk === "destroy";
  const lines: Line[] = paragraph(
    `  ${number}. ${clean(entry.title)}${hasNoPreview(entry) ? " [*]" : ""}`,
    width,
    destroys ? "danger" : "strong",
    5,
  );
  const asked = requestLines(entry.request);
  const exact = asked.length > 0 || entry.says === "" ? asked : [clean(entry.says)];
  for (const text of exact) lines.push(...paragraph(`     ${text}`, width, "plain", 7));
  if (entry.preview !== null) {
    const preview = entry.preview as unknown as ChangePreview;
    for (const text of previewLines(preview, { width: width - 5, most: 400 }))
      lines.push(line(span(toneOf(text), `     ${text}`)));
    for (const why of preview.raises ?? [])
      lines.push(...paragraph(`     NEEDS THE TYPED NAME: ${clean(why)}`, width, "danger", 7));
  }
  if (entry.cannot_undo !== null)
    lines.push(...paragraph(`     CANNOT BE UNDONE: ${clean(entry.cannot_undo)}`, width, "danger", 7));
  return lines;
}

const blindWords = (blind: number, count: number): string =>
  blind === count ? (count === 1 ? "It has" : "They have") : `${blind} of them ${blind === 1 ? "has" : "have"}`;

/** The page in full. The name stands there twice: as the runbook calls the target, and as the target's key. */
export function pageScreenLines(page: ApprovalPage, width: number): Line[] {
  const count = page.sections.reduce((sum, section) => sum + section.entries.length, 0);
  const lines: Line[] = [
    line(
      `${counted(count, "step")} for ${counted(page.sections.length, "VM")}. Nothing of this page has been done yet.`,
    ),
  ];
  const blind = page.sections.flatMap(({ entries }) => entries).filter(hasNoPreview).length;
  if (blind > 0)
    lines.push(
      ...paragraph(
        `${blindWords(blind, count)} no preview [*]: approved by contract, looked at before and after.`,
        width,
        "muted",
      ),
    );
  if (page.phase === START || page.risk === "destroy")
    for (const warning of page.warnings) lines.push(...paragraph(`! ${clean(warning)}`, width, "waiting", 2));
  for (const section of page.sections) {
    lines.push(line(span("accent", clean(section.label)), span("muted", `  ${clean(section.target)}`)));
    for (const [at, entry] of section.entries.entries()) lines.push(...entryLines(entry, at + 1, width));
  }
  if (page.risk === "destroy") lines.push(line(span("danger", "This page holds steps that cannot be undone.")));
  return lines;
}
