/** A pattern that is made at the first text it is asked of, as a regular expression with Unicode's properties should be: making one takes as long as much of a quick command. */
export interface LatePattern {
  readonly test: (text: string) => boolean;
}

/** `make` is called once, and not before. */
export function latePattern(make: () => RegExp): LatePattern {
  let pattern: RegExp | null = null;
  return { test: (text) => (pattern ??= make()).test(text) };
}
