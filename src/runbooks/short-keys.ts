/** The keys of the shorter forms, beside those of the long form that a map is checked in: what may be written in it at all. */
import type { Written } from "../text/misfits.ts";
import type { Path } from "./raw.ts";

/** What a map may have that has these fields in the long form. */
const SHORTER: readonly (readonly [fields: readonly string[], keys: readonly string[]])[] = [
  [["already", "verify"], ["ensure"]],
  [
    ["table", "rows", "within"],
    ["exactly", "at_most"],
  ],
];
/** What only a probe has that stands where it is used. */
const IN_PLACE = "id";

const isProbe = ([_runbooks, _index, map, ...rest]: Path): boolean => map === "probes" && rest.length === 1;

/** `placeOf`: where in the file something of the long form stands. */
export const writtenKeys =
  (placeOf: (path: Path) => Path): Written =>
  (path, fields) => {
    const isMoved = isProbe(path) && placeOf(path).join("\n") !== path.join("\n");
    const shorter = SHORTER.filter(([needed]) => needed.every((field) => fields.includes(field)));
    return [...(isMoved ? [IN_PLACE] : []), ...fields, ...shorter.flatMap(([, keys]) => keys)];
  };
