/** Packages of Debian's newest suite on a machine of any of its releases: apt with folders of its own, nothing of the system's is changed. */
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { APT_PATIENCE, runApt, Unfetchable, unpackFiles } from "../packages.ts";

const SUITE = "sid";
/** The names that a release's own lists go by, besides its codename. */
const RELEASES = ["stable", "oldstable", "testing", "unstable", SUITE];
const KEYRINGS = ["pgp", "gpg"].map((ending) => `/usr/share/keyrings/debian-archive-keyring.${ending}`);

type Work = { work: string; env: NodeJS.ProcessEnv };

/** Unpacks a package, and the libraries that it needs on a machine which has nothing yet, into `work`/all. */
export async function downloadNewest(
  name: string,
  work: string,
  env: NodeJS.ProcessEnv,
  say: (line: string) => void,
): Promise<void> {
  const place = { work, env };
  for (const folder of ["all", "packages", "lists/partial", "cache/archives/partial"])
    await mkdir(join(work, folder), { recursive: true });
  const mirrors = await mirrorsOf(place);
  say(`${name} and its libraries come from ${mirrors.join(" and ")} (${SUITE}): lists and packages, about 65 MB.`);
  const options = await ownFolders(mirrors, work);
  const update = await runApt("apt-get", [...options, "update", "-q"], place);
  const wish = ["-s", "install", "--no-install-recommends", name];
  const plan = await runApt("apt-get", [...options, ...wish], place);
  if (plan.exitCode !== 0)
    throw new Unfetchable(`apt could not get ${name} from ${mirrors.join(", ")}: ${update.message || plan.message}`);
  const files = await runApt("apt-get", [...options, "download", "-q", ...librariesOf(name, plan.stdout)], place);
  if (files.exitCode !== 0) throw new Unfetchable(`apt could not download ${name}: ${files.message}`);
  await unpackFiles(join(work, "all"), place);
}

/** The package and the libraries among those that apt would install. */
function librariesOf(name: string, plan: string): string[] {
  const names = [...plan.matchAll(/^Inst (\S+)/gm)].map((match) => match[1] ?? "");
  return names.filter((candidate) => candidate === name || /^(?:lib|zlib)/.test(candidate));
}

/** The mirrors of Debian that the machine's own sources name: those whose lists say so, else all that have its release. */
async function mirrorsOf(place: Work): Promise<string[]> {
  const codename = /^VERSION_CODENAME="?([^"\n]*)/m.exec(await readFile("/etc/os-release", "utf8"))?.[1] ?? SUITE;
  const releases = new Set([codename, ...RELEASES]);
  const format = "$(ORIGIN)|$(RELEASE)|$(REPO_URI)";
  const listing = await runApt("apt-get", ["indextargets", "--format", format, "Created-By: Packages"], place);
  const lists = [...listing.stdout.matchAll(/^Debian\|(\S+)\|(\S+)$/gm)];
  // an image of a system often has no lists: then its sources are all that is known
  const update = lists.length > 0 ? null : await runApt("apt-get", ["update", "--print-uris"], place);
  const sources =
    update === null ? lists : [...update.stdout.matchAll(/^'(?=\S+\/dists\/([^/]+)\/InRelease')(\S+)\/dists\//gm)];
  const mirrors = sources
    .filter(([, release]) => releases.has(release ?? ""))
    .map(([, , uri]) => uri?.replace(/\/$/, "") ?? "");
  if (mirrors.length === 0) throw new Unfetchable("the machine's package sources name no mirror of Debian");
  return [...new Set(mirrors)];
}

/** Options that give apt lists, cache and state of its own, and the suite for its only source. */
async function ownFolders(mirrors: readonly string[], work: string): Promise<string[]> {
  const source = join(work, "newest.sources");
  const keyring = KEYRINGS.find((path) => existsSync(path));
  const lines = ["Types: deb", `URIs: ${mirrors.join(" ")}`, `Suites: ${SUITE}`, "Components: main"];
  await writeFile(source, `${[...lines, ...(keyring ? [`Signed-By: ${keyring}`] : [])].join("\n")}\n`);
  await writeFile(join(work, "status"), "");
  const settings = [
    `Dir::Etc::sourcelist=${source}`,
    "Dir::Etc::sourceparts=/dev/null",
    "Dir::Etc::preferences=/dev/null",
    "Dir::Etc::preferencesparts=/dev/null",
    `Dir::State::lists=${join(work, "lists")}`,
    `Dir::State::status=${join(work, "status")}`,
    `Dir::Cache=${join(work, "cache")}`,
    "APT::Default-Release=",
    "APT::Sandbox::User=",
    "Acquire::Languages=none",
    ...APT_PATIENCE,
  ];
  return settings.flatMap((setting) => ["-o", setting]);
}
