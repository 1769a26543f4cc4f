/** Exit codes, one table for engine, command line, help and docs. */
const EXITS = {
  done: [0, "done; every success criterion was seen to hold"],
  failed: [1, "failed: a step is known not applied, or a success criterion was not met"],
  doubt: [3, "something is in doubt: nobody knows yet whether it was applied"],
  stopped: [
    4,
    "stopped or refused, by an operator, an approval or the runbook itself, or since what it rests on is no longer so",
  ],
  needed: [5, "an approval or a decision is needed that nobody here can give; of a dry run: changes are pending"],
  usage: [64, "wrong usage, or a name that means nothing or two things"],
  badFile: [65, "a bad runbook, grant or configuration file"],
  unreachable: [
    69,
    "a connection cannot be reached, or a program that is needed (Node.js, the lab's MariaDB or MySQL) is not here",
  ],
  bug: [70, "a bug in Handrail"],
  journalClosed: [73, "the journal cannot be opened"],
  journalUnwritable: [74, "the journal, or a lock beside it, cannot be written: a full disk, say"],
  locked: [75, "locked by another operator"],
  hungUp: [129, null],
  interrupted: [130, "interrupted (129 and 143: ended by a signal; 141: the output was closed); `serve` ends with 0"],
  quit: [131, null],
  closedPipe: [141, null],
  terminated: [143, null],
} as const;

type Exits = typeof EXITS;

/** The code of each end, by its name. */
export const EXIT = Object.fromEntries(Object.entries(EXITS).map(([name, [code]]) => [name, code])) as {
  readonly [Name in keyof Exits]: Exits[Name][0];
};

/** What each code says; those that share a line stand under one of them. */
export const EXIT_TEXT: readonly (readonly [number, string])[] = Object.values(EXITS).flatMap(([code, text]) =>
  text === null ? [] : [[code, text] as const],
);
