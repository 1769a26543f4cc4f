/** The largest runbook file: what a person can still read is far smaller. */
export const MAX_BYTES = 256 * 1024;
/** The longest id. */
export const LONGEST_ID = 63;
/** Lines of what a person is to do: more of them nobody follows without a slip, they are two steps. */
export const MOST_LINES = 40;
/** The longest sentence, title and reason among them. */
export const LONGEST_LINE = 4000;
