import { expect, test } from "vitest";
import { documentLines } from "../../src/engine/document-lines.ts";
import type { ApprovalDocument } from "../../src/engine/approval-document.ts";
import { changeKind } from "../../src/phases/kinds/index.ts";
import { safeLines } from "../../src/text/safe-text.ts";
import { loadTargets } from "../../src/ui/board/change.ts";
import { textOf } from "../../src/ui/line.ts";
import { newModel } from "../../src/ui/new-model.ts";
import { screenLines } from "../../src/ui/screen.ts";
import { PLAIN_WORDS } from "../../src/ui/words.ts";
import { UNICODE } from "../../src/ui/theme.ts";
import { aDocument, aStep } from "../support/document.ts";
import { vmNamed } from "./world.ts";

const look = { columns: 80, rows: 24, glyphs: UNICODE, words: PLAIN_WORDS, nowMs: 0 };
const PIECES = [
  "\u001b[2J",
  "\u001b]52;c;eA==\u0007",
  "\u001b]8;;http://x\u001b\\\\",
  "\u009b31m",
  "\u0000",
  "\r",
  "\n",
  "\b",
  "\u202e",
  "\u2066",
  "\u200b",
  "\ufeff",
  "\u2028",
  "\ud800",
  "\u{e0041}",
  "\u0301",
  "a",
  "pg",
  "<U+200B>",
  "\\x1b",
];

/** The n-th hostile text: every one different. */
function hostile(n: number): string {
  let text = "";
  for (let rest = n + 1; rest > 0; rest = Math.floor(rest / PIECES.length)) text += PIECES[rest % PIECES.length] ?? "";
  return `${text}${n}`;
}

// oxlint-disable-next-line no-control-regex -- looking for control characters is the point
const BAD = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]/u;

const pageOf = (label: string): ApprovalDocument =>
  aDocument({
    title: label,
    led_here: [label],
    warnings: [label],
    risk: "destroy",
    targets: [
      {
        key: `key ${label}`,
        label,
        shown: [["vcenter", label]],
        steps: [
          aStep({
            title: label,
            message: label,
            item_key: label,
            raises: [label],
            request_lines: changeKind("cloudstack").requestLines({ command: label, params: { id: label } }),
            undo: { kind: "none", why: [label] },
          }),
        ],
      },
    ],
    acts: [{ id: "x", title: label, lines: safeLines(label), as: label, shell: true }],
    summary: {
      effects: [{ what: label, verb: "", count: 1, undo: "none" }],
      lost: [{ message: label, steps: 1 }],
      oldest: null,
      ageless: 0,
    },
  });

test("5 000 hostile texts: none reaches a line as an escape, and no two approvals look the same", () => {
  const model = newModel({ name: "s", lab: null, scale: 1, banners: [], operator: "ada", readOnly: false });
  const pages: string[] = [];
  const boards: string[] = [];
  for (let n = 0; n < 5000; n += 1) {
    const text = hostile(n);
    pages.push(
      documentLines(pageOf(text), 80)
        .map((one) => one.text)
        .join("|"),
    );
    if (n % 10 === 0) {
      const board = loadTargets(model.board, [vmNamed(text)]);
      boards.push(
        screenLines({ ...model, board }, look)
          .map(textOf)
          .join("|"),
      );
    }
  }
  expect(pages.filter((page) => BAD.test(page))).toEqual([]);
  expect(boards.filter((board) => BAD.test(board))).toEqual([]);
  expect(new Set(pages).size).toBe(5000);
});
