import { pack } from "../packs.ts";
import type { Invocation } from "../command.ts";
import { EXAMPLES } from "../examples.ts";
import { EXIT } from "../../engine/exit.ts";
import { examplesText } from "../help.ts";

/** `handrail lab …`: the lab has a command line of its own. */
export async function run({ rest, io }: Invocation): Promise<number> {
  const labs = await pack.labs();
  const exit = await labs.command([...rest], {
    stdout: { write: io.out },
    stderr: { write: io.err },
    env: { ...io.env },
  });
  const wantsHelp = rest.some((word) => word === "--help" || word === "-h");
  if (wantsHelp && exit === EXIT.done) io.out(examplesText(EXAMPLES.lab));
  return exit;
}
