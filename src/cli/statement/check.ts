/** `handrail sql --check FILE`: classifies statements for review tools and CI. It needs no server and asks none. */
import { readFileSync } from "node:fs";
import { routineText } from "../../sql/calls.ts";
import { classify, type Classified } from "../../sql/classify.ts";
import { EXIT } from "../../engine/exit.ts";
import { Stop, type Io } from "../io.ts";
import { fileTrouble } from "../../files/trouble.ts";

/** Reads JSON lines of the shape `{"sql": …}` and prints one answer for each, in order. */
export async function checkFile(file: string, io: Io): Promise<number> {
  const text = await textOf(file, io);
  let exit: number = EXIT.done;
  let answers: string[] = [];
  const flush = (): void => {
    if (answers.length > 0) io.out(`${answers.join("\n")}\n`);
    answers = [];
  };
  for (const [index, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    const sql = sqlOf(line);
    if (sql === null) exit = EXIT.badFile;
    answers.push(JSON.stringify(answerTo(sql, index + 1)));
    if (answers.length >= 1000) flush();
  }
  flush();
  return exit;
}

const answerTo = (sql: string | null, line: number): Answer =>
  sql === null ? unreadable(line) : answerOf(classify(sql));

/** What a file says, or the standard input. */
const textOf = async (file: string, io: Io): Promise<string> => (file === "-" ? readAll(io.stdin) : readText(file));

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new Stop(EXIT.badFile, `cannot read ${file}: ${fileTrouble(error)}`);
  }
}

async function readAll(stdin: NodeJS.ReadStream): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stdin) chunks.push(Buffer.from(chunk as Buffer));
  return Buffer.concat(chunks).toString("utf8");
}

function sqlOf(line: string): string | null {
  try {
    const read = JSON.parse(line) as { readonly sql?: unknown } | null;
    return typeof read?.sql === "string" ? read.sql : null;
  } catch {
    return null;
  }
}

/** One answer: what the statement was taken for, what it is, why it is no read, and what only a server could tell of it. */
interface Answer {
  readonly took_for: string;
  readonly class: Classified["class"];
  readonly reasons: readonly string[];
  readonly server_decides: readonly string[];
  readonly tables: readonly string[];
  readonly where: boolean | null;
}

const answerOf = ({ took_for, class: kind, reasons, routines, tables, where: hasWhere }: Classified): Answer => ({
  took_for,
  class: kind,
  reasons,
  server_decides: routines.map(routineText),
  tables,
  where: hasWhere,
});

/** A line that is no statement is never called a read. */
const unreadable = (line: number): Answer => ({
  took_for: "nothing",
  class: "unknown",
  reasons: [`line ${line} is not {"sql": TEXT}`],
  server_decides: [],
  tables: [],
  where: null,
});
