/**
 * `node FLAGS bench/change-memory.ts ROWS`: MiB that a fresh process grows by at most while it previews and applies
 * changes of so many rows, a few after one another. Run as the launcher runs Handrail, since the flags decide it.
 */
import { changeMemory } from "./changes.ts";

process.stdout.write(String(await changeMemory(Number(process.argv[2]))));
