/** Redaction of text that arrives in pieces: a secret split over two of them is still one secret. */
import type { Span } from "./span.ts";

export interface RedactingStream {
  /** Takes a piece; gives what is now known to be free of secrets (whole lines as a rule, often nothing). */
  push(chunk: string): string;
  /** Gives the rest. The stream is spent. */
  end(): string;
}

interface StreamParts {
  readonly redact: (text: string) => string;
  readonly spans: (text: string) => readonly Span[];
  /** Length of the longest shape of a known secret. */
  readonly window: number;
}

/** A line longer than this is cut. What a pattern needs to see before a value is far shorter. */
const LONGEST_LINE = 64 * 1024;
/** Kept of an unfinished secret that fills the buffer: enough to recognise its beginning, so the rest stays hidden. */
const KEPT_HEAD = 512;
/** Held back even without long secrets: the context of a pattern may end with a line break. */
const LEAST_WINDOW = 128;

/** See {@link RedactingStream}. Holds back an unfinished line, the window of a known secret, and any unfinished secret. */
export function redactingStream({ redact, spans, window: longest }: StreamParts): RedactingStream {
  const window = Math.max(longest, LEAST_WINDOW);
  let buffer = "";
  return {
    push(chunk) {
      buffer += chunk;
      const end = lineEnd(buffer, buffer.length - window);
      const late = lateEnd(buffer, window);
      if (end === 0 && late === 0) return "";
      const secretSpans = spans(buffer);
      const cut = firstCut(secretSpans, end, late);
      if (cut === 0 && late > 0) {
        buffer = buffer.slice(0, KEPT_HEAD) + buffer.slice(-Math.max(window, KEPT_HEAD));
        return "";
      }
      const out = redact(buffer.slice(0, cut));
      buffer = buffer.slice(cut);
      return out;
    },
    end() {
      const out = redact(buffer);
      buffer = "";
      return out;
    },
  };
}

function lineEnd(text: string, limit: number): number {
  return limit <= 0 ? 0 : Math.max(text.lastIndexOf("\n", limit - 1), text.lastIndexOf("\r", limit - 1)) + 1;
}

/** Where a line that is too long is cut in its middle; 0 where none is. */
const lateEnd = (text: string, window: number): number =>
  text.length > LONGEST_LINE + window ? text.length - window - KEPT_HEAD : 0;

/** The cut at a line's end, else the one in its middle; 0 where neither is safe. */
const firstCut = (spans: readonly Span[], end: number, late: number): number =>
  safeCut(spans, end) || safeCut(spans, late);

/** The last place at or before `cut` that is not inside a span or between a span and its context. */
function safeCut(spans: readonly Span[], cut: number): number {
  const across = spans.find((span) => span.from < cut && cut <= span.end);
  return across === undefined ? Math.max(cut, 0) : safeCut(spans, across.from);
}
