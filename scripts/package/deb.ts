/** One tree as a Debian package: below /usr/lib/handrail, with a unit for the endpoint, manual page and completions. */
import { createHash } from "node:crypto";
import { cpSync, lstatSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Arch } from "./node.ts";
import { output } from "./programs.ts";
import { below, isProgram, settle } from "./tree.ts";

const ARCHITECTURE: Readonly<Record<Arch, string>> = { x64: "amd64", arm64: "arm64" };
const HOME = "usr/lib/handrail";
const MAINTAINER = "The Handrail project <handrail@localhost>";

/** Where a part of the tree belongs on a Debian system. */
const MOVES = [
  [`${HOME}/share/man/man1/handrail.1`, "usr/share/man/man1/handrail.1"],
  [`${HOME}/share/bash-completion/completions/handrail`, "usr/share/bash-completion/completions/handrail"],
  [`${HOME}/share/zsh/site-functions/_handrail`, "usr/share/zsh/vendor-completions/_handrail"],
  [`${HOME}/share/fish/vendor_completions.d/handrail.fish`, "usr/share/fish/vendor_completions.d/handrail.fish"],
  [`${HOME}/CHANGELOG.md`, "usr/share/doc/handrail/NEWS"],
  [`${HOME}/README.md`, "usr/share/doc/handrail/README.md"],
  [`${HOME}/docs`, "usr/share/doc/handrail/docs"],
] as const;
/** What lies in `packaging/`, and where it goes. */
const ADDED = [
  ["handrail-serve.service", "usr/lib/systemd/system/handrail-serve.service"],
  ["sysusers.conf", "usr/lib/sysusers.d/handrail.conf"],
  ["handrail-service", "usr/sbin/handrail-service"],
] as const;
const SCRIPTS = ["postinst", "prerm", "postrm"] as const;
const RUN = new RegExp(
  `^(?:DEBIAN/(?:${SCRIPTS.join("|")})|usr/sbin/.*|${HOME}/(?:${isProgram.source.slice(1)}.*))$`,
  "u",
);

export interface Debian {
  /** The clone. */
  readonly root: string;
  readonly tree: string;
  readonly version: string;
  readonly seconds: number;
  readonly arch: Arch;
}

/** Sums of lengths, not of blocks: those depend on the file system that it was made on. KiB. */
function installedSize(folder: string): number {
  const files = below(folder).map((name) => lstatSync(join(folder, name)));
  return Math.ceil(files.reduce((sum, file) => sum + (file.isFile() ? file.size : 0), 0) / 1024);
}

function control({ version, arch }: Debian, size: number): string {
  return [
    "Package: handrail",
    `Version: ${version}`,
    `Architecture: ${ARCHITECTURE[arch]}`,
    `Maintainer: ${MAINTAINER}`,
    `Installed-Size: ${size}`,
    "Depends: libc6 (>= 2.34), libstdc++6, libgcc-s1",
    "Suggests: mariadb-server",
    "Section: admin",
    "Priority: optional",
    "Description: terminal console for guided incident recovery",
    " YAML runbooks, exact previews, approvals and a tamper-evident journal, for a",
    " VM-migration appliance whose test failovers are stuck. Brings its own Node.js.",
    "",
  ].join("\n");
}

/** What Debian's tools want to read of a package; the news themselves lie beside it. */
const debianChangelog = ({ version, seconds }: Debian): string =>
  [
    `handrail (${version}) stable; urgency=medium`,
    "",
    "  * See NEWS.gz.",
    "",
    ` -- ${MAINTAINER}  ${new Date(seconds * 1000).toUTCString().replace("GMT", "+0000")}`,
    "",
  ].join("\n");

/** The digests by which `debsums` and `dpkg --verify` know what was changed since. */
function md5sums(folder: string): string {
  const files = below(join(folder, "usr")).filter((name) => lstatSync(join(folder, "usr", name)).isFile());
  const digest = (name: string): string =>
    createHash("md5")
      .update(readFileSync(join(folder, "usr", name)))
      .digest("hex");
  return files.map((name) => `${digest(name)}  usr/${name}\n`).join("");
}

function copyright(lib: string): string {
  const parts = ["LICENSE", "dist/THIRD-PARTY-NOTICES.txt", "node/LICENSE"];
  return parts.map((file) => `${file}\n\n${readFileSync(join(lib, file), "utf8")}`).join("\n\n");
}

async function layOut(debian: Debian, folder: string): Promise<void> {
  const { root, tree } = debian;
  cpSync(tree, join(folder, HOME), { recursive: true });
  const place = (to: string): string => {
    mkdirSync(dirname(join(folder, to)), { recursive: true });
    return join(folder, to);
  };
  for (const [from, to] of MOVES) renameSync(join(folder, from), place(to));
  for (const [from, to] of ADDED) cpSync(join(root, "packaging", from), place(to));
  for (const name of SCRIPTS) cpSync(join(root, "packaging", name), place(`DEBIAN/${name}`));
  symlinkSync("../lib/handrail/bin/handrail", place("usr/bin/handrail"));
  writeFileSync(place("usr/share/doc/handrail/copyright"), copyright(join(folder, HOME)));
  rmSync(join(folder, HOME, "share"), { recursive: true });
  writeFileSync(place("usr/share/doc/handrail/changelog"), debianChangelog(debian));
  const packed = [
    "usr/share/man/man1/handrail.1",
    ...["changelog", "NEWS"].map((name) => `usr/share/doc/handrail/${name}`),
  ];
  await output("gzip", ["-9n", ...packed.map((file) => join(folder, file))]);
}

/** Makes `handrail_VERSION_ARCH.deb` beside the tree, and answers its path. */
export async function makeDeb(debian: Debian): Promise<string> {
  const { tree, version, seconds, arch } = debian;
  const folder = `${tree}.deb-tree`;
  rmSync(folder, { recursive: true, force: true });
  await layOut(debian, folder);
  writeFileSync(join(folder, "DEBIAN/control"), control(debian, installedSize(join(folder, "usr"))));
  writeFileSync(join(folder, "DEBIAN/md5sums"), md5sums(folder));
  settle(folder, seconds, RUN);
  const file = join(dirname(tree), `handrail_${version}_${ARCHITECTURE[arch]}.deb`);
  const pack = ["--root-owner-group", "--uniform-compression", "-Zxz", "-z6", "--threads-max=1", "--build"];
  await output("dpkg-deb", [...pack, folder, file], { env: { SOURCE_DATE_EPOCH: String(seconds) } });
  rmSync(folder, { recursive: true });
  return file;
}
