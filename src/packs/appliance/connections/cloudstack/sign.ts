/** CloudStack's request signature. The server encodes the values again as Java does, so we must encode like Java. */
import { createHmac } from "node:crypto";

export interface Keys {
  readonly apiKey: string;
  readonly secretKey: string;
}

/** The signed query of one command: parameters sorted by name, `signature` last. */
export function signedQuery(command: string, params: Readonly<Record<string, string>>, keys: Keys): string {
  const fields = { ...params, command, response: "json", apiKey: keys.apiKey };
  const pairs = Object.entries(fields).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const signatureBase = pairs.map(([name, value]) => `${name}=${encode(value)}`).join("&");
  const signature = createHmac("sha1", keys.secretKey).update(signatureBase.toLowerCase()).digest("base64");
  const query = pairs.map(([name, value]) => `${encode(name)}=${encode(value)}`).join("&");
  return `${query}&signature=${encode(signature)}`;
}

/** URLEncoder of Java with %20 for a space: it leaves `*` alone and encodes `!'()~`, where JavaScript does not. */
const encode = (value: string): string =>
  encodeURIComponent(value).replaceAll(/[!'()~]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
