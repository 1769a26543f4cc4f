/** What is tried in a bare root with each package. A trial throws where something is not as it has to be; it answers what was seen. */
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { Root } from "./root.ts";

export interface Packages {
  readonly tarball: string;
  readonly deb: string;
  readonly npm: string;
}
export interface Trial {
  readonly name: string;
  /** What it shows, as the table has it. */
  readonly shows: string;
  readonly run: (root: Root, packages: Packages, tools: Tools) => Promise<void>;
}
export interface Tools {
  /** A folder whose `node_modules` holds the oldest Node.js that is supported, and npm. */
  readonly node: string;
  /** Where npm fetches packages from. */
  readonly registry: string;
}

function agree(what: string, said: string, expected: RegExp): void {
  if (!expected.test(said)) throw new Error(`${what}: ${said.split("\n").slice(-4).join(" / ")}`);
}

const install = (root: Root, ...names: string[]): Promise<string> =>
  root.fetch(`apt-get update -q && apt-get install -q -y --no-install-recommends ${names.join(" ")}`);

/** Brings a lab up, sees its board on a terminal, has the doctor look, and takes it down. */
async function lab(root: Root, user: string, program: string): Promise<void> {
  await root.run(user, `${program} lab up`);
  const screen = root.terminal(user, `${program} --lab`);
  await screen.waitFor("pgtest1");
  await screen.press("q");
  if ((await screen.ended) !== 0) throw new Error("the board did not end with 0");
  agree("doctor", await root.run(user, `${program} doctor --lab`), /none is broken/u);
  await root.run(user, `${program} lab down --rm`);
}

const tarball: Trial = {
  name: "tarball",
  shows: "no Node.js and no network: unpacked by a user, board of the lab, `doctor`",
  run: async (root, packages) => {
    await install(root, "mariadb-server-core", "xz-utils");
    cpSync(packages.tarball, join(root.folder, "home/plain", basename(packages.tarball)));
    agree("node", await root.run("plain", "command -v node || echo none"), /^none$/u);
    await root.run("plain", `tar -xJf ${basename(packages.tarball)}`);
    await lab(root, "plain", `./${basename(packages.tarball, ".tar.xz")}/bin/handrail`);
  },
};

/** All that is on the root, but for what the distribution's tools and the lab's user write. */
const files = async (root: Root): Promise<string[]> => {
  const left = [
    "./proc",
    "./sys",
    "./dev",
    "./tmp",
    "./run",
    "./home",
    "./root",
    "./var/lib/dpkg",
    "./var/log",
    "./var/cache",
  ];
  const all = await root.fetch(`cd / && find . ${left.map((name) => `-path ${name} -prune -o`).join(" ")} -print`);
  return all.split("\n").toSorted();
};

const TOKEN = "t".repeat(40);

interface LabSite {
  readonly mysql: { readonly password: string };
}

/** The configuration of a machine on which the lab of `plain` stands for the appliance, for `serve`. */
function configure(root: Root): void {
  const site = readFileSync(join(root.folder, "home/plain/.local/state/handrail/labs/default/site.json"), "utf8");
  const { mysql, volume_daemon, cloudstack, oma_api } = JSON.parse(site) as LabSite & Record<string, unknown>;
  const folder = join(root.folder, "etc/handrail");
  mkdirSync(folder);
  const secret = (name: string, text: string): { file: string } => {
    writeFileSync(join(folder, name), text, { mode: 0o600 });
    return { file: `/etc/handrail/${name}` };
  };
  const appliance = {
    mysql: { ...mysql, password: secret("mysql", mysql.password) },
    volume_daemon,
    cloudstack,
    oma_api,
  };
  const serve = { token: secret("token", TOKEN), port: 8083 };
  writeFileSync(join(folder, "config.yaml"), JSON.stringify({ sites: { appliance }, serve }), { mode: 0o644 });
}

/** The unit's own command line, as its user, with its environment and its two capabilities. */
function serviceLine(root: Root): string {
  const unit = readFileSync(join(root.folder, "usr/lib/systemd/system/handrail-serve.service"), "utf8");
  const setting = (name: string): string => new RegExp(`^${name}=(.*)$`, "mu").exec(unit)?.[1] ?? "";
  const caps = setting("AmbientCapabilities").toLowerCase().replaceAll("cap_", "+").replaceAll(" ", ",");
  const as = `setpriv --reuid=${setting("User")} --regid=${setting("Group")} --clear-groups --no-new-privs`;
  const may = `--inh-caps=-all,${caps} --ambient-caps=-all,${caps} --bounding-set=-all,${caps}`;
  return `cd / && umask ${setting("UMask")} && exec env ${setting("Environment")} ${as} ${may} ${setting("ExecStart")}`;
}

/** Health, which needs no token, and the call itself for a VM that nobody has: it was looked for in the database. */
const CALL = `const to = (path, how) => fetch("http://127.0.0.1:8083" + path, how).then(({ status }) => status);
const call = { method: "POST", headers: { authorization: "Bearer ${TOKEN}" } };
console.log(await to("/healthz"), await to("/api/v1/failover/nobody/cleanup-failed", call));`;

const debian: Trial = {
  name: "Debian package",
  shows:
    "installed, the unit's command line as its user answers a call, SIGTERM ends it with 0, purged: only journals stay",
  run: async (root, packages) => {
    await install(root, "mariadb-server-core", "libstdc++6");
    const before = await files(root);
    cpSync(packages.deb, join(root.folder, "var/cache", basename(packages.deb)));
    await root.run("root", `dpkg -i /var/cache/${basename(packages.deb)}`);
    agree("version", await root.run("plain", "handrail --version"), /^handrail \d/u);
    agree("verify", await root.run("root", "dpkg --verify handrail && echo whole"), /^whole$/u);
    await root.run("plain", "handrail lab up");
    configure(root);
    await root.run("root", "install -d -o handrail -g handrail -m 0700 /var/lib/handrail /var/cache/handrail");
    const served = root.terminal("root", serviceLine(root));
    await served.waitFor("listening on");
    const node = "/usr/lib/handrail/node/bin/node --input-type=module";
    agree("call", await root.run("plain", `${node} -e '${CALL}'`), /^200 404$/u);
    process.kill(served.pid, "SIGTERM"); // all that came before it was exec
    if ((await served.ended) !== 0) throw new Error("serve did not end with 0");
    await root.run("plain", "handrail lab down --rm");
    await root.run("root", "dpkg --purge handrail && rm -r /etc/handrail");
    const known = /^\.\/(?:var\/lib\/handrail(?:\/|$)|etc\/(?:passwd|group|shadow|gshadow|sub[ug]id|\.pwd\.lock))/u;
    const left = (await files(root)).filter((name) => !before.includes(name) && !known.test(name));
    if (left.length > 0) throw new Error(`left after the purge: ${left.slice(0, 5).join(" ")}`);
  },
};

/** npm writes what it fetches, so that the machine's network is needed; what it installed is then started without. */
async function npmOf(root: Root, packages: Packages, { node, registry }: Tools): Promise<void> {
  await install(root, "mariadb-server-core", "libstdc++6");
  const local = join(root.folder, "usr/local");
  cpSync(join(node, "node_modules/node/bin/node"), join(local, "bin/node"));
  cpSync(join(node, "node_modules/npm"), join(local, "lib/npm"), { recursive: true });
  cpSync(packages.npm, join(root.folder, "opt", basename(packages.npm)));
  const settings = ["audit=false", "fund=false", "update-notifier=false", "cafile=/etc/ssl/machine.crt"];
  writeFileSync(join(root.folder, "root/.npmrc"), [`registry=${registry}`, ...settings, ""].join("\n"));
}

const npm = (name: string, flags: string, program: string): Trial => ({
  name: `npm package, ${name}`,
  shows: "on the oldest Node.js that is supported: `--version`, `lint`, board of the lab, `doctor`",
  run: async (root, packages, tools) => {
    await npmOf(root, packages, tools);
    const file = `/opt/${basename(packages.npm)}`;
    await root.fetch(
      `cd /opt && node /usr/local/lib/npm/bin/npm-cli.js install ${flags} ${file} && chmod -R a+rX /opt /usr/local`,
    );
    agree("version", await root.run("plain", `${program} --version`), /^handrail \d/u);
    await root.run("plain", `${program} lint`);
    await lab(root, "plain", program);
  },
});

export const TRIALS: readonly Trial[] = [
  tarball,
  debian,
  npm("global", "--global", "handrail"),
  npm("in a prefix, without development packages", "--global --prefix /opt/own --omit=dev", "/opt/own/bin/handrail"),
];

/** The packages in a folder that `npm run package` made. Throws where one is missing. */
export function packagesIn(folder: string): Packages {
  const file = (end: RegExp): string => {
    const name = readdirSync(folder).find((each) => end.test(each));
    if (name === undefined) throw new Error(`${folder} has no package ${String(end)}; run: npm run package`);
    return join(folder, name);
  };
  return { tarball: file(/-linux-x64\.tar\.xz$/u), deb: file(/_amd64\.deb$/u), npm: file(/\d\.tgz$/u) };
}
