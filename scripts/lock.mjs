// Completes package-lock.json after `npm install`, so that `npm ci` works on a bare machine:
// - entries of optional packages for other platforms, which npm leaves out when it could not see them, since `npm ci` then
//   calls the whole lock file out of step;
// - `gypfile: false` of packages that ship their binaries, which npm forgets, since `npm ci` would then compile them.
// `--check` only compares.
import { readFileSync, writeFileSync } from "node:fs";

const FILE = "package-lock.json";
const SHIPS_BINARIES = ["node_modules/better-sqlite3"];

/** Whether a dependency of the package at `key` is in the lock, looked for as Node does: upwards. */
function locked(packages, key, name) {
  for (let dir = key; ;) {
    if (packages[`${dir === "" ? "" : `${dir}/`}node_modules/${name}`] !== undefined) return true;
    if (dir === "") return false;
    const up = dir.lastIndexOf("/node_modules/");
    dir = up < 0 ? "" : dir.slice(0, up);
  }
}

/** The entry of a platform's package, made from its name: `@oxfmt/binding-linux-x64-musl`. */
function platformEntry(name, version, parent) {
  const tail = name.replace(/^@[^/]+\//, "");
  const os = /android|darwin|freebsd|linux|openharmony|win32|sunos|netbsd|openbsd|aix/.exec(tail)?.[0];
  const cpu = /arm64|arm|x64|ia32|ppc64|riscv64|s390x|loong64|mips64el|wasm32/.exec(tail)?.[0];
  if (cpu === undefined) throw new Error(`cannot tell the platform of ${name}`);
  const libc = /musl/.test(tail) ? ["musl"] : os === "linux" && /gnu/.test(tail) ? ["glibc"] : undefined;
  return {
    version,
    cpu: [cpu],
    ...(parent.dev ? { dev: true } : {}),
    ...(libc ? { libc } : {}),
    ...(parent.license ? { license: parent.license } : {}),
    optional: true,
    ...(os ? { os: [os] } : {}),
    ...(parent.engines ? { engines: parent.engines } : {}),
  };
}

function complete(lock) {
  const packages = { ...lock.packages };
  for (const [key, entry] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      if (/^\d/.test(version) && !locked(packages, key, name)) {
        packages[`node_modules/${name}`] = platformEntry(name, version, entry);
      }
    }
  }
  for (const key of SHIPS_BINARIES) packages[key] = { ...packages[key], gypfile: false };
  const sorted = Object.entries(packages).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return { ...lock, packages: Object.fromEntries(sorted) };
}

const before = readFileSync(FILE, "utf8");
const after = `${JSON.stringify(complete(JSON.parse(before)), null, 2)}\n`;
if (before !== after && process.argv.includes("--check")) {
  console.error("package-lock.json is not complete; run: npm run lock");
  process.exitCode = 1;
} else if (before !== after) writeFileSync(FILE, after);
