import type { Api } from "../api/context.ts";
import { messageOf } from "../api/context.ts";
import { endJob } from "../api/joblog.ts";
import { countWork } from "../appliance/admin.ts";
import { pause } from "../appliance/clock.ts";
import { afterVirtio } from "./after.ts";

/** Milliseconds between two looks of an engine that polls. */
const EVERY = 2000;

/** What the user's plan takes an engine to be: one that looks at the database and goes on when it likes what it sees. */
export async function adoptPolling(api: Api, job: string, reacts: "nudge" | "advance" | "deaf"): Promise<void> {
  const touchTime = async (): Promise<string> => {
    const row = await api.db.row("select cast(updated_at as char) as at from job_tracking where id = ?", [job]);
    return String(row?.["at"]);
  };
  const firstTime = await touchTime();
  const engine = { stopped: false };
  api.engines.set(job, {
    stop() {
      engine.stopped = true;
    },
  });
  const mayGoOn = async (): Promise<boolean> => {
    if (reacts === "deaf") return false;
    if (reacts === "nudge") return (await touchTime()) !== firstTime;
    const row = await api.db.row("select status from failover_jobs where job_id = ?", [job]);
    return row?.["status"] === "creating_vm";
  };
  const run = async (): Promise<void> => {
    while (!engine.stopped) {
      await pause(EVERY, api.lab.scale);
      if (engine.stopped || !(await mayGoOn())) continue;
      await countWork(goOn(api, job));
      api.engines.delete(job);
      return;
    }
  };
  void run().catch(() => undefined);
}

async function goOn(api: Api, job: string): Promise<void> {
  const failover = await api.db.row("select * from failover_jobs where job_id = ?", [job]);
  if (!failover) return;
  try {
    await afterVirtio(api, job, failover);
    await endJob(api.db, job, "completed", null);
  } catch (problem) {
    await endJob(api.db, job, "failed", messageOf(problem));
  }
}
