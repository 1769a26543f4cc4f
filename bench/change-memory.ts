/**
 * `node bench/change-memory.ts ROWS`: MiB that a fresh process grows by at most while it previews and applies changes of
 * so many rows, a few after one another; with the heap that every session of Handrail gives itself.
 */
import { keepHeapSmall } from "../src/cli/session/small-heap.ts";
import { changeMemory } from "./changes.ts";

keepHeapSmall();
process.stdout.write(String(await changeMemory(Number(process.argv[2]))));
