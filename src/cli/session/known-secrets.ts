import type { Values } from "../command.ts";
import { chooseSite } from "../site/config.ts";
import { Stop, type Io } from "../io.ts";
import { makeKeyring, type Keyring } from "./keyring.ts";
import { siteKeyring } from "./site-ports.ts";

/** The secrets of the site, as far as it can still be opened: a lab that is gone has none left to give away. */
export async function knownSecrets(values: Values, io: Io): Promise<Keyring> {
  try {
    return siteKeyring(await chooseSite(values, io.env));
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    return makeKeyring();
  }
}
