/** The reasons of a runbook, as lines. */
import { paragraph } from "../layout.ts";
import { line, type Line } from "../line.ts";
import type { Reason } from "./reason.ts";

/** Each subject with its words below it. */
export const reasonLines = (reasons: readonly Reason[], columns: number): Line[] =>
  reasons.flatMap(({ subject, text }, index) => [
    ...(index === 0 ? [] : [line("")]),
    ...paragraph(subject, columns, "strong"),
    ...paragraph(`  ${text}`, columns, "plain", 2),
  ]);
