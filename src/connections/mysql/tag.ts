/** The comment that marks our statements in the binary log and the process list. */
import type { SqlTag } from "../../ports/sql.ts";
import { sha256 } from "./identity.ts";

/** What may stand in a tag: nothing that could end the comment. */
export const tagText = (text: string): string => text.replaceAll(/[^\w.:@-]/g, "_").slice(0, 80);

/**
 * In front of a statement, where a shortened process list still shows it: the attempt, and a SHA-256 of the statement as it
 * was approved. Never a text of it, which could end the comment.
 */
export const tagOf = ({ run, step, attempt }: SqlTag, statement: string): string =>
  `/* handrail run=${tagText(run)} step=${tagText(step)} attempt=${tagText(attempt)} sha256=${sha256(statement)} */ `;
