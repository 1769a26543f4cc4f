/** Drives the run that was begun from this console: brings its events and questions, and takes the answers to it. */
import type { RunEvent } from "../../engine/events.ts";
import type { StopCause } from "../../engine/operator-port.ts";
import { isDriving } from "../model.ts";
import { endRun, openQuestion, setNotice, showMore, tellSettled } from "../run/driven.ts";
import type { RunEnd, RunHooks, StartRequest } from "../sources.ts";
import { grantWish } from "../start.ts";
import { update } from "../update.ts";
import type { Host } from "./host.ts";
import { LimitWatch } from "./limit-watch.ts";
import { readNotes } from "./notes.ts";
import { consoleOperator, type ConsoleOperator } from "./operator.ts";

/** How often it is looked whether a waiting run has crossed a limit, and whether somebody wrote a note into it. */
const TICK_MS = 1000;

export class Drive {
  readonly #host: Host;
  operator: ConsoleOperator | null = null;
  #running: Promise<void> | null = null;
  readonly #limits: LimitWatch;

  constructor(host: Host) {
    this.#host = host;
    this.#limits = new LimitWatch(host);
  }

  /** Drives the run that the model shows as begun. */
  start(request: StartRequest): void {
    this.#running = this.#host.sources.start(request, this.#hooks()).then((end) => this.#ended(end));
    this.#tick();
  }

  #hooks(): RunHooks {
    const host = this.#host;
    const history = host.model().run?.history;
    const operator = consoleOperator({
      by: host.model().site.operator,
      now: () => host.timers.now(),
      show: (question) => void host.take((model, look) => update(openQuestion(model, question, look))),
    });
    this.operator = operator;
    return {
      operator,
      onEvent: (event: RunEvent, past: boolean): void => {
        history?.push(event);
        void host.take((model) => update(showMore(model)), true);
        if (!past) void host.take((model) => update(tellSettled(model, event)));
      },
      onNotice: (notice: string): void => void host.take((model) => update(setNotice(model, notice))),
    };
  }

  async #ended(end: RunEnd): Promise<void> {
    this.#running = null;
    this.operator = null;
    // The count of the run's rows in the product's own log comes into the journal beside the engine; without it nothing is lost.
    await readNotes(this.#host).catch(() => undefined);
    await this.#host.take((model) => endRun(model, end));
    void this.#host.take(grantWish);
  }

  /** Draws where a limit of time was crossed, and what others wrote into the run. */
  #tick(): void {
    this.#host.agenda.later("tick", TICK_MS, () => {
      const { run } = this.#host.model();
      if (!isDriving(this.#host.model())) return;
      void readNotes(this.#host);
      this.#limits.watch(run);
      this.#tick();
    });
  }

  /** Ends the run before its next step; a question that is open stays unanswered. */
  pause(cause: StopCause): void {
    this.operator?.stopNow(cause);
  }

  /** Waits until a driven run has stopped, at most `ms`. */
  async settled(ms: number): Promise<boolean> {
    if (this.#running === null) return true;
    let undo = (): void => undefined;
    const late = new Promise<boolean>((resolve) => {
      undo = this.#host.timers.later(ms, () => resolve(false));
    });
    const isDone = await Promise.race([this.#running.then(() => true), late]);
    undo();
    return isDone;
  }
}
