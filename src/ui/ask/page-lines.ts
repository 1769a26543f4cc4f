/** An approval page as the lines of the screen: everything that would happen to what, complete, in a frame data cannot draw. */
import { requestLines } from "../../engine/page-text.ts";
import type { ApprovalPage, PageEntry } from "../../engine/page.ts";
import { START } from "../../engine/state.ts";
import { clean, keysText } from "../../engine/words.ts";
import { paragraph } from "../layout.ts";
import { line, span, type Line } from "../line.ts";

/** A preview is of SQL; requests to daemons have none, and the page of the start changes nothing that could have one. */
const hasNoPreview = (entry: PageEntry): boolean => entry.preview === null && entry.step !== START;

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
    const matched = String(entry.preview["matched"] ?? "?");
    const table = clean(String(entry.preview["table"] ?? ""));
    lines.push(
      ...paragraph(`     hits exactly ${matched} row(s) of ${table}: ${keysText(entry.preview)}`, width, "accent", 7),
    );
  }
  if (entry.cannot_undo !== null)
    lines.push(...paragraph(`     CANNOT BE UNDONE: ${clean(entry.cannot_undo)}`, width, "danger", 7));
  return lines;
}

/** The page in full. The name stands there twice: as the runbook calls the target, and as the target's key. */
export function pageScreenLines(page: ApprovalPage, width: number): Line[] {
  const count = page.sections.reduce((sum, section) => sum + section.entries.length, 0);
  const lines: Line[] = [
    line(`${count} step(s) for ${page.sections.length} VM(s). Nothing of this page has been done yet.`),
  ];
  const blind = page.sections.flatMap(({ entries }) => entries).filter(hasNoPreview).length;
  if (blind > 0)
    lines.push(
      ...paragraph(
        `${blind === count ? "They have" : `${blind} of them have`} no preview [*]: approved by contract, looked at before and after.`,
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
