/** Where a journal may lie, and what is made there: for whom, and through no link. */
import { chmodSync, lstatSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import {
  checkPlace,
  makeDirectory,
  makeFile,
  networkFileSystem,
  PERSONAL,
  SHARED,
  type Modes,
} from "../../src/journal/place.ts";
import { temporaryDirectory } from "./support.ts";

const modeOf = (path: string): number => statSync(path).mode & 0o7777;

/** With a umask that takes nothing, or all of the group's and others' rights. */
function under(umask: number): void {
  const before = process.umask(umask);
  onTestFinished(() => void process.umask(before));
}

describe("a disk that keeps its promises", () => {
  const FUSE = 0x65735546;
  const none = (): string => "";
  const mount = (point: string, kind: string): string => `36 35 0:1 / ${point} rw,relatime shared:1 - ${kind} u@h: rw`;

  it.each([
    ["a number below the sign", 0x6969, "nfs"],
    ["one with the highest bit, which some systems give as a negative one", 0xfe534d42, "smb2"],
  ])("is none of a network: %s", (_, type, name) => {
    expect([networkFileSystem(type, "/a", none), networkFileSystem(type | 0, "/a", none)]).toEqual([name, name]);
  });

  it.each([
    ["ext4", 0xef53],
    ["xfs", 0x58465342],
    ["btrfs", 0x9123683e],
    ["tmpfs", 0x01021994],
    ["overlay", 0x794c7630],
    ["zfs", 0x2fc12fc1],
  ])("may be %s, whatever is mounted elsewhere", (_, type) => {
    for (const given of [type, type | 0])
      expect(networkFileSystem(given, "/mnt/a", () => mount("/mnt/a", "fuse.sshfs"))).toBeNull();
  });

  it("is none that FUSE has from a network, and that is told by its whole name", () => {
    const kindOf = (name: string) => networkFileSystem(FUSE, "/mnt/a/b", () => mount("/mnt/a", name));
    expect(kindOf("fuse.sshfs")).toBe("fuse.sshfs");
    expect(["fuse.ntfs", "xfuse.sshfs", "fuse.sshfsx", "sshfs", "fuseXsshfs"].map(kindOf)).toEqual(Array(5).fill(null));
  });

  it.each<[string, string, string[], string | null]>([
    ["the folder itself is mounted", "/mnt/a", [mount("/mnt/a", "fuse.sshfs")], "fuse.sshfs"],
    ["all is on the network", "/mnt/a", [mount("/", "fuse.sshfs")], "fuse.sshfs"],
    ["a folder beside it, of a like name", "/mnt/ab", [mount("/mnt/a", "fuse.sshfs")], null],
    ["a local mount within", "/m/a/b", [mount("/m/a", "fuse.ntfs"), mount("/m", "fuse.sshfs")], null],
    ["a mount within, listed first", "/m/a/b", [mount("/m/a", "fuse.sshfs"), mount("/m", "ext4")], "fuse.sshfs"],
    ["one mounted over another", "/m/a", [mount("/m", "fuse.sshfs"), mount("/m", "fuse.ntfs")], null],
    ["blanks in its name", "/m/a b\t", [mount("/m/a\\040b\\011", "fuse.sshfs")], "fuse.sshfs"],
    ["a line that is none", "/m", ["", "36 35", mount("/m", "")], null],
    ["another disk", "/m", [mount("/m", "fuse.sshfs")], "fuse.sshfs"],
  ])("is known by the innermost mount: %s", (_, directory, mounts, expected) => {
    expect(networkFileSystem(FUSE, directory, () => mounts.join("\n"))).toBe(expected);
    expect(networkFileSystem(0xef53, directory, () => mounts.join("\n"))).toBeNull();
  });
});

describe("a file that is made", () => {
  it.each([
    ["personal", PERSONAL, 0o600],
    ["shared", SHARED, 0o660],
  ])("has exactly the rights of a %s one, whatever the umask", (_, modes, bits) => {
    const dir = temporaryDirectory();
    for (const umask of [0, 0o077]) {
      under(umask);
      const path = join(dir, `j${umask}.db`);
      expect([makeFile(path, modes), modeOf(path), statSync(path).size]).toEqual([true, bits, 0]);
    }
  });

  it("takes nothing from whoever was first, and follows no link", () => {
    const dir = temporaryDirectory();
    writeFileSync(join(dir, "j.db"), "theirs");
    symlinkSync(join(dir, "nowhere"), join(dir, "link.db"));
    expect(makeFile(join(dir, "j.db"), PERSONAL)).toBe(false);
    expect(makeFile(join(dir, "link.db"), PERSONAL)).toBe(false);
    expect(readFileSync(join(dir, "j.db"), "utf8")).toBe("theirs");
    expect(lstatSync(join(dir, "nowhere"), { throwIfNoEntry: false })).toBeUndefined();
    expect(() => makeFile(join(dir, "none", "j.db"), PERSONAL)).toThrow(/ENOENT/u);
  });
});

describe("a folder that is made", () => {
  it("is for its group where the journal is shared, and those above it for their owner alone", () => {
    under(0);
    const top = join(temporaryDirectory(), "a");
    const dir = join(top, "b", "c");
    makeDirectory(dir, SHARED);
    expect([dir, dirname(dir), top].map(modeOf)).toEqual([0o2770, 0o700, 0o700]);
    makeDirectory(join(top, "d"), PERSONAL);
    expect(modeOf(join(top, "d"))).toBe(0o700);
  });

  it("is left as it is where it is there", () => {
    const dir = temporaryDirectory();
    chmodSync(dir, 0o750);
    makeDirectory(dir, SHARED);
    expect(modeOf(dir)).toBe(0o750);
  });

  it("is not made where the system has no room for one", () => {
    expect(() => makeDirectory("/proc/none/a", PERSONAL)).toThrow(/ENOENT/u);
  });
});

describe("what is said of a place", () => {
  const refused = (path: string, modes: Modes = PERSONAL, create = false) => {
    const place = checkPlace(path, modes, create);
    return place.ok ? place.value : [place.error.kind, place.error.opened, place.error.message];
  };

  it("that a file is still to be made, or is there", () => {
    const path = join(temporaryDirectory(), "j.db");
    expect(refused(path, PERSONAL, true)).toEqual({ fresh: true });
    writeFileSync(path, "", { mode: 0o600 });
    expect(refused(path, PERSONAL, true)).toEqual({ fresh: false });
    expect(refused(path)).toEqual({ fresh: false });
  });

  it("that there is none, and nothing is made for who did not ask for it", () => {
    const dir = temporaryDirectory();
    const [path, below] = [join(dir, "j.db"), join(dir, "none", "j.db")];
    expect(refused(path)).toEqual([
      "missing",
      false,
      `There is no journal at ${path}. A first run makes one; or give another path.`,
    ]);
    expect(refused(below)).toEqual([
      "missing",
      false,
      `There is no journal at ${below}: its directory does not exist.`,
    ]);
    expect(statSync(dirname(below), { throwIfNoEntry: false })).toBeUndefined();
    expect(refused(below, SHARED, true)).toEqual({ fresh: true });
    expect(modeOf(dirname(below))).toBe(0o2770);
  });

  it("that what stands there is no file, or no folder", () => {
    const dir = temporaryDirectory();
    const [folder, link, file] = [join(dir, "a"), join(dir, "b"), join(dir, "c")];
    mkdirSync(folder);
    writeFileSync(file, "");
    symlinkSync(file, link);
    expect(refused(folder)).toEqual(["foreign", false, `Journal ${folder}: it is not a file.`]);
    expect(refused(link)).toEqual([
      "foreign",
      false,
      `Journal ${link}: it is a symbolic link. Give the path of the file itself.`,
    ]);
    expect(refused(join(file, "j.db"))).toEqual([
      "unwritable",
      false,
      `Journal ${join(file, "j.db")}: ${file} is not a directory.`,
    ]);
  });

  it.each([
    ["606", PERSONAL, "600"],
    ["620", PERSONAL, "600"],
    ["662", SHARED, "660"],
  ])("that others may write to a file of mode %s", (text, modes, mend) => {
    const bits = Number.parseInt(text, 8);
    const path = join(temporaryDirectory(), "j.db");
    writeFileSync(path, "");
    chmodSync(path, bits);
    expect(refused(path, modes)).toEqual([
      "foreign",
      false,
      `Journal ${path}: others may write to it. Verify it, then chmod ${mend} it.`,
    ]);
    chmodSync(path, bits & 0o660 & modes.file);
    expect(refused(path, modes)).toEqual({ fresh: false });
  });

  it("that everybody could put another file in its place", () => {
    const dir = temporaryDirectory();
    const path = join(dir, "j.db");
    chmodSync(dir, 0o772);
    expect(refused(path, SHARED)).toEqual([
      "foreign",
      false,
      `Journal ${path}: everybody may write in ${dir}; mend it with: chmod o-w ${dir}. Mend that, or name another place with XDG_STATE_HOME; what is there may have been changed, so verify it.`,
    ]);
    chmodSync(dir, 0o770);
    writeFileSync(path, "");
    chmodSync(path, 0o660);
    expect(refused(path, SHARED)).toEqual({ fresh: false });
  });

  it("that somebody else could move the folder of a shared journal away", () => {
    const top = join(temporaryDirectory(), "top");
    const dir = join(top, "shared");
    mkdirSync(dir, { recursive: true });
    chmodSync(top, 0o777);
    expect(refused(join(dir, "j.db"), SHARED, true)).toMatchObject(["foreign", false, expect.stringContaining(top)]);
  });
});
