/** One reason that a runbook gives: of what it is, and the words. */
export interface Reason {
  readonly subject: string;
  readonly text: string;
}
