/** The connections of a site, with its secrets taken out of all that they say. */
import type { Connections } from "../../connections/connect.ts";
import { packOf, type Site } from "../packs.ts";
import { makeKeyring, type Keyring } from "./keyring.ts";

/** A keyring with every secret of a site that is known before it is asked. */
export function siteKeyring(site: Site): Keyring {
  const keyring = makeKeyring();
  for (const secret of packOf(site).secretsOf(site)) keyring.add(secret);
  return keyring;
}

/** Takes every secret of a keyring out of a message. */
export function redaction(keyring: Keyring): (text: string) => string {
  const redactor = keyring.redactor("message");
  return (text) => redactor.redact(text);
}

/** The connections of a site, without asking anything yet. */
export const sitePorts = (site: Site, keyring = siteKeyring(site)): Promise<Connections> =>
  packOf(site).portsOf(site, { redact: redaction(keyring), keep: keyring.add });

/** Lends the connections of a site, and closes what they opened. */
export async function withPorts<T>(
  site: Site,
  use: (connections: Connections, redact: (text: string) => string) => Promise<T>,
): Promise<T> {
  const keyring = siteKeyring(site);
  const connections = await sitePorts(site, keyring);
  try {
    return await use(connections, redaction(keyring));
  } finally {
    await connections.close();
  }
}
