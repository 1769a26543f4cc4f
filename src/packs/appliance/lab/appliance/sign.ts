import { createHmac } from "node:crypto";

/** The signature CloudStack expects for these parameters (all of them but the signature itself). */
export function signature(params: Iterable<[string, string]>, secret: string): string {
  const pairs = [...params]
    .map(([name, value]): [string, string] => [name.toLowerCase(), `${name}=${encode(value)}`.toLowerCase()])
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, pair]) => pair);
  return createHmac("sha1", secret).update(pairs.join("&")).digest("base64");
}

/** The query of a signed request: parameters in order, the signature last. */
export function signedQuery(params: Record<string, string>, secret: string): string {
  const pairs = Object.entries(params).sort(([a], [b]) => (a < b ? -1 : 1));
  const query = pairs.map(([name, value]) => `${name}=${encode(value)}`).join("&");
  return `${query}&signature=${encode(signature(pairs, secret))}`;
}

/** As Java's URL encoder does it, with %20 for a space. */
function encode(value: string): string {
  return encodeURIComponent(value).replace(/[!'()~]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
}
