/** `handrail sql --check FILE`: classifies statements for review tools and CI. It needs no server and asks none. */
import { readFileSync } from "node:fs";
import { classify, type Classified } from "../sql/classify.ts";
import { EXIT } from "./exit.ts";
import { Stop, type Io } from "./io.ts";

/** Reads JSON lines of the shape `{"sql": …}` and prints one answer for each, in order. */
export async function checkFile(file: string, io: Io): Promise<number> {
  const text = file === "-" ? await readAll(io.stdin) : readText(file);
  let exit: number = EXIT.done;
  let answers: string[] = [];
  for (const [at, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    const sql = sqlOf(line);
    if (sql === null) exit = EXIT.badFile;
    answers.push(JSON.stringify(sql === null ? unreadable(at + 1) : answerOf(classify(sql))));
    if (answers.length >= 1000) {
      io.out(`${answers.join("\n")}\n`);
      answers = [];
    }
  }
  if (answers.length > 0) io.out(`${answers.join("\n")}\n`);
  return exit;
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new Stop(EXIT.badFile, `cannot read ${file}: ${error instanceof Error ? error.message : String(error)}`);
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

const answerOf = ({ class: kind, reasons, tables, where }: Classified): Classified => ({
  class: kind,
  reasons,
  tables,
  where,
});

/** A line that is no statement is never called a read. */
const unreadable = (line: number): Classified => ({
  class: "unknown",
  reasons: [`line ${line} is not {"sql": TEXT}`],
  tables: [],
  where: null,
});
