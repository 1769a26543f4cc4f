/** A stretch of text to hide, and the token that stands for it. Offsets are in UTF-16 units, `end` is exclusive. */
export interface Span {
  /** Where the context begins by which it was recognised; without that context it would not be. */
  readonly from: number;
  readonly start: number;
  readonly end: number;
  readonly token: string;
}

/** Spans in order, those that overlap joined into one (the first one's token stands for all). */
export function mergeSpans(spans: readonly Span[]): Span[] {
  const result: Span[] = [];
  for (const span of spans.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    const last = result.at(-1);
    if (last === undefined || span.start >= last.end) result.push(span);
    else
      result[result.length - 1] = { ...last, from: Math.min(last.from, span.from), end: Math.max(last.end, span.end) };
  }
  return result;
}

/** The text with each span replaced by its token. The spans must be merged. */
export function replaceSpans(text: string, spans: readonly Span[]): string {
  let out = "";
  let offset = 0;
  for (const span of spans) {
    out += text.slice(offset, span.start) + span.token;
    offset = span.end;
  }
  return out + text.slice(offset);
}

/** A regular expression source that matches exactly this text. */
export function literal(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);
}
