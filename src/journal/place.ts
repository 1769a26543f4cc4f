/** Where a journal may lie: a directory and a file that nobody else can touch, on a disk that keeps its promises. */
import {
  chmodSync,
  closeSync,
  constants,
  fchmodSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  type Stats,
  statfsSync,
  statSync,
} from "node:fs";
import { dirname } from "node:path";
import { distrustOfFolders } from "../files/trust.ts";
import type { JournalRefusal } from "../engine/journal-port.ts";
import { err, ok, type Result } from "../ports/result.ts";
import { cannotOpen, codeOf, refusalOf } from "./refusal.ts";

/** Modes of a journal's directory and files: personal, or shared by the group of the directory. */
export interface Modes {
  readonly directory: number;
  readonly file: number;
}

export const PERSONAL: Modes = { directory: 0o700, file: 0o600 };
export const SHARED: Modes = { directory: 0o2770, file: 0o660 };

// Magic numbers of statfs(2). SQLite's WAL needs shared memory and locks that these do not give.
const NETWORK = new Map([
  [0x6969, "nfs"],
  [0xff534d42, "cifs"],
  [0xfe534d42, "smb2"],
  [0x517b, "smb"],
  [0x564c, "ncp"],
  [0x5346414f, "afs"],
  [0x00c36400, "ceph"],
  [0x0bd00bd0, "lustre"],
]);
const FUSE = 0x65735546;
const FUSE_NETWORK = /^fuse\.(?:sshfs|rclone|s3fs|gcsfuse|glusterfs|ceph|ceph-fuse|cifs|davfs|juicefs|curlftpfs)$/;

/** The name of the network file system with that magic number, or null. For FUSE the mount table tells which it is. */
export function networkFileSystem(type: number, directory: string, mountinfo: () => string): string | null {
  const name = NETWORK.get(type >>> 0);
  if (name !== undefined) return name;
  if (type >>> 0 !== FUSE) return null;
  const mounts = mountinfo()
    .split("\n")
    .map(mountOf)
    .filter(({ point }) => isInside(directory, point));
  // The innermost mount is the directory's own; of two at one point the later one.
  const kind = mounts.reduce((best, mount) => (mount.point.length >= best.point.length ? mount : best), NO_MOUNT).kind;
  return FUSE_NETWORK.test(kind) ? kind : null;
}

interface Mount {
  readonly point: string;
  readonly kind: string;
}

const NO_MOUNT: Mount = { point: "", kind: "" };

/** A line of /proc/self/mountinfo. */
function mountOf(line: string): Mount {
  const [mountFields = "", typeFields = ""] = line.split(" - ");
  const point = (mountFields.split(" ")[4] ?? "").replaceAll(/\\([0-7]{3})/g, (_, octal: string) =>
    String.fromCharCode(Number.parseInt(octal, 8)),
  );
  return { point, kind: typeFields.split(" ")[0] ?? "" };
}

const isInside = (directory: string, point: string): boolean =>
  point !== "" && (point === "/" || directory === point || directory.startsWith(`${point}/`));

/** Checks the directory, making it if asked to; then the file, if it exists. `fresh` says that there is none yet. */
export function checkPlace(path: string, modes: Modes, create: boolean): Result<{ fresh: boolean }, JournalRefusal> {
  try {
    const directory = checkDirectory(dirname(path), path, modes, create);
    if (directory !== null) return err(directory);
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (stats === undefined) {
      if (create) return ok({ fresh: true });
      return err(cannotOpen("missing", `There is no journal at ${path}. A first run makes one; or give another path.`));
    }
    const file = checkFile(stats, path, modes);
    return file === null ? ok({ fresh: false }) : err(file);
  } catch (error) {
    return err(refusalOf(error, path, false));
  }
}

function checkDirectory(directory: string, path: string, modes: Modes, create: boolean): JournalRefusal | null {
  let stats = statSync(directory, { throwIfNoEntry: false });
  if (stats === undefined) {
    if (!create) return cannotOpen("missing", `There is no journal at ${path}: its directory does not exist.`);
    makeDirectory(directory, modes);
    stats = statSync(directory);
  }
  if (!stats.isDirectory()) return cannotOpen("unwritable", `Journal ${path}: ${directory} is not a directory.`);
  const swappable = modes.file === SHARED.file ? sharedWhy(directory, stats) : distrustOfFolders(directory);
  if (swappable !== null)
    return cannotOpen(
      "foreign",
      `Journal ${path}: ${swappable}. Mend that, or name another place with XDG_STATE_HOME; what is there may have been changed, so verify it.`,
    );
  const real = realpathSync(directory);
  const network = networkFileSystem(statfsSync(real).type, real, readMountinfo);
  if (network === null) return null;
  return cannotOpen(
    "unwritable",
    `Journal ${path}: it lies on a network file system (${network}), which can lose or tear it. Use a local disk.`,
  );
}

/** A journal that a group shares lies in a folder of that group; what leads to it is nobody else's. */
function sharedWhy(directory: string, { mode }: Stats): string | null {
  if ((mode & 0o002) !== 0) return `everybody may write in ${directory}; mend it with: chmod o-w ${directory}`;
  return distrustOfFolders(dirname(directory));
}

function readMountinfo(): string {
  try {
    return readFileSync("/proc/self/mountinfo", "utf8");
  } catch {
    return "";
  }
}

function checkFile(stats: Stats, path: string, modes: Modes): JournalRefusal | null {
  if (stats.isSymbolicLink())
    return cannotOpen("foreign", `Journal ${path}: it is a symbolic link. Give the path of the file itself.`);
  if (!stats.isFile()) return cannotOpen("foreign", `Journal ${path}: it is not a file.`);
  const uid = process.getuid?.() ?? stats.uid;
  const isShared = modes.file === SHARED.file;
  if (stats.uid !== uid && !isShared) {
    return cannotOpen(
      "foreign",
      `Journal ${path}: it belongs to user ${stats.uid}, not to you (${uid}). Give another path, or set the journal up as shared.`,
    );
  }
  const tooOpen = stats.mode & (isShared ? 0o002 : 0o022);
  if (tooOpen === 0) return null;
  return cannotOpen(
    "foreign",
    `Journal ${path}: others may write to it. Verify it, then chmod ${modes.file.toString(8)} it.`,
  );
}

/** Makes the empty file, for nobody else to read and through no link. False when another process was first. */
export function makeFile(path: string, modes: Modes): boolean {
  try {
    const { O_CREAT, O_EXCL, O_NOFOLLOW, O_RDWR } = constants;
    const fd = openSync(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, modes.file);
    // The umask may have taken the group's rights away.
    fchmodSync(fd, modes.file);
    closeSync(fd);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
}

/**
 * Makes a directory and those above it, unless it is there. Not by `recursive`, which never ends where the parent exists
 * and the system still answers ENOENT (as in /proc).
 */
export function makeDirectory(directory: string, modes: Modes): void {
  if (statSync(directory, { throwIfNoEntry: false })?.isDirectory() === true) return;
  const parent = dirname(directory);
  if (parent !== directory) makeDirectory(parent, PERSONAL);
  try {
    mkdirSync(directory, { mode: 0o700 });
    chmodSync(directory, modes.directory);
  } catch (error) {
    // Another process may have been first.
    if (codeOf(error) !== "EEXIST") throw error;
  }
}
