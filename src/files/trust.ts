/** Who else could change or swap what lies at a path. A file of mode 0600 is no better than the folders that lead to it. */
import { realpathSync, statSync, type Stats } from "node:fs";
import { dirname, resolve } from "node:path";

const GROUP_WRITES = 0o020;
const ALL_WRITE = 0o002;
/** In such a folder nobody may remove or rename what is another's. */
const STICKY = 0o1000;

interface Me {
  readonly uid: number;
  readonly gid: number;
}

/**
 * Why others than this user and root could change the file or folder at `path`, or put another one in its place: a sentence
 * with the way to mend it. null: they cannot. The path must be there; what the system refuses to look at is thrown.
 */
export const distrustOf = (path: string): string | null =>
  distrust(path, (end, me) => ownWhy(end, statSync(end), me) ?? pathWhy(dirname(end), me));

/** The same of the folders alone that lead to what may not be there yet. */
export const distrustOfFolders = (folder: string): string | null => distrust(folder, pathWhy);

/** Both ways lead there: through links by their names, and without. */
function distrust(path: string, reasonOf: (end: string, me: Me) => string | null): string | null {
  const [uid, gid] = [process.geteuid?.(), process.getegid?.()];
  if (uid === undefined || gid === undefined) return null;
  return reasonOf(resolve(path), { uid, gid }) ?? reasonOf(realpathSync(path), { uid, gid });
}

function pathWhy(folder: string, me: Me): string | null {
  const stats = statSync(folder);
  const reason = (stats.mode & STICKY) !== 0 ? ownerWhy(folder, stats, me) : ownWhy(folder, stats, me);
  if (reason !== null) return reason;
  const parent = dirname(folder);
  return parent === folder ? null : pathWhy(parent, me);
}

function ownerWhy(path: string, { uid }: Stats, me: Me): string | null {
  if (uid === 0 || uid === me.uid) return null;
  return `${path} belongs to user ${uid}, who could change it or put another in its place; it has to be yours (user ${me.uid}) or root's`;
}

function ownWhy(path: string, stats: Stats, me: Me): string | null {
  const owner = ownerWhy(path, stats, me);
  if (owner !== null) return owner;
  if ((stats.mode & ALL_WRITE) !== 0) return `everybody may write to ${path}; mend it with: chmod o-w ${path}`;
  if ((stats.mode & GROUP_WRITES) === 0 || isHarmless(stats.gid, me)) return null;
  return `the group ${stats.gid} may write to ${path}; mend it with: chmod g-w ${path}`;
}

/** Whether nobody but this user and root is in a group. */
const isHarmless = (gid: number, me: Me): boolean => gid === 0 || isPrivate(gid, me);

/** A user's own group, as distributions make one of the same number for each user: nobody else is in it. */
const isPrivate = (gid: number, me: Me): boolean => gid === me.gid && gid === me.uid;
