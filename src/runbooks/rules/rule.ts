/** A rule that a runbook keeps beyond its shape. Its id stands in messages and docs, and means the same for ever. */
export interface Rule {
  /** What holds of every runbook, as a sentence. */
  readonly says: string;
  /** What would fit, where the message knows nothing nearer. */
  readonly fits: string;
  /** It is said and refuses nothing. */
  readonly isRemark?: true;
}

export type Rules = Readonly<Record<string, Rule>>;
