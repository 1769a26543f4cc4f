/** Handrail from source: `node src/cli/main.ts …`. What is built begins at `start.ts`. */
import { main } from "./program.ts";

await main();
