/**
 * Whether a revert still stands: nobody writes to a disk that is attached to nothing, so it does as long as nothing was
 * attached since. Both sides have to tell; an account that may not list jobs cannot know.
 */
import type { Failure } from "../../../ports/outcome.ts";
import type { AsyncJob } from "../ports/cloudstack.ts";
import type { Ports } from "../../../ports/ports.ts";
import { ok, type Result } from "../../../ports/result.ts";

/** What an account that may not ask leaves unknown: null instead of a failure. */
export const nullIfRefused = <T>(answer: Result<T, Failure>): Result<T | null, Failure> =>
  !answer.ok && answer.error.kind === "refused" ? ok(null) : answer;

/** The disk of a snapshot; null where nobody says. */
async function diskOf(snapshot: string, { cloudstack }: Ports): Promise<Result<string | null, Failure>> {
  const rows = nullIfRefused(await cloudstack.list("listSnapshots", { id: snapshot }));
  if (!rows.ok) return rows;
  const disk = rows.value?.[0]?.["volumeid"];
  return ok(typeof disk === "string" ? disk : null);
}

/** A revert: its snapshot and the disk of that, and the time from which on an attach counts as after it, seconds since 1970. */
interface Revert {
  readonly snapshot: string;
  readonly disk: string;
  readonly timeS: number;
}

/** Whether something was begun after the revert; what does not say when it was may have been. */
const isLater = ({ created: createdS }: { readonly created: number | null }, { timeS }: Revert): boolean =>
  (createdS ?? timeS) >= timeS;

/** Whether both sides tell that nothing was attached since; false where one of them cannot. */
async function isUntouched(revert: Revert, ports: Ports): Promise<Result<boolean, Failure>> {
  const operations = await ports.volume.operations(revert.disk);
  if (!operations.ok) return operations;
  const wasAttached = operations.value.some((operation) => operation.type === "attach" && isLater(operation, revert));
  return wasAttached ? ok(false) : isUntouchedByJobs(revert, ports);
}

async function isUntouchedByJobs(revert: Revert, { cloudstack }: Ports): Promise<Result<boolean, Failure>> {
  const jobs = nullIfRefused(await cloudstack.jobs());
  if (!jobs.ok) return jobs;
  if (jobs.value === null || !reachesBack(revert, jobs.value)) return ok(false);
  // An attach that does not say on what it worked may have been of this disk.
  const isOfDisk = ({ instance }: AsyncJob): boolean => instance === revert.disk || instance === "";
  return ok(!jobs.value.some((job) => isOfDisk(job) && isAttach(job) && isLater(job, revert)));
}

/**
 * Whether the jobs reach back to the revert. Before 4.12 CloudStack lists finished ones as well and throws them away after a
 * day (`job.expire.minutes`), the oldest first: a job that is done and began before that time is a witness of all that came
 * after, or the revert's own. A failed one is none: those that a restart broke off stay for ever. Since 4.12 a list has only
 * what is pending: it reaches back to nothing.
 */
const reachesBack = ({ snapshot, timeS }: Revert, jobs: readonly AsyncJob[]): boolean =>
  jobs.some(
    ({ status, created: createdS, instance }) =>
      status === "done" && createdS !== null && createdS <= (instance === snapshot ? timeS + 4 : timeS),
  );

const isAttach = ({ command }: AsyncJob): boolean => command.toLowerCase() === "attachvolume";

/** Whether a disk is known, and attached to nothing. */
async function isDetached(disk: string, { cloudstack }: Ports): Promise<Result<boolean, Failure>> {
  const rows = await cloudstack.list("listVolumes", { id: disk });
  if (!rows.ok) return rows;
  const holder = rows.value[0]?.["virtualmachineid"];
  return ok(rows.value.length === 1 && (typeof holder !== "string" || holder === ""));
}

async function isProved(revert: Revert, ports: Ports): Promise<Result<boolean, Failure>> {
  const witness = await isUntouched(revert, ports);
  return witness.ok && witness.value ? isDetached(revert.disk, ports) : witness;
}

/** How it is seen that a revert which was confirmed at `time` (ISO 8601) still stands; null where it does not, or nobody can tell. */
export async function revertStands(
  snapshot: string,
  time: string,
  ports: Ports,
): Promise<Result<string | null, Failure>> {
  const disk = await diskOf(snapshot, ports);
  if (!disk.ok || disk.value === null) return disk;
  // Whole seconds of several clocks: what came at about the same time counts as after it.
  const timeS = Math.floor(Date.parse(time) / 1000) - 2;
  const proof = await isProved({ snapshot, disk: disk.value, timeS }, ports);
  if (!proof.ok) return proof;
  return ok(proof.value ? "the volume is detached, and nothing has attached it since" : null);
}
