/**
 * Long tables are walked whole by `npm run test:soak`; `npm test` takes every n-th row of them, always the same ones, so that
 * it stays short and a red run is one of the change that is tested.
 */
/** Whether tables are walked whole, and limits are those of an idle machine. */
export const WHOLE = process.env["HANDRAIL_WHOLE"] === "1";

export const sampled = <T>(rows: readonly T[], nth: number): readonly T[] =>
  WHOLE ? rows : rows.filter((_row, at) => at % nth === 0);

/** How many trials: `few` in `npm test`, `many` in the soak. */
export const trials = (few: number, many: number): number => (WHOLE ? many : few);
