/** What the system refuses of a file, as the end of a sentence with the next step. */

const SENTENCES: Readonly<Record<string, string>> = {
  ENOENT: "it does not exist; look at the spelling of its path, or make it",
  ENOTDIR: "something on the way to it is no folder; look at the spelling of its path",
  EISDIR: "it is a folder; name a file in it",
  EACCES: "this user may not; look at its owner and mode, and at those of its folders",
  EPERM: "this user may not; look at its owner and mode, and at those of its folders",
  EEXIST: "it is there already, and nothing is written over; name another file, or remove that one",
  ENOSPC: "the disk is full; free some space and try again",
  EDQUOT: "the quota of this user is used up; free some space and try again",
  EFBIG: "it would grow past the limit that is set for files (ulimit -f); raise it, or free some space",
  EROFS: "its file system is read-only; name another place, or mount it writable",
  ELOOP: "its links lead round in a circle; mend them",
  EMFILE: "this process has too many files open; raise the limit (ulimit -n) and try again",
  ENAMETOOLONG: "its name is too long; name a shorter one",
};

/** The sentence for an error of the file system, with its code; what is none is said as it is. */
export function fileTrouble(error: unknown): string {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  const sentence = code === undefined ? undefined : SENTENCES[code];
  if (sentence !== undefined) return `${sentence} (${String(code)})`;
  return error instanceof Error ? error.message : String(error);
}
