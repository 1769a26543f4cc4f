import { one, type Invocation } from "./command.ts";
import { EXIT } from "./exit.ts";
import { Stop } from "./io.ts";
import { checkFile } from "./sql-check.ts";

/** `handrail sql …`. */
export function run({ values, rest, io }: Invocation): Promise<number> {
  const file = one(values, "check");
  if (file !== undefined && rest.length === 0) return checkFile(file, io);
  throw new Stop(EXIT.usage, "usage: handrail sql --check FILE");
}
