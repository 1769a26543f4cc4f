/** CloudStack's request signature. The server encodes the values again as Java does, so we must encode like Java. */
import { createHmac } from "node:crypto";

export interface Keys {
  readonly apiKey: string;
  readonly secretKey: string;
}

/** The signed query of one command: parameters sorted by name, `signature` last. */
export function signedQuery(command: string, params: Readonly<Record<string, string>>, keys: Keys): string {
  const all = { ...params, command, response: "json", apiKey: keys.apiKey };
  const pairs = Object.entries(all).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const signed = pairs.map(([name, value]) => `${name}=${encoded(value)}`).join("&");
  const signature = createHmac("sha1", keys.secretKey).update(signed.toLowerCase()).digest("base64");
  const sent = pairs.map(([name, value]) => `${encoded(name)}=${encoded(value)}`).join("&");
  return `${sent}&signature=${encoded(signature)}`;
}

/** URLEncoder of Java with %20 for a space: it leaves `*` alone and encodes `!'()~`, where JavaScript does not. */
const encoded = (value: string): string =>
  encodeURIComponent(value).replaceAll(/[!'()~]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
