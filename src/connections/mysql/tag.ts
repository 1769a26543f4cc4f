/** The comment that marks our statements in the binary log and the process list. */
import type { SqlTag } from "../../phases/sql-port.ts";

/** What may stand in a tag: nothing that could end the comment. */
export const tagText = (text: string): string => text.replaceAll(/[^\w.:@-]/g, "_").slice(0, 80);

/** In front of the statement, where a shortened process list still shows it. */
export const tagged = (sql: string, { run, step, attempt }: SqlTag): string =>
  `/* handrail run=${tagText(run)} step=${tagText(step)} attempt=${tagText(attempt)} */ ${sql}`;
