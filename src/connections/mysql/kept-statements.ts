/** Which prepared statements a connection keeps: the questions that are asked again and again, the latest of them. */

/** Statements that the server keeps for one connection. */
const MOST = 32;

/**
 * A question of ours or of a runbook. A change is sent once; and of questions over JSON_TABLE servers have answered a second
 * execution wrongly, so each of those is prepared anew.
 */
const KEEPABLE = /^\s*SELECT\b(?!.*\bJSON_TABLE\b)/isu;
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

  /** After a text was executed: keeps it, or has it forgotten. */
  used(sql: string): void {
    if (!KEEPABLE.test(sql)) return this.#forget(sql);
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
    if (MEANING.test(sql)) for (const text of this.#texts) this.drop(text);
  }
}

/** Whether an error says that a kept statement is none any more. */
export const isForgotten = (code: string | null): boolean => FORGOTTEN.has(code);
