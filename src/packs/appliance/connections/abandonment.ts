/**
 * Whether the Volume Daemon will ever end an operation whose row says `pending` or `executing`. It does not take them up
 * again after a restart, and what it cannot write down stays as it was. Proof is the start of its process, or CloudStack's
 * own jobs; without either nobody knows, and the operation counts as going on.
 */
import { mayBeAt } from "../kinds/at-volume.ts";
import type { AsyncJob, CloudStackPort } from "../ports/cloudstack.ts";
import type { ClockPort } from "../../../ports/clock.ts";
import type { ProcessPort } from "../../../ports/process.ts";
import type { VolumeOperation } from "../ports/volume.ts";

export interface AbandonmentSources {
  readonly cloudstack: Pick<CloudStackPort, "jobs">;
  readonly process: Pick<ProcessPort, "service">;
  readonly clock: Pick<ClockPort, "scale">;
}

type Asked = Pick<VolumeOperation, "id" | "type" | "volume_id"> & { readonly created: number };

/** The daemon looks at a job at least every 15 s, then waits 10 s for a device: after that it is not going to write. */
const LAG_SECONDS = 30;
/** The daemon waits 60 s for an answer, 300 s for the job and 10 s for the device; after ten minutes it waits for nothing. */
const AGE_SECONDS = 10 * 60;

/** Two clocks of whole seconds, of which one is known by an answer that was under way for a while. */
const CLOCKS_SECONDS = 2;

/** Why the operation is abandoned, as the end of a sentence about it; '' while that is not proved. `siblings`: those of its volume. */
export async function abandonment(
  operation: Asked,
  siblings: readonly VolumeOperation[],
  sources: AbandonmentSources,
): Promise<string> {
  const daemons = await sources.process.service("daemon");
  const processes = daemons.ok ? daemons.value : [];
  // Its time was rounded down: it may have been asked for up to a second later.
  if (processes.length > 0 && processes.every(({ started: startS }) => startS >= operation.created + 1))
    return `the Volume Daemon was started after it was asked for, and takes up nothing that it had begun`;
  const jobs = await sources.cloudstack.jobs();
  return jobs.ok ? byJobs(operation, siblings, jobs.value, sources.clock.scale) : "";
}

/** Whether an operation was at its work when a job began, as far as the clocks can tell. */
const wasAtWork = (
  { created: createdS, completed: completedS }: Pick<VolumeOperation, "created" | "completed">,
  timeS: number,
): boolean =>
  (createdS === null || createdS <= timeS + CLOCKS_SECONDS) &&
  (completedS === null || completedS >= timeS - CLOCKS_SECONDS);

/** Whether a job of CloudStack's was begun for this operation and for no other one of the volume. */
function isIts(
  job: AsyncJob,
  { id, type, volume_id, created: requestS }: Asked,
  siblings: readonly VolumeOperation[],
): boolean {
  const { created: createdS, instance, command } = job;
  if (createdS === null || instance !== volume_id || !command.toLowerCase().startsWith(type)) return false;
  const rivals = siblings.filter((rival) => rival.id !== id && rival.type === type);
  return createdS >= requestS - CLOCKS_SECONDS && !rivals.some((rival) => wasAtWork(rival, createdS));
}

function byJobs(
  operation: Asked,
  siblings: readonly VolumeOperation[],
  jobs: readonly AsyncJob[],
  scale: number,
): string {
  // Where CloudStack's clock is not known, its jobs have no times: one of the volume's may be this one's.
  const isTimeless = (job: AsyncJob): boolean => job.created === null && job.instance === operation.volume_id;
  if (jobs.some((job) => mayBeAt(job, operation.volume_id) || isTimeless(job))) return "";
  const ownJobs = jobs.filter((job) => isIts(job, operation, siblings));
  const [newest] = ownJobs.toSorted((a, b) => (b.created ?? 0) - (a.created ?? 0));
  if (newest === undefined || newest.completed === null) return byAge(operation, scale);
  return isPast(newest.completed, LAG_SECONDS / scale)
    ? `CloudStack ended its job ${newest.id} for it long ago, and the Volume Daemon has not written that down`
    : "";
}

const byAge = ({ created: createdS }: Asked, scale: number): string =>
  isPast(createdS, AGE_SECONDS / scale)
    ? "it was asked for longer ago than the Volume Daemon ever waits, and CloudStack has no job of it"
    : "";

/** Whether a time is so long ago, as far as the clocks can tell. */
const isPast = (timeS: number, waitS: number): boolean => Date.now() / 1000 - timeS >= waitS + CLOCKS_SECONDS;
