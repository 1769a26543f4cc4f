/** The file of a grant, standing or not. */
import { readFileSync, statSync } from "node:fs";
import { fileTrouble } from "../../files/trouble.ts";
import { err, ok, type Result } from "../../ports/result.ts";

/** Reads a grant's file. Its owner is the approver, so it is taken from nobody else, and nobody else may have rights to it. */
export function readGrantFile(file: string): Result<string, string> {
  try {
    const { mode, uid } = statSync(file);
    if ((mode & 0o077) !== 0) return err(`${file} can be changed or read by others; a grant has mode 0600`);
    if (uid !== 0 && uid !== process.getuid?.()) return err(`${file} belongs to uid ${uid}, not to you`);
    return ok(readFileSync(file, "utf8"));
  } catch (error) {
    return err(`cannot read ${file}: ${fileTrouble(error)}`);
  }
}
