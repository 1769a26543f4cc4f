import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Family } from "../servers/family.ts";
import { dialect } from "./dialect.ts";
import { layoutOf } from "./layout.ts";
import { programAt, unpack } from "./unpack.ts";

export const mysql: Family = {
  name: "mysql",
  title: "MySQL",
  program: "mysqld",
  leastVersion: "8.0",
  advice: "Ubuntu: apt-get install mysql-server-core; Fedora: dnf install mysql-server; macOS: brew install mysql",
  // MariaDB has a link of this name as well
  versionIn: (text) => (/MariaDB/i.test(text) ? null : (/\bVer (\d+\.\d+\.\d+)/.exec(text)?.[1] ?? null)),
  layoutOf,
  unpack,
  unpackedAt: (root) => Promise.resolve(existsSync(root) ? programAt(root) : null),
  storage: [
    // 8.0 knows it from its thirtieth version on
    "--loose-innodb-redo-log-capacity=8M",
    "--innodb-buffer-pool-size=24M",
    "--innodb-autoextend-increment=1",
    "--innodb-flush-log-at-trx-commit=0",
    "--innodb-doublewrite=OFF",
    // a package names a folder here that its server then misses
    "--secure-file-priv=NULL",
    // connections come over loopback, and the key that passwords are sent with is made all the same
    "--auto-generate-certs=OFF",
    "--mysqlx=OFF",
  ],
  options: ["--binlog-rows-query-log-events=ON"],
  dialect,
  async initialise(_server, work, schema) {
    const file = join(work, "schema.sql");
    await writeFile(file, schema);
    return { options: ["--initialize-insecure", `--init-file=${file}`, "--skip-log-bin"] };
  },
  // its name among servers, and the keys that passwords are sent with
  own: ["auto.cnf", "private_key.pem", "public_key.pem"],
};
