/** Notices what other processes append. */
import type { JournalEvent } from "../engine/journal-port.ts";

export interface WatchOptions {
  readonly signal: AbortSignal;
  /** Events after this seq are told; without it, those appended from now on. */
  readonly after?: number;
}

export interface WatchSource {
  /** False once the journal is closed. */
  open(): boolean;
  /** A number that changes with every commit, by whomever. */
  version(): string;
  events(afterSeq: number): JournalEvent[];
}

const EVERY_MS = 100;

/**
 * Tells `onEvents` of new events within about 100 ms, until the signal aborts. It asks SQLite for its data version, which
 * costs a few microseconds, and reads only when that changed; it keeps no process alive. A read that fails
 * (the disk, a lock) is tried again at the next look; closing the journal ends it.
 */
export function watchEvents(
  source: WatchSource,
  from: number,
  onEvents: (events: JournalEvent[]) => void,
  { signal }: WatchOptions,
): void {
  let [version, seq] = ["", from];
  if (signal.aborted) return;
  const read = (): JournalEvent[] => {
    try {
      const current = source.version();
      if (current === version) return [];
      const events = source.events(seq);
      version = current;
      return events;
    } catch {
      return [];
    }
  };
  const look = (): void => {
    if (!source.open()) return clearInterval(timer);
    const events = read();
    seq = events.at(-1)?.seq ?? seq;
    if (events.length > 0) onEvents(events);
  };
  const timer = setInterval(look, EVERY_MS);
  timer.unref();
  signal.addEventListener("abort", () => clearInterval(timer), { once: true });
}
