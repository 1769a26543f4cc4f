/** The largest runbook file: what a person can still read is far smaller. */
export const MAX_BYTES = 256 * 1024;
