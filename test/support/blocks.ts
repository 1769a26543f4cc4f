/** The commands of a page of docs, as somebody would copy them into a shell, in their order. */

export interface PageCommand {
  readonly page: string;
  /** Its first line, from 1. */
  readonly line: number;
  readonly text: string;
  /** What the page says that it exits with. */
  readonly exit: number;
  /** The keys that its comment says to press. */
  readonly keys: readonly string[];
}

export interface PageBlocks {
  readonly commands: readonly PageCommand[];
  /** Blocks that are marked as not run, by the reason that they give. */
  readonly left: Readonly<Record<string, number>>;
  /** Places of blocks that are neither commands nor of a language that is known to be none. */
  readonly strange: readonly string[];
}

/** What is no command: it is read by another test, or by nobody. */
const OTHER = new Set(["yaml", "yaml file", "yaml runbook", "yaml step", "nginx", "sql", "json"]);
const NOT_RUN = /^sh not-run: (\S.*)$/u;
/** In running text, what begins with the launcher's path is to be typed where the reader is. */
const INLINE = /`(bin\/handrail [^`]+)`/gu;

interface Fence {
  readonly info: string;
  readonly line: number;
  readonly lines: readonly string[];
}

/** Splits a page into its fenced blocks and the text between them, which has the info "text". */
function fences(text: string): Fence[] {
  const found: Fence[] = [];
  let current: { info: string; line: number; lines: string[]; indent: string } = begin("text", 0);
  for (const [index, line] of text.split("\n").entries()) {
    const [, indent = "", info] = /^(\s*)```(.*)$/u.exec(line) ?? [];
    if (info === undefined)
      current.lines.push(line.startsWith(current.indent) ? line.slice(current.indent.length) : line);
    else {
      found.push(current);
      current = begin(
        current.info === "text" ? info || "none" : "text",
        index + 1,
        current.info === "text" ? indent : "",
      );
    }
  }
  return [...found, current];
}

const begin = (info: string, line: number, indent = "") => ({ info, line, lines: [] as string[], indent });

interface Scan {
  /** Whether a quote, a bracket or the line itself goes on. */
  readonly open: boolean;
  readonly comment: string;
}

/** Looks whether a shell would wait for more, and where a comment begins. */
function scan(text: string): Scan {
  let quote = "";
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at] ?? "";
    if (char === "\\" && quote !== "'") at += 1;
    else if (quote !== "") quote = char === quote ? "" : quote;
    else if (char === "'" || char === '"') quote = char;
    else if (char === "(") depth += 1;
    else if (char === ")") depth -= 1;
    else if (char === "#" && (at === 0 || /\s/u.test(text[at - 1] ?? "")))
      return { open: depth > 0, comment: text.slice(at + 1) };
  }
  return { open: quote !== "" || depth > 0 || /(?:\\|&&|\|)$/u.test(text), comment: "" };
}

function commandsOf(page: string, { info, line, lines }: Fence): PageCommand[] {
  const found: PageCommand[] = [];
  const typed = info === "console" ? lines.map((each) => (each.startsWith("$ ") ? each.slice(2) : "")) : lines;
  let text = "";
  for (const [index, each] of typed.entries()) {
    text = text === "" ? each : `${text}\n${each}`;
    const { open, comment } = scan(text);
    if (open && index < typed.length - 1) continue;
    const [, exit = "0"] = /\bexit (\d+)/u.exec(comment) ?? [];
    const [, keys = ""] = /\bkeys: (.+)$/u.exec(comment) ?? [];
    const first = line + index + 2 - text.split("\n").length;
    if (text.trim() !== "" && !text.startsWith("#"))
      found.push({ page, line: first, text, exit: Number(exit), keys: keys.split(" ").filter(Boolean) });
    text = "";
  }
  return found;
}

function inlineOf(page: string, { line, lines }: Fence): PageCommand[] {
  const text = lines.join("\n");
  return [...text.matchAll(INLINE)].map(({ 1: command = "", index }) => ({
    page,
    line: line + text.slice(0, index).split("\n").length,
    text: command.replaceAll(/\s+/gu, " "),
    exit: 0,
    keys: [],
  }));
}

/** Reads a page. */
export function blocksOf(page: string, text: string): PageBlocks {
  const left: Record<string, number> = {};
  const strange: string[] = [];
  const commands = fences(text).flatMap((fence) => {
    const [, reason] = NOT_RUN.exec(fence.info) ?? [];
    if (fence.info === "text") return inlineOf(page, fence);
    if (fence.info === "sh" || fence.info === "console") return commandsOf(page, fence);
    if (reason !== undefined) left[reason] = (left[reason] ?? 0) + 1;
    else if (!OTHER.has(fence.info)) strange.push(`${page}:${fence.line}: ${fence.info}`);
    return [];
  });
  return { commands, left, strange };
}
