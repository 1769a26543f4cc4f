/** The statements that README and docs show, typed as they stand there, on each server. */
import { WHOLE } from "../support/sample.ts";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { answered } from "../support/answered.ts";
import { onServers } from "../support/needs.ts";
import { shellEnv } from "../support/room.ts";
import { openSqlLab, type SqlLab } from "../support/sql-lab.ts";

const top = join(import.meta.dirname, "../..");
const pages = ["README.md", "docs/sql.md"].map((page) => readFileSync(join(top, page), "utf8"));
const examples = pages.flatMap((page) => page.match(/^bin\/handrail (?:sql|undo) .*$/gmu) ?? []);

await onServers((server) => {
  let lab: SqlLab;
  beforeAll(async () => {
    lab = await openSqlLab(server);
  });
  afterAll(() => lab.stop());

  const sums = async (): Promise<string> => {
    const [rows] = await lab.root.query("CHECKSUM TABLE failover_jobs, job_tracking, job_steps, log_events");
    return JSON.stringify(rows);
  };

  it("carries the examples out, one after the other, and takes each change back to the byte", async () => {
    expect(examples.filter((line) => line.includes(" undo "))).toHaveLength(3);
    const env = { ...shellEnv(), XDG_STATE_HOME: lab.folder, XDG_CONFIG_HOME: lab.folder };
    const was = await sums();
    for (const line of examples) {
      const { exit, shown } = await answered("/bin/sh", ["-c", line], { env, cwd: top });
      expect(exit, `${line}\n${shown}`).toBe(0);
      const changes = /sql "(?!SELECT)/u.test(line);
      expect((await sums()) === was, `rows are as before after ${line}`).toBe(!changes);
    }
  });
}, { mysql: WHOLE });
