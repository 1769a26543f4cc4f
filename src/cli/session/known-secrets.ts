import { secretsOf } from "../../connections/site.ts";
import type { Values } from "../command.ts";
import { chooseSite } from "../site/config.ts";
import { Stop, type Io } from "../io.ts";
import { makeKeyring } from "./keyring.ts";

/** The secrets of the site, as far as it can still be opened: a lab that is gone has none left to give away. */
export async function knownSecrets(values: Values, io: Io): Promise<ReturnType<typeof makeKeyring>> {
  const keyring = makeKeyring();
  try {
    for (const secret of secretsOf(await chooseSite(values, io.env))) keyring.add(secret);
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
  }
  return keyring;
}
