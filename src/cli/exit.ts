/** Exit codes, one table for code, help and docs. */
export const EXIT = {
  done: 0,
  failed: 1,
  doubt: 3,
  stopped: 4,
  needed: 5,
  usage: 64,
  badFile: 65,
  unreachable: 69,
  bug: 70,
  journalClosed: 73,
  journalUnwritable: 74,
  locked: 75,
  hungUp: 129,
  interrupted: 130,
  closedPipe: 141,
  terminated: 143,
} as const;

export const EXIT_TEXT: readonly (readonly [number, string])[] = [
  [0, "done; every success criterion was seen to hold"],
  [1, "failed: a step is known not applied, or a success criterion was not met"],
  [3, "something is in doubt: nobody knows yet whether it was applied"],
  [
    4,
    "stopped or refused, by an operator, an approval or the runbook itself, or since what it rests on is no longer so",
  ],
  [5, "an approval or a decision is needed that nobody here can give; of a dry run: changes are pending"],
  [64, "wrong usage, or a name that means nothing or two things"],
  [65, "a bad runbook, grant or configuration file"],
  [69, "a connection cannot be reached, or a program that is needed (Node.js, the lab's MariaDB or MySQL) is not here"],
  [70, "a bug in Handrail"],
  [73, "the journal cannot be opened"],
  [74, "the journal, or a lock beside it, cannot be written: a full disk, say"],
  [75, "locked by another operator"],
  [130, "interrupted (129 and 143: ended by a signal; 141: the output was closed); `serve` ends with 0"],
];
