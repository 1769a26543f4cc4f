/** The appliance's own tables: jobs that are children of jobs, with steps that go with them. */
import { numbers } from "./draw.ts";
import type { SceneChange } from "./scene.ts";
import type { Stage } from "./stage.ts";

type Id = (n: number) => string;

const INTO_STEPS = "INSERT INTO job_steps (job_id, name, seq, status)";

/** Jobs in a tree, two steps each. */
export function jobs(stage: Stage): SceneChange {
  const { draw, seed } = stage;
  const id: Id = (n) => `'j${seed}-${n}'`;
  const count = 3 + draw.below(4);
  plant(stage, id, count);
  const last = id(count - 1);
  offer(stage, id, last);
  const owner = `owner = 'o${seed}'`;
  const job = (sql: string): SceneChange => ({ sql, touched: ["job_tracking"] });
  return draw.pick<SceneChange>([
    job(`DELETE FROM job_tracking WHERE id = ${id(0)}`),
    job(`DELETE FROM job_tracking WHERE id = ${last}`),
    job(`DELETE FROM job_tracking WHERE ${owner}`),
    job(`DELETE FROM job_tracking WHERE parent_job_id IS NULL AND ${owner}`),
    job(`UPDATE job_tracking SET status = 'failed' WHERE ${owner}`),
    {
      sql: `DELETE s, j FROM job_steps s JOIN job_tracking j ON j.id = s.job_id WHERE j.id = ${last}`,
      touched: ["job_steps", "job_tracking"],
    },
  ]);
}

function plant(stage: Stage, id: Id, count: number): void {
  const { draw, seed } = stage;
  const rows = numbers(count).map((n) => {
    const parent = n === 0 ? "NULL" : id(draw.below(n));
    return `(${id(n)}, ${parent}, 'cleanup', 'op ${n}', 'running', 'o${seed}')`;
  });
  const steps = numbers(count * 2).map((n) => `(${id(n >> 1)}, 'step ${n}', ${n}, 'running')`);
  stage.run(
    `INSERT INTO job_tracking (id, parent_job_id, job_type, operation, status, owner) VALUES ${rows.join(", ")}`,
    `${INTO_STEPS} VALUES ${(draw.once(2) ? steps : steps.slice(2)).join(", ")}`,
  );
  stage.cleanUp(`DELETE FROM job_steps WHERE job_id LIKE 'j${seed}-%'`);
  stage.cleanUp(`DELETE FROM job_tracking WHERE id LIKE 'j${seed}-%'`);
}

function offer(stage: Stage, id: Id, last: string): void {
  const step = (n: number): string => `(${last}, 'late', ${100 + n}, 'running')`;
  stage.interfere("child added", `${INTO_STEPS} VALUES ${step(0)}, ${step(1)}`);
  stage.interfere("child added", `${INTO_STEPS} SELECT id, 'late', 100, 'running' FROM job_tracking`);
  stage.interfere("child added", `${INTO_STEPS} VALUES ${step(2)}`);
  stage.interfere("parent moved", `UPDATE job_tracking SET parent_job_id = NULL WHERE id = ${id(1)}`);
  stage.interfere(
    "row added",
    `INSERT INTO job_tracking (id, parent_job_id, operation, owner) VALUES (${id(90)}, ${id(0)}, 'late', 'x')`,
  );
}
