import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ProcessIdentity } from "../appliance/pids.ts";

/** What a keeper is told. */
export type Duty = {
  /** The word that everything it ends bears in its environment. */
  mark: string;
  /** The folder it removes, as long as the mark in it is its own. */
  folder: string;
  /** Who must live. */
  owner: ProcessIdentity;
  /** Folders that others use as well: what the owner was making in them, which bears its pid, goes. */
  shared: string[];
  /** Who must live as well: when one of these ends, the owner is asked to leave, then ended. */
  above: ProcessIdentity[];
};

/** The file of a folder that says whose keeper may remove it. */
export const KEPT = "kept";

/** The mark in a kept folder, or null where nobody keeps it. */
export function markIn(folder: string): string | null {
  try {
    return readFileSync(join(folder, KEPT), "utf8");
  } catch {
    return null;
  }
}
