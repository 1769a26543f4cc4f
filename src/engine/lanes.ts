/**
 * Courses of a run that go on side by side, one for each target that is being worked on. Each stands still at every
 * event until that is stored; events that come up at the same moment are stored together.
 */
import type { Drafts } from "./driver.ts";
import type { EventDraft } from "./journal-port.ts";

interface Lane {
  readonly run: Drafts;
  readonly targets: readonly string[];
  /** The event at which it stands, or null while it is at work. */
  draft: EventDraft | null;
}

export class Lanes {
  readonly #lanes = new Set<Lane>();
  /** Those whose events were handed out to be stored. */
  #told: readonly Lane[] = [];
  #failed: { readonly error: unknown } | null = null;
  #wake: () => void = () => undefined;

  get idle(): boolean {
    return this.#lanes.size === 0;
  }
  get count(): number {
    return this.#lanes.size;
  }
  /** Whether a course is under way that is about the run itself: nothing else is begun beside it. */
  get alone(): boolean {
    return [...this.#lanes].some(({ targets }) => targets.length === 0);
  }
  /** The targets that something is under way for. */
  get busy(): ReadonlySet<string> {
    return new Set([...this.#lanes].flatMap(({ targets }) => targets));
  }

  /** Begins a course for some targets, or for the run itself. */
  start(targets: readonly string[], run: Drafts): void {
    const lane: Lane = { run, targets, draft: null };
    this.#lanes.add(lane);
    this.#advance(lane);
  }

  /** The events that have come up; [] when a course ended without one. Throws what a course threw. */
  async drafts(): Promise<EventDraft[]> {
    const size = this.#lanes.size;
    while (this.#failed === null && this.#lanes.size === size && this.#standing().length === 0) {
      await new Promise<void>((resolve) => (this.#wake = resolve));
      // What the same answer woke comes up in the same turn of the event loop, and is stored in one transaction.
      if (this.#lanes.size > 1) await new Promise(setImmediate);
    }
    if (this.#failed !== null) throw this.#failed.error;
    this.#told = this.#standing();
    return this.#told.flatMap(({ draft }) => draft ?? []);
  }

  /** Lets every course go on whose event was in the last `drafts`; all of those are stored now. */
  resume(): void {
    for (const lane of this.#told) this.#advance(lane);
    this.#told = [];
  }

  /** Gives up what is left: a course that stands at an event ends there, and takes back what it holds open. */
  async abandon(): Promise<void> {
    const ends = [...this.#lanes].map(async ({ run, draft }) => {
      const end = run.return(undefined).catch(() => undefined);
      if (draft !== null) await end; // one that waits for the world would hold us up as long as that does
    });
    await Promise.all(ends);
  }

  #standing(): Lane[] {
    return [...this.#lanes].filter(({ draft }) => draft !== null);
  }

  #advance(lane: Lane): void {
    lane.draft = null;
    void this.#step(lane).then(() => this.#wake());
  }

  async #step(lane: Lane): Promise<void> {
    try {
      const step = await lane.run.next();
      if (step.done === true) this.#lanes.delete(lane);
      else lane.draft = step.value;
    } catch (error) {
      this.#lanes.delete(lane);
      this.#failed ??= { error };
    }
  }
}
