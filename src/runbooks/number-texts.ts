/** Texts that are written as numbers: their patterns, each with the numbers that YAML takes them for. */

/** Whole seconds, a whole number, an exit code, a status code: text as a file has it. */
export const SECONDS = /^[1-9][0-9]{0,4}$/u;
export const WHOLE = /^-?[0-9]{1,15}$/u;
export const EXIT_CODE = /^(?:\d|[1-9]\d|1\d\d|2[0-4]\d|25[0-5])$/u;
export const STATUS_CODE = /^[2-5][0-9]{2}$/u;
export const VERSION = /^[0-9A-Za-z][0-9A-Za-z.+-]{0,31}$/u;

/** The numbers of a pattern, as JSON Schema bounds them. */
export const NUMBERS: ReadonlyMap<
  string,
  { readonly type: string; readonly minimum?: number; readonly maximum?: number }
> = new Map([
  [SECONDS.source, { type: "integer", minimum: 1, maximum: 99_999 }],
  [WHOLE.source, { type: "integer", minimum: -999_999_999_999_999, maximum: 999_999_999_999_999 }],
  [EXIT_CODE.source, { type: "integer", minimum: 0, maximum: 255 }],
  [STATUS_CODE.source, { type: "integer", minimum: 200, maximum: 599 }],
  [VERSION.source, { type: "number", minimum: 0 }],
]);
