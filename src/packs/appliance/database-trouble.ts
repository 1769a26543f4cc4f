/** What the database says to the first question, with the next step: whoever set a site up wrongly meets it there. */
import type { Failure } from "../../ports/outcome.ts";
import { sentence } from "../../engine/words.ts";

const NOT_THE_APPLIANCE =
  "A table that the runbook reads is missing there, so this is not the appliance's database: look at `database` of the site's mysql settings; handrail doctor names all that is missing.";
const OTHER_TABLES =
  "The tables there are others than this runbook knows: look at `database` of the site's mysql settings, and whether the runbook is for this version of the appliance; handrail doctor says more.";
const NO_ENTRY =
  "Look at `user`, `password` and `database` of the site's mysql settings; handrail doctor says which of them is wrong, handrail setup asks for them anew. Then start again: what runs now has read them.";

/** By the server's error number: unknown tables, unknown columns, no entry. */
const NEXT: Readonly<Record<string, string>> = {
  1109: NOT_THE_APPLIANCE,
  1146: NOT_THE_APPLIANCE,
  1054: OTHER_TABLES,
  1044: NO_ENTRY,
  1045: NO_ENTRY,
  1049: NO_ENTRY,
  1142: "This account may not read that table: GRANT it the right; handrail doctor names all that is missing.",
};

/** The failure of a question that a runbook asks first, as sentences. */
export function databaseTrouble({ message, code }: Pick<Failure, "message" | "code">): string {
  const next = NEXT[code ?? ""];
  return next === undefined ? sentence(message) : `${sentence(message)} ${next}`;
}
