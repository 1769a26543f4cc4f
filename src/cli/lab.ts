import { labCommand } from "../lab/index.ts";
import type { Invocation } from "./command.ts";

/** `handrail lab …`: the lab has a command line of its own. */
export function run({ rest, io }: Invocation): Promise<number> {
  return labCommand([...rest], { stdout: { write: io.out }, stderr: { write: io.err }, env: { ...io.env } });
}
