/** What one look of `handrail doctor` found. */
export interface Finding {
  /** What was looked at: `database`, `rights`, `journal`. */
  readonly check: string;
  /** `mind`: it works, but not as well as it could. `unknown`: nobody could tell. */
  readonly state: "ok" | "mind" | "broken" | "unknown";
  readonly says: string;
  /** What to do about it; null where there is nothing to do. */
  readonly mend: string | null;
}

/** A kind of finding about one thing. */
export interface About {
  ok(says: string): Finding;
  mind(says: string, mend: string): Finding;
  broken(says: string, mend: string): Finding;
  unknown(says: string, mend: string): Finding;
}

/** Findings about `check`. */
export const about = (check: string): About => ({
  ok: (says) => ({ check, state: "ok", says, mend: null }),
  mind: (says, mend) => ({ check, state: "mind", says, mend }),
  broken: (says, mend) => ({ check, state: "broken", says, mend }),
  unknown: (says, mend) => ({ check, state: "unknown", says, mend }),
});
