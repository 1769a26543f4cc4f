/**
 * The jobs of CloudStack that are awaited, asked for together. `listAsyncJobs` lists what is pending: since 4.12 a job
 * leaves the list in the transaction that ends it, and its result is to be had by its id alone (`queryAsyncJobResult`, for
 * a day). So the list tells who goes on, and never how anything ended.
 */
import type { Failure } from "../../../../ports/outcome.ts";
import { err, ok, type Result } from "../../../../ports/result.ts";
import type { AsyncJob } from "../../ports/cloudstack.ts";

/** The first page of the list: the jobs of it that can be read, and whether there are more pages. */
export interface JobPage {
  readonly jobs: readonly AsyncJob[];
  readonly isWhole: boolean;
}

/** Whether a failure is one of the list: by their ids jobs may be known all the same. */
const isOfList = ({ kind, code }: Failure): boolean => kind === "garbled" || (kind === "refused" && code !== TOO_OFTEN);

/** CloudStack's code for more requests than an account may send: more of them would be the wrong answer. */
const TOO_OFTEN = "429";
/** Its code for a command that this account does not have. */
const UNAVAILABLE = "432";

/** Asks for the jobs that are pending, by the first page of CloudStack's list. */
export function pendingJobs(
  page: () => Promise<Result<JobPage, Failure>>,
): (ids: readonly string[]) => Promise<Result<ReadonlyMap<string, AsyncJob>, Failure>> {
  /** Whether the list is of no use: this account does not have it, or it is so long that ours are not on its first page. */
  let isUseless = false;
  return async (ids) => {
    if (isUseless) return ok(new Map());
    const got = await page();
    if (!got.ok && !isOfList(got.error)) return err(got.error);
    const idSet = new Set(ids);
    const jobs = got.ok ? got.value.jobs.filter(({ id, status }) => status === "pending" && idSet.has(id)) : [];
    isUseless = got.ok ? jobs.length === 0 && !got.value.isWhole : got.error.code === UNAVAILABLE;
    return ok(new Map(jobs.map((job) => [job.id, job])));
  };
}
