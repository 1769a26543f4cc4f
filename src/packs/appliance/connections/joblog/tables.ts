/** The tables that it writes rows of its own to. */
export const JOBLOG_TABLES = ["job_tracking", "job_steps", "log_events"] as const;

/** What the follower writes, for the page that begins a run. Only rows that this run made itself are ever changed. */
export const JOBLOG_LINES: readonly string[] = [
  "INSERT INTO job_tracking: one row for each VM (job_type cleanup, owner handrail), which is UPDATEd when the run ends or is taken up again",
  "INSERT INTO job_steps: one row for each phase, which is UPDATEd when the phase ends",
  "INSERT INTO log_events: one row for each line of the run's log",
  "no row of the appliance is touched; nothing takes these rows back",
];
