/** What the board and the detail of a VM ask the site: reads only, over connections of their own. */
import { databaseTrouble } from "../database-trouble.ts";
import type { Connections } from "../../../connections/connect.ts";
import type { Failure } from "../../../ports/outcome.ts";
import type { ColumnType } from "../../../ports/sql.ts";
import { err, ok, type Result } from "../../../ports/result.ts";
import type { JsonObject } from "../../../ports/json.ts";
import type { Runbook } from "../../../phases/spec.ts";
import { askSelection, candidates } from "../../../runbooks/select.ts";
import type { BoardTarget, Detail } from "../../../ui/sources.ts";
import type { Board } from "../../pack.ts";
import { withActions } from "./actions.ts";
import { describe } from "./describe.ts";
import { panelsOf, type Job, type JobStep, type VolumeWords } from "./panels.ts";

/** Age and failing step of every unfinished job; the age by the server's own clock, so that no zone can be wrong. */
const AGES = `
  SELECT j.vm_context_id AS context_id, COALESCE(TIMESTAMPDIFF(SECOND, j.created_at, NOW()), -1) AS seconds,
         COALESCE(s.name, '') AS step, COALESCE(s.status, '') AS step_status, COALESCE(s.error_message, '') AS error
    FROM failover_jobs j
    LEFT JOIN job_steps s ON s.id = (
         SELECT MAX(y.id) FROM job_steps y WHERE y.job_id = j.job_id AND y.status IN ('failed', 'running'))
   WHERE j.id IN (SELECT MAX(x.id) FROM failover_jobs x
                   WHERE x.status NOT IN ('completed', 'failed', 'cleanup') GROUP BY x.vm_context_id)`;
const VOLUMES = `
  SELECT volume_id, volume_name, COALESCE(status, '') AS status, COALESCE(snapshot_id, '') AS snapshot_id,
         CONCAT('/dev/disk/by-id/virtio-', LEFT(REPLACE(volume_id, '-', ''), 20)) AS device
    FROM ossea_volumes WHERE vm_context_id = :context AND COALESCE(status, '') <> 'deleted' ORDER BY id`;
const JOBS = `
  SELECT j.job_id, j.job_type, j.status, COALESCE(t.status, 'nothing') AS tracking, COALESCE(CAST(j.created_at AS CHAR), '') AS since
    FROM failover_jobs j LEFT JOIN job_tracking t ON t.id = j.job_id
   WHERE j.vm_context_id = :context ORDER BY j.id DESC LIMIT 6`;
const STEPS = `
  SELECT s.job_id, s.name, s.status, COALESCE(s.error_message, '') AS error
    FROM job_steps s WHERE s.job_id = :job ORDER BY s.seq`;
const APPLIANCE = "SELECT COALESCE(oma_vm_id, '') AS oma_vm_id FROM ossea_configs WHERE is_active = 1";

type Columns = Readonly<Record<string, ColumnType>>;
const text = (...names: readonly string[]): Columns => Object.fromEntries(names.map((name) => [name, "text" as const]));
const cell = (row: JsonObject | undefined, name: string): string => String(row?.[name] ?? "");

/** The rows of the board: the runbook's own selection, with age and step beside it. */
async function readBoard(
  connections: Connections,
  [runbook]: readonly Runbook[],
): Promise<Result<BoardTarget[], string>> {
  const { sql } = connections;
  if (runbook === undefined) return err("the runbook file holds no runbook");
  const selection = await askSelection(runbook, connections);
  if (!selection.ok) return err(databaseTrouble(selection.error));
  const ages = await sql.read(
    { sql: AGES, values: {} },
    { ...text("context_id", "step", "step_status", "error"), seconds: "int" },
  );
  if (!ages.ok) return err(ages.error.message);
  const byKey = new Map(ages.value.rows.map((row) => [cell(row, "context_id"), row]));
  return ok(
    candidates(runbook, selection.value).map(({ key, label, row, stuck }) => {
      const age = byKey.get(key);
      const step = cell(age, "step");
      // To the minute: the board is not a stopwatch, and a second more is no news.
      const raw = Number(age?.["seconds"] ?? -1);
      const seconds = raw - (raw > 0 ? raw % 60 : 0);
      return describe({
        key,
        label,
        row,
        stuck,
        seconds: seconds < 0 ? null : seconds,
        step: step === "" ? null : { name: step, status: cell(age, "step_status"), error: cell(age, "error") },
      });
    }),
  );
}

/** What does not answer of all that a recovery needs besides the database: as sentences. */
async function silentParts({ volume }: Connections): Promise<string[]> {
  const health = await volume.health();
  return health.ok ? [] : [health.error.message];
}

/** What an answer has; null where there is none, and then its trouble is among what is missing. */
function valueIn<T>(answer: Result<T, Failure>, missing: string[]): T | null {
  if (answer.ok) return answer.value;
  missing.push(answer.error.message);
  return null;
}

async function readVolumes(
  { sql, volume }: Connections,
  context: string,
  missing: string[],
): Promise<Result<{ volumes: VolumeWords[]; devices: string[] }, Failure>> {
  const rows = await sql.read(
    { sql: VOLUMES, values: { context } },
    text("volume_id", "volume_name", "status", "snapshot_id", "device"),
  );
  if (!rows.ok) return rows;
  const appliance = await sql.read({ sql: APPLIANCE, values: {} }, text("oma_vm_id"));
  const ids = rows.value.rows.map((row) => cell(row, "volume_id"));
  // Without the appliance's own id nobody can say where a volume is, and nothing is made up for it.
  const answer = appliance.ok ? await volume.look(ids, cell(appliance.value.rows[0], "oma_vm_id")) : appliance;
  const looks = new Map((valueIn(answer, missing) ?? []).map((look) => [look.volume_id, look]));
  const volumes = rows.value.rows.map((row) => ({
    id: cell(row, "volume_id"),
    name: cell(row, "volume_name"),
    database: cell(row, "status"),
    snapshot: cell(row, "snapshot_id"),
    look: looks.get(cell(row, "volume_id")) ?? null,
  }));
  return ok({ volumes, devices: rows.value.rows.map((row) => cell(row, "device")) });
}

const jobOf = (row: JsonObject): Job => ({
  id: cell(row, "job_id"),
  type: cell(row, "job_type"),
  status: cell(row, "status"),
  tracking: cell(row, "tracking"),
  since: cell(row, "since"),
});

const stepOf = (row: JsonObject): JobStep => ({
  job: cell(row, "job_id"),
  name: cell(row, "name"),
  status: cell(row, "status"),
  error: cell(row, "error"),
});

/** The job whose steps are shown: the open one, else the newest. */
const currentJob = (jobs: readonly Job[] | null): string =>
  (jobs?.find(({ status }) => !["completed", "failed", "cleanup"].includes(status)) ?? jobs?.[0])?.id ?? "";

/** Everything that is known of one VM. What does not answer is named, the rest is shown. */
async function readDetail(connections: Connections, target: BoardTarget): Promise<Result<Detail, string>> {
  const { sql, process } = connections;
  const missing: string[] = [];
  const context = target.key;
  const volumes = await readVolumes(connections, context, missing);
  if (!volumes.ok) return err(volumes.error.message);
  const holders = valueIn(await process.holders(volumes.value.devices), missing);
  const jobAnswer = await sql.read(
    { sql: JOBS, values: { context } },
    text("job_id", "job_type", "status", "tracking", "since"),
  );
  const jobs = valueIn(jobAnswer, missing)?.rows.map(jobOf) ?? null;
  const job = currentJob(jobs);
  const stepAnswer = await sql.read({ sql: STEPS, values: { job } }, text("job_id", "name", "status", "error"));
  const steps = valueIn(stepAnswer, missing)?.rows.map(stepOf) ?? null;
  // Without the jobs it is not known of which one the steps are.
  return ok(panelsOf({ volumes: volumes.value.volumes, holders, jobs, steps: jobs === null ? null : steps, missing }));
}

/** What the board of an appliance asks. */
export const board: Board = { read: readBoard, detail: readDetail, withActions, silent: silentParts };
