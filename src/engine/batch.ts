/** How a run goes about many targets at once. */
export interface Batch {
  /** The first target is carried to its end before the others are begun. */
  readonly canary: boolean;
  /** Once the looking is done, all that is left is approved on one page instead of one for each phase. */
  readonly one_page: boolean;
  /** How many targets may be in the middle of something at the same time. */
  readonly max_parallel: number;
  /** With more failed targets than this, no further one is begun. */
  readonly max_failures: number;
}
