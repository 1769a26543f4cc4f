/** Markdown whose lines are no wider than a page: paragraphs and list items that have a wider one are filled again. */
import { PAGE_WIDTH } from "../src/cli/terminal/paragraphs.ts";

const FENCE = /^\s*```/u;
/** What is never filled: headings, tables, code by four blanks, and the empty line. */
const FIXED = /^(?:#|\||>|<| {4}(?! *[-*] ))|^\s*$/u;
const ITEM = /^(\s*)((?:[-*]|\d+\.) )/u;
/** A word that would begin something else at the beginning of a line. */
const BEGINS = /^(?:[-+*>|#]+|\d+[.)])$/u;

/** The words on lines of at most a page's width: `first` before them, `others` before the lines that follow. */
function fill(words: readonly string[], first: string, others: string): string[] {
  const lines: string[] = [];
  let line = first;
  for (const [index, word] of words.entries()) {
    const isFirst = line === first || line === others;
    if (!isFirst && line.length + 1 + word.length > PAGE_WIDTH && !BEGINS.test(word)) {
      lines.push(line);
      line = others + word;
    } else line += isFirst && (index === 0 || line === others) ? word : ` ${word}`;
  }
  return [...lines, line];
}

function filledBlock(block: readonly string[]): readonly string[] {
  if (block.every((line) => line.length <= PAGE_WIDTH)) return block;
  const [head = ""] = block;
  const [, indent = "", bullet = ""] = ITEM.exec(head) ?? [
    /^\s*/u.exec(head)?.[0] ?? "",
    /^\s*/u.exec(head)?.[0] ?? "",
  ];
  const others = `${indent}${" ".repeat(bullet.length)}`;
  const words = block
    .map((line, index) => (index === 0 ? line.slice(others.length) : line).trim())
    .join(" ")
    .split(" ");
  return fill(words, `${indent}${bullet}`, others);
}

/** The text with its wide lines broken; nothing else of it changes. */
export function filled(text: string): string {
  const out: string[] = [];
  let block: string[] = [];
  let fenced = false;
  const flush = (): void => {
    out.push(...(block.length > 0 ? filledBlock(block) : []));
    block = [];
  };
  for (const line of text.split("\n")) {
    const isFence = FENCE.test(line);
    if (fenced || isFence || FIXED.test(line)) {
      flush();
      out.push(line);
      if (isFence) fenced = !fenced;
      continue;
    }
    if (ITEM.test(line)) flush();
    block.push(line);
  }
  flush();
  return out.join("\n");
}

/** The places of lines that are too wide all the same (`12: 130 columns`): code can be broken by its author alone. Rows of tables cannot. */
export const wideLines = (text: string): string[] =>
  text
    .split("\n")
    .flatMap((line, index) =>
      line.length > PAGE_WIDTH && !line.startsWith("|") ? [`${index + 1}: ${line.length} columns`] : [],
    );
