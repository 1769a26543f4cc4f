import { documentLines } from "../../engine/document-lines.ts";
import type { ApprovalDocument } from "../../engine/approval-document.ts";
import { paragraph } from "../layout.ts";
import type { Line } from "../line.ts";

const drawn = new WeakMap<ApprovalDocument, { readonly columns: number; readonly lines: Line[] }>();

/** A page as lines of the screen. Kept for one width: a page of two hundred targets has ten thousand, and every key draws it anew. */
export function pageLines(page: ApprovalDocument, columns: number): Line[] {
  const before = drawn.get(page);
  if (before?.columns === columns) return before.lines;
  const lines = documentLines(page, columns).flatMap(({ tone, text, hang }) => paragraph(text, columns, tone, hang));
  drawn.set(page, { columns, lines });
  return lines;
}
