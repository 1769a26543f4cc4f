/** Where something of a runbook stands in its file, as text to go before a sentence about it. */
import { placesOf } from "../../runbooks/places.ts";
import { safeText } from "../../text/safe-text.ts";
import { Stop } from "../io.ts";
import { readBeside, readSource } from "./source.ts";

/** `FILE:LINE:COLUMN: ` for a path of a runbook; '' where it is not known, as of one that a journal keeps (`file` is ''). */
export function placeTexts(file: string, id: string): (path: readonly string[]) => string {
  const places = file === "" ? null : read(file, id);
  return (path) => {
    if (places === null) return "";
    const { line, column } = places(path);
    return `${safeText(file)}:${line}:${column}: `;
  };
}

function read(file: string, id: string): ReturnType<typeof placesOf> {
  try {
    const { source, problem } = readSource(file);
    return problem === null ? placesOf(source, file, id, readBeside(file)) : null;
  } catch (error) {
    // A file that is gone by now has no place to show.
    if (error instanceof Stop) return null;
    throw error;
  }
}
