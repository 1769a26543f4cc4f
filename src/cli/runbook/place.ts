/** Where something of a runbook stands in its file, as text to go before a sentence about it. */
import type { RunState } from "../../engine/state.ts";
import { EXPANSION } from "../../engine/undecided.ts";
import { placesOf, type Places } from "../../runbooks/places.ts";
import { safeText } from "../../text/safe-text.ts";
import { Stop } from "../io.ts";
import { readBeside, readSource } from "./source.ts";

/** `FILE:LINE:COLUMN: ` for a path of a runbook; '' where it is not known, as of one that a journal keeps (`file` is ''). */
export function placeTexts(file: string, id: string): (...where: Parameters<Places>) => string {
  const places = file === "" ? null : read(file, id);
  return (...where) => {
    if (places === null) return "";
    const { line, column } = places(...where);
    return `${safeText(file)}:${line}:${column}: `;
  };
}

/** Where the steps at which a run failed stand in the file that it was begun with, as that is now. */
export function failureLines({ created, runbook, targets }: RunState): string[] {
  const placeText = placeTexts(created.file, runbook.id);
  const failures = targets.flatMap(({ undecided }) => {
    if (undecided === null) return [];
    const { phase, step } = undecided;
    const isWhole = step === EXPANSION;
    const place = placeText(["phases", phase, ...(isWhole ? [] : ["steps", step])]);
    return place === "" ? [] : [`  ${place}phase ${phase}${isWhole ? "" : `, step ${step}`}`];
  });
  return failures.length === 0 ? [] : [`what failed is written at:\n${[...new Set(failures)].join("\n")}`];
}

function read(file: string, id: string): Places | null {
  try {
    const { source, problem } = readSource(file);
    return problem === null ? placesOf(source, file, id, readBeside(file)) : null;
  } catch (error) {
    // A file that is gone by now has no place to show.
    if (error instanceof Stop) return null;
    throw error;
  }
}
