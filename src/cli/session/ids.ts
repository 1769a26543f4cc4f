/** Names for runs, events and attempts. */
import { randomBytes } from "node:crypto";

const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

function encode(value: bigint, length: number): string {
  let rest = value;
  let text = "";
  for (let index = 0; index < length; index += 1) {
    text = (ALPHABET[Number(rest & 31n)] ?? "0") + text;
    rest >>= 5n;
  }
  return text;
}

/** A ULID in lower case: sorts by time, unique without asking anybody. */
export function newId(): string {
  return encode(BigInt(Date.now()), 10) + encode(BigInt(`0x${randomBytes(10).toString("hex")}`), 16);
}

/** A run's id, made to be read aloud at night: `20261122-0312-k7f3`, UTC. */
export function newRunId(time = new Date()): string {
  const iso = time.toISOString();
  return `${iso.slice(0, 10).replaceAll("-", "")}-${iso.slice(11, 16).replace(":", "")}-${encode(BigInt(`0x${randomBytes(3).toString("hex")}`), 4)}`;
}
