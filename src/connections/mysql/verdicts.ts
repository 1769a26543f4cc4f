/** What the server's catalogue was seen to say of a read, for as long as that is believed without asking again. */
import type { ReadCheck } from "./read-check.ts";

/**
 * Milliseconds. A table that becomes a view meanwhile is read as one: what a read must not do, its transaction, which only
 * reads, still refuses.
 */
const BELIEVED_MS = 30_000;
const MOST = 64;

/** The verdicts of one connection, of one database and one mode: whoever changes these has them forgotten. */
export class Verdicts {
  readonly #nowMs: () => number;
  readonly #byText = new Map<string, { readonly verdict: ReadCheck; readonly atMs: number }>();

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** A verdict that is young enough; null where there is none. */
  of(sql: string): ReadCheck | null {
    const entry = this.#byText.get(sql);
    return entry === undefined || this.#nowMs() - entry.atMs > BELIEVED_MS ? null : entry.verdict;
  }

  /** Keeps the verdict of a text that was sent; an older one of it keeps its time. */
  keep(sql: string, verdict: ReadCheck): void {
    if (this.of(sql) === verdict) return;
    if (this.#byText.size >= MOST) this.#byText.clear();
    this.#byText.set(sql, { verdict, atMs: this.#nowMs() });
  }

  forget(): void {
    this.#byText.clear();
  }
}
