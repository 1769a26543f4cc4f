/**
 * A claim: one sentence about the world or about a run, with its witness. Nothing that Handrail says, ticks, counts or
 * exits with rests on an absence; so every claim names the events that it rests on, and how they came to be known.
 * Claims are made in this folder only, one function for each kind of claim; screen, plain text, JSON, report, webhook,
 * endpoint and lists print them and make no sentence of their own.
 */
import type { End } from "../bodies.ts";

/**
 * How something is known. `observation`: we looked, at a time, at a source. `statement`: somebody said it. `inference`: it
 * follows from what the journal holds, and nobody looked.
 */
export type Basis = "observation" | "statement" | "inference";

/** Ids of journal events. A claim has at least one: without evidence there is no claim, and it does not type-check. */
export type Evidence = readonly [string, ...string[]];

export interface Claim<K extends string = string> {
  /** What is claimed, as a word that programs can compare. */
  readonly kind: K;
  /** What is claimed, as a sentence to a person, without a full stop. Text from the world in it is as it came. */
  readonly message: string;
  readonly basis: Basis;
  readonly evidence: Evidence;
  /** When the newest part of the evidence was written: ISO 8601, UTC. */
  readonly at: string;
}

/** `open`: the run is not closed, so there is no end to speak of. `undone`: recovered once, and taken back since. */
export type EndClaimKind = End | "open" | "undone" | "recovered-unproven";

/** A sign and a word for each basis: never a colour alone, and no two alike. */
export const BASIS_SIGNS: Readonly<Record<Basis, { readonly sign: string; readonly word: string }>> = {
  observation: { sign: "=", word: "seen" },
  statement: { sign: '"', word: "said" },
  inference: { sign: "~", word: "concluded" },
};

/** `[= seen 02:14:07Z]`: what stands behind a claim where people read it. */
export const basisText = ({ basis, at: time }: Pick<Claim, "basis" | "at">): string =>
  `[${BASIS_SIGNS[basis].sign} ${BASIS_SIGNS[basis].word} ${time.slice(11, 19)}Z]`;

/** Evidence of a first event and any others, each once. */
export const evidenceOf = (first: string, ...rest: readonly (string | null | undefined)[]): Evidence => [
  first,
  ...new Set(rest.filter((id) => typeof id === "string" && id !== "" && id !== first) as string[]),
];
