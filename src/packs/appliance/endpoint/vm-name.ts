/** The VM's name in a path, exactly as the caller meant it, or why it cannot be one. */
import { err, ok, type Result } from "../../../ports/result.ts";

/** As long as the column of the appliance's database. */
const MOST = 255;

/** What makes a text no name, and how that is said; the first that fits counts. */
const RULES: readonly { readonly isBroken: (name: string) => boolean; readonly message: string }[] = [
  { isBroken: (name) => name === "", message: "the path names no VM" },
  { isBroken: (name) => name === "." || name === "..", message: "a VM name is not a step through folders" },
  { isBroken: (name) => /[/\\]/u.test(name), message: "a VM name holds no slash" },
  {
    isBroken: (name) => /[\p{Cc}\p{Cs}\u2028\u2029]/u.test(name),
    message: "the VM name holds control characters",
  },
  { isBroken: (name) => Array.from(name).length > MOST, message: `the VM name is longer than ${MOST} characters` },
];

/** Reads one encoded path segment. Nothing is trimmed or repaired: a name that is not exactly right is none. */
export function vmName(segment: string): Result<string, string> {
  let name: string;
  try {
    name = decodeURIComponent(segment);
  } catch {
    return err("the VM name in the path is not encoded as UTF-8");
  }
  const rule = RULES.find(({ isBroken }) => isBroken(name));
  return rule === undefined ? ok(name) : err(rule.message);
}
