/** An approval page as lines of a window: its parts, those that are folded as one line. */
import { documentParts } from "../../engine/document-parts.ts";
import type { DocumentLine } from "../../engine/document-lines.ts";
import type { ApprovalDocument } from "../../engine/approval-document.ts";
import { paragraph } from "../layout.ts";
import type { Line } from "../line.ts";

/** A part of a page that a key folds and unfolds. */
export interface Fold {
  /** Its place among the parts of the page. */
  readonly part: number;
  /** The line of the drawing that it begins at. */
  readonly first: number;
  readonly isOpen: boolean;
}

export interface PageDrawing {
  readonly lines: readonly Line[];
  /** For each line, its place in the page as it would be without a fold: what was seen is told by these. */
  readonly places: readonly number[];
  /** So many lines the page would have without a fold. */
  readonly count: number;
  readonly folds: readonly Fold[];
}

/** The parts that are open: their places. */
type OpenFolds = readonly number[];

interface Cache {
  readonly columns: number;
  readonly openFolds: OpenFolds | "all";
  readonly drawing: PageDrawing;
}

const drawings = new WeakMap<ApprovalDocument, Cache>();

const linesOf = (lines: readonly DocumentLine[], columns: number): Line[] =>
  lines.flatMap(({ tone, text, hang }) => paragraph(text, columns, tone, hang));

function draw(page: ApprovalDocument, columns: number, openFolds: OpenFolds | "all"): PageDrawing {
  const lines: Line[] = [];
  const places: number[] = [];
  const folds: Fold[] = [];
  let count = 0;
  for (const [part, { lines: content, head }] of documentParts(page, columns).entries()) {
    const whole = linesOf(content, columns);
    const isOpen = head === null || openFolds === "all" || openFolds.includes(part);
    if (head !== null) folds.push({ part, first: lines.length, isOpen });
    // What stands for folded lines stands at the first of their places.
    for (const [index, line] of (isOpen ? whole : linesOf([head], columns)).entries()) {
      lines.push(line);
      places.push(count + (isOpen ? index : 0));
    }
    count += whole.length;
  }
  return { lines, places, count, folds };
}

/** A page for a window of one width. Kept: a page of two hundred targets has thousands of lines, and every key draws it anew. */
export function drawPage(page: ApprovalDocument, columns: number, openFolds: OpenFolds | "all"): PageDrawing {
  const cache = drawings.get(page);
  if (cache?.columns === columns && cache.openFolds === openFolds) return cache.drawing;
  const drawing = draw(page, columns, openFolds);
  drawings.set(page, { columns, openFolds, drawing });
  return drawing;
}
