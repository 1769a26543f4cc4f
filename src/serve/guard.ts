/** Who may ask, and how often. */
import { createHash, timingSafeEqual } from "node:crypto";
import type { Secret } from "../text/secret.ts";

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();

/** Compares a bearer token in a time that tells nothing about it. The token itself is in no message. */
export function tokenCheck(token: Secret): (header: string | undefined) => boolean {
  const digestOfToken = digest(token.reveal());
  return (header) => {
    const bearer = /^Bearer ([^\s]+)$/iu.exec(header ?? "")?.[1];
    return timingSafeEqual(digest(bearer ?? ""), digestOfToken) && bearer !== undefined;
  };
}

export interface Rate {
  readonly burst: number;
  readonly per_second: number;
}

/** A bucket of `burst` requests that fills again by `per_second`. Gives the seconds to wait, 0 when it may go on. */
export function rateLimit({ burst, per_second: perSecond }: Rate, clock: () => number): () => number {
  let [tokens, lastMs] = [burst, clock()];
  return () => {
    const time = clock();
    tokens = Math.min(burst, tokens + ((time - lastMs) / 1000) * perSecond);
    lastMs = time;
    if (tokens < 1) return Math.ceil((1 - tokens) / perSecond);
    tokens -= 1;
    return 0;
  };
}
