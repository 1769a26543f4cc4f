import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { libraryFolders, unpackPackages, type Requirement } from "../packages.ts";
import type { Family } from "../servers/family.ts";
import { layoutOf } from "./layout.ts";

const requirement: Requirement = {
  program: "usr/sbin/mariadbd",
  // Ubuntu 22.04 has the version in the name
  groups: [["mariadb-server-core", "mariadb-server-core-10.6"]],
};

export const mariadb: Family = {
  name: "mariadb",
  title: "MariaDB",
  program: "mariadbd",
  leastVersion: "10.6",
  advice:
    "Debian/Ubuntu: apt-get install mariadb-server-core; Fedora: dnf install mariadb-server; macOS: brew install mariadb",
  versionIn: (text) => /\bVer (\d+\.\d+\.\d+)\S*MariaDB/.exec(text)?.[1] ?? null,
  layoutOf,
  unpack: (work, env) => unpackPackages(requirement, work, env),
  async unpackedAt(root) {
    const binary = join(root, requirement.program);
    return existsSync(binary) ? { binary, libraries: await libraryFolders(root), loader: null } : null;
  },
  storage: [
    "--innodb-log-file-size=8M",
    "--innodb-buffer-pool-size=24M",
    "--innodb-autoextend-increment=1",
    "--innodb-flush-log-at-trx-commit=0",
    "--innodb-doublewrite=0",
  ],
  options: ["--binlog-format=ROW", "--binlog-annotate-row-events=1", "--aria-pagecache-buffer-size=1M"],
  dialect: (schema) => schema,
  async initialise(server, _work, schema) {
    const parts = await Promise.all(server.sql.map((path) => readFile(path, "utf8")));
    const own = "create database mysql;\nuse mysql;\nset @skip_auth_anonymous = 1;\n";
    return { options: ["--bootstrap"], input: [own, ...parts, schema].join("\n") };
  },
  own: [],
};
