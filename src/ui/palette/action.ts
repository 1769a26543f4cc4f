/** What can be done by a key of the screen below the palette. */
export interface Action {
  /** The key that does it, as the key table names it. */
  readonly key: string;
  readonly help: string;
  /** Why it cannot be done now, or true. */
  readonly can: true | string;
}
