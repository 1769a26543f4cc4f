import { documentLines } from "../../engine/document-lines.ts";
import type { ApprovalDocument } from "../../engine/approval-document.ts";
import { paragraph } from "../layout.ts";
import type { Line } from "../line.ts";

const drawings = new WeakMap<ApprovalDocument, { readonly columns: number; readonly lines: Line[] }>();

/** A page as lines of the screen. Kept for one width: a page of two hundred targets has ten thousand, and every key draws it anew. */
export function pageLines(page: ApprovalDocument, columns: number): Line[] {
  const drawing = drawings.get(page);
  if (drawing?.columns === columns) return drawing.lines;
  const lines = documentLines(page, columns).flatMap(({ tone, text, hang }) => paragraph(text, columns, tone, hang));
  drawings.set(page, { columns, lines });
  return lines;
}
