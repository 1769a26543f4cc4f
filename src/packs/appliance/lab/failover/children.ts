import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { isSame, readPid } from "../appliance/pids.ts";
import { filesIn } from "../keeper/mark.ts";

/** Ends the VirtIO child of one of these machines with `code`; false when none of them has one. */
export function endChild(dir: string, vmwareIds: string[], code: number): boolean {
  const run = join(dir, "run");
  for (const name of filesIn(run).filter((file) => file.endsWith("-qemu.pid"))) {
    const identity = readPid(join(run, name));
    if (!identity || !isSame(identity) || !vmwareIds.some((id) => name.includes(id))) continue;
    // virt-v2v-in-place waits for its qemu, then looks here for the code to end with
    writeFileSync(join(run, name.replace("-qemu.pid", ".end")), String(code));
    process.kill(identity.pid, "SIGKILL");
    return true;
  }
  return false;
}
