/** The reason that a person gives on the command line for their word. */
import { EXIT } from "../engine/exit.ts";
import { NOTE_LEAST } from "../engine/operator-port.ts";
import { option, type Values } from "./command.ts";
import { Stop } from "./io.ts";

/** What `--note` says. Stops where that is too little to help whoever reads the report; `asks`: what it is to say. */
export function reasonIn(values: Values, asks: string): string {
  const note = (option(values, "note") ?? "").trim();
  if (note.length >= NOTE_LEAST) return note;
  throw new Stop(EXIT.usage, `say with --note ${asks}, in at least ${NOTE_LEAST} characters; it stands in the report`);
}
