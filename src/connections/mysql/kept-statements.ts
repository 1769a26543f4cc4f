/** Which prepared statements a connection keeps: what is asked or sent again and again, the latest of it. */

/** Statements that the server keeps for one connection. */
const MOST = 32;

/** A question of ours or of a runbook. Whoever sends a change again and again says so. */
const QUESTION = /^\s*SELECT\b/iu;
/** Of this servers have answered a second execution wrongly, so that it is prepared anew each time. */
const UNFIT = /\bJSON_TABLE\b/iu;
/**
 * What decides how a text is understood: it is understood when it is prepared, so nothing from before may be used behind it.
 * Where a transaction begins and ends, and at which level, decides nothing of that.
 */
const MEANING = /^\s*(?:USE|SET)\b(?!\s+(?:SESSION\s+)?(?:TRANSACTION|autocommit)\b)/iu;
/** The server does not know it any more, or would have to prepare it anew: nothing was executed. */
const FORGOTTEN: ReadonlySet<string | null> = new Set(["1243", "1615"]);

/** Keeps the books; `forget` tells the server that a text is not needed any more. */
export class KeptStatements {
  readonly #forget: (sql: string) => void;
  /** In the order of their last use. */
  readonly #texts = new Set<string>();

  constructor(forget: (sql: string) => void) {
    this.#forget = forget;
  }

  has(sql: string): boolean {
    return this.#texts.has(sql);
  }

  /** After a text was executed: keeps it, or has it forgotten. `again`: it is no question, and sent again all the same. */
  used(sql: string, again = false): void {
    if (UNFIT.test(sql) || !(again || QUESTION.test(sql))) return this.#forget(sql);
    this.#texts.delete(sql);
    this.#texts.add(sql);
    const [oldest] = this.#texts;
    if (this.#texts.size > MOST && oldest !== undefined) this.drop(oldest);
  }

  /** After a text that did not work, kept or not: nothing of it is used again. */
  failed(sql: string): void {
    this.#texts.delete(sql);
    this.#forget(sql);
  }

  drop(sql: string): void {
    if (this.#texts.delete(sql)) this.#forget(sql);
  }

  /** Before a text is sent that may change what others mean. */
  before(sql: string): void {
    if (MEANING.test(sql)) this.dropAll();
  }

  dropAll(): void {
    for (const text of this.#texts) this.drop(text);
  }
}

/** Whether an error says that a kept statement is none any more. */
export const isForgotten = (code: string | null): boolean => FORGOTTEN.has(code);
