/** Triggers that may do what no rollback takes back: a table with such a trigger is not tried out. */
import { lex } from "../../../sql/lexer.ts";
import { unquote } from "../../../sql/survey.ts";
import { isWord, type Token } from "../../../sql/token.ts";
import type { Session } from "../session.ts";
import { refuse } from "../trouble.ts";
import { describe } from "./catalogue.ts";
import { textRows } from "./images.ts";
import { triggersOf, type Trigger } from "./table.ts";
import type { Target } from "./targets.ts";

const FOREIGN = `SELECT table_name FROM information_schema.tables
  WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE' AND engine <> 'InnoDB'
  UNION ALL SELECT routine_name FROM information_schema.routines WHERE routine_schema = DATABASE()`;

/** Refuses where a trigger, or one that it sets off, names a routine or a table that does not roll back. */
export async function refuseOutsiders(session: Session, targets: readonly Target[]): Promise<void> {
  const first = targets.flatMap(({ verb, info }) => info.triggers.filter(({ event }) => event === verb));
  if (first.length === 0) return;
  const foreign = new Set(textRows(await session.run(FOREIGN)).map(([name]) => (name ?? "").toLowerCase()));
  const tables = new Set(textRows(await session.run("SHOW TABLES")).map(([name]) => name ?? ""));
  const seen = new Set<string>();
  const open: Trigger[] = [...first];
  for (let trigger = open.pop(); trigger !== undefined; trigger = open.pop()) {
    const words = lex(trigger.body).filter((token) => token.kind === "word" || token.kind === "quoted");
    const outside = words.find((token) => reaches(token, foreign));
    if (outside !== undefined) {
      const message = `The trigger ${trigger.name} uses ${unquote(outside)}, which a rollback does not take back`;
      throw refuse(`${message}: the statement cannot be previewed.`, "no-preview");
    }
    for (const table of words.map(unquote).filter((name) => tables.has(name) && !seen.has(name))) {
      seen.add(table);
      open.push(...triggersOf(await describe(session, table)));
    }
  }
}

const reaches = (token: Token, foreign: ReadonlySet<string>): boolean =>
  isWord(token, "CALL") || isWord(token, "NEXTVAL") || foreign.has(unquote(token).toLowerCase());
