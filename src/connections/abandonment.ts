/**
 * Whether the Volume Daemon will ever end an operation whose row says `pending` or `executing`. It does not take them up
 * again after a restart, and what it cannot write down stays as it was. Proof is the start of its process, or CloudStack's
 * own jobs; without either nobody knows, and the operation counts as going on.
 */
import { mayBeAt } from "../phases/at-volume.ts";
import type { AsyncJob, ClockPort, CloudStackPort, ProcessPort, VolumeOperation } from "../phases/ports.ts";

export interface AbandonmentSources {
  readonly cloudstack: Pick<CloudStackPort, "jobs">;
  readonly process: Pick<ProcessPort, "daemon">;
  readonly clock: Pick<ClockPort, "scale">;
}

type Asked = Pick<VolumeOperation, "id" | "type" | "volume_id"> & { readonly created: number };

/** The daemon looks at a job at least every 15 s, then waits 10 s for a device: after that it is not going to write. */
const LAG_SECONDS = 30;
/** The daemon waits 60 s for an answer, 300 s for the job and 10 s for the device; after ten minutes it waits for nothing. */
const AGE_SECONDS = 10 * 60;

/** Two clocks of whole seconds, of which one is known by an answer that was under way for a while. */
const CLOCKS_SECONDS = 2;

/** Why the operation is abandoned, as the end of a sentence about it; '' while that is not proved. `all`: those of its volume. */
export async function abandonment(
  operation: Asked,
  all: readonly VolumeOperation[],
  sources: AbandonmentSources,
): Promise<string> {
  const daemons = await sources.process.daemon();
  const known = daemons.ok ? daemons.value : [];
  // Its time was rounded down: it may have been asked for up to a second later.
  if (known.length > 0 && known.every(({ started }) => started >= operation.created + 1))
    return `the Volume Daemon was started after it was asked for, and takes up nothing that it had begun`;
  const jobs = await sources.cloudstack.jobs();
  return jobs.ok ? byJobs(operation, all, jobs.value, sources.clock.scale) : "";
}

/** Whether an operation was at its work when a job began, as far as the clocks can tell. */
const wasAtWork = ({ created, completed }: Pick<VolumeOperation, "created" | "completed">, at: number): boolean =>
  (created === null || created <= at + CLOCKS_SECONDS) && (completed === null || completed >= at - CLOCKS_SECONDS);

/** Whether a job of CloudStack's was begun for this operation and for no other one of the volume. */
function isIts(
  job: AsyncJob,
  { id, type, volume_id, created: since }: Asked,
  all: readonly VolumeOperation[],
): boolean {
  const { created, instance, command } = job;
  if (created === null || instance !== volume_id || !command.toLowerCase().startsWith(type)) return false;
  const others = all.filter((other) => other.id !== id && other.type === type);
  return created >= since - CLOCKS_SECONDS && !others.some((other) => wasAtWork(other, created));
}

function byJobs(operation: Asked, all: readonly VolumeOperation[], jobs: readonly AsyncJob[], scale: number): string {
  if (jobs.some((job) => mayBeAt(job, operation.volume_id))) return "";
  // Where CloudStack's clock is not known, its jobs have no times: one of the volume's may be this one's.
  const timeless = (job: AsyncJob): boolean => job.created === null && job.instance === operation.volume_id;
  if (jobs.some(timeless)) return "";
  const now = Date.now() / 1000;
  const its = jobs.filter((job) => isIts(job, operation, all));
  const [newest] = its.toSorted((a, b) => (b.created ?? 0) - (a.created ?? 0));
  if (newest !== undefined && newest.completed !== null)
    return now - newest.completed >= LAG_SECONDS / scale + CLOCKS_SECONDS
      ? `CloudStack ended its job ${newest.id} for it long ago, and the Volume Daemon has not written that down`
      : "";
  return now - operation.created >= AGE_SECONDS / scale + CLOCKS_SECONDS
    ? "it was asked for longer ago than the Volume Daemon ever waits, and CloudStack has no job of it"
    : "";
}
