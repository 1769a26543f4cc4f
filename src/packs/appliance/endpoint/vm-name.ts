/** The VM's name in a path, exactly as the caller meant it, or why it cannot be one. */
import { err, ok, type Result } from "../../../ports/result.ts";

/** As long as the column of the appliance's database. */
const MOST = 255;

/** Reads one encoded path segment. Nothing is trimmed or repaired: a name that is not exactly right is none. */
export function vmName(segment: string): Result<string, string> {
  let name: string;
  try {
    name = decodeURIComponent(segment);
  } catch {
    return err("the VM name in the path is not encoded as UTF-8");
  }
  if (name === "") return err("the path names no VM");
  if (name === "." || name === "..") return err("a VM name is not a step through folders");
  if (/[/\\]/u.test(name)) return err("a VM name holds no slash");
  if (/[\p{Cc}\p{Cs}\u2028\u2029]/u.test(name)) return err("the VM name holds control characters");
  if (Array.from(name).length > MOST) return err(`the VM name is longer than ${MOST} characters`);
  return ok(name);
}
