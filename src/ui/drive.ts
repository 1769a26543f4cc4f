/** The run that is driven from this console: its questions, its end, and what is said of it afterwards. */
import { pageBelow } from "./ask/view.ts";
import { settledClaim } from "../engine/claims/settled.ts";
import type { RunEvent } from "../engine/events.ts";
import { findSlot } from "../engine/state.ts";
import type { StopCause } from "../engine/operator-port.ts";
import type { Console } from "./console.ts";
import { isOver, newRun, type OpenQuestion } from "./model.ts";
import { consoleOperator, type ConsoleOperator } from "./operator.ts";
import { History } from "./run/history.ts";
import { reduceRun } from "./run/reduce.ts";
import { commandOf, type RunEnd, type StartRequest } from "./sources.ts";
import { stopWriting } from "./writing.ts";

export class Drive {
  readonly #console: Console;
  /** What stays on the normal screen afterwards. */
  readonly farewell: string[] = [];
  operator: ConsoleOperator | null = null;
  /** How each run ended that was driven here, the newest last. */
  #ends: readonly { readonly run: string | null; readonly lines: readonly string[] }[] = [];
  #running: Promise<void> | null = null;
  #then: (() => void) | null = null;

  constructor(console: Console) {
    this.#console = console;
  }

  /** Whether a run is being driven here and now. */
  get running(): boolean {
    return this.#running !== null;
  }

  /**
   * Calls back once nothing of the run is left to put away. The screen tells the end as soon as the journal has it;
   * notices are still sent then, and locks and connections let go. What is asked for meanwhile waits here: the last
   * wish counts. False when the run is not over.
   */
  afterwards(then: () => void): boolean {
    const { run } = this.#console.model;
    if (this.#running === null || run === null || !isOver(run)) return false;
    if (this.#then === null)
      void this.#running.then(() => {
        const last = this.#then;
        this.#then = null;
        last?.();
      });
    this.#then = then;
    this.#console.say("one moment: notices are sent, locks and connections let go", "waiting");
    return true;
  }

  /** Begins or takes up a run and shows it; one at a time. */
  start(request: StartRequest): void {
    if (this.afterwards(() => this.start(request))) return;
    if (this.running) return this.#console.say("a run is going on already", "waiting");
    const title =
      request.kind === "resume" ? `Taking run ${request.run_id} up again` : "Preparing: locks, journal, first look";
    const history = new History();
    const operator = consoleOperator({
      by: this.#console.wish.site.operator,
      now: () => this.#console.wish.timers.now(),
      show: (question) => this.#question(question),
    });
    this.operator = operator;
    this.#console.store.set((model) => ({
      ...model,
      run: newRun("driving", title, history),
      left: null,
      board: {
        ...model.board,
        selected: model.board.selected ?? (request.kind === "new" ? (request.keys[0] ?? null) : null),
      },
      screens: [...model.screens.filter((screen) => screen === "board" || screen === "journal"), "run"],
      message: { text: "", tone: "plain" },
    }));
    const hooks = {
      operator,
      onEvent: (event: RunEvent, past: boolean): void => {
        history.push(event);
        this.more();
        if (!past) this.#sayWhatBecame(event);
      },
      onNotice: (notice: string): void =>
        this.#console.store.set((model) => (model.run === null ? model : { ...model, run: { ...model.run, notice } })),
    };
    this.#running = this.#console.wish.sources.start(request, hooks).then((end) => this.#ended(end));
    this.#console.tick();
  }

  /** What became of a doubt is one sentence that stays until a key is pressed: the log scrolls on. */
  #sayWhatBecame(event: RunEvent): void {
    const state = this.#console.model.run?.history.stateAt(this.#console.model.run.history.length) ?? null;
    if (state === null || (event.type !== "step.reconciled" && event.type !== "operator.resolved")) return;
    // What was looked at in the moment in which it came up is told by its step.
    if (event.type === "step.reconciled" && this.#isFirstLook(event)) return;
    const { kind, message } = settledClaim(state, event);
    this.#console.say(message, kind === "unknown" ? "unknown" : "plain");
  }

  /** Whether a look followed at once on what it is about: nobody was told of a doubt in between. */
  #isFirstLook({ target_key, phase_id, step_id, item }: RunEvent): boolean {
    const { history } = this.#console.model.run ?? {};
    const before = history?.stateAt(history.length - 1);
    const target = before?.targets.find(({ key }) => key === target_key);
    return findSlot(target?.phases[phase_id ?? ""], step_id, item)?.settle === "look";
  }

  /** The run that is driven here has more events than it shows. */
  more(): void {
    this.#console.store.set(
      (model) => (model.run === null ? model : { ...model, run: reduceRun(model.run, { type: "more" }) }),
      true,
    );
  }

  #question(question: OpenQuestion | null): void {
    stopWriting(this.#console);
    this.#console.store.set((model) =>
      model.run === null ? model : { ...model, run: { ...reduceRun(model.run, { type: "more" }), question } },
    );
    if (question?.kind === "page" && pageBelow(question, this.#console.look()).last === 0)
      this.#console.ask({ type: "seen" });
    this.#console.rearm();
  }

  async #ended(end: RunEnd): Promise<void> {
    this.#running = null;
    this.operator = null;
    this.#console.exit = end.exit;
    // What a run that was taken up again had said at its earlier end is no longer true.
    const said = {
      run: this.#console.model.run?.state?.run_id ?? null,
      lines: [end.refused, ...end.lines].filter(Boolean),
    };
    this.#ends = [...this.#ends.filter(({ run }) => run === null || run !== said.run), said];
    this.farewell.splice(0, Infinity, ...this.#ends.flatMap(({ lines }) => lines));
    this.#console.store.set((model) =>
      model.run === null
        ? model
        : {
            ...model,
            run: { ...reduceRun(model.run, { type: "follow" }), ended: end, question: null },
            board: { ...model.board, marked: [] },
            screens: model.screens.filter((screen) => screen !== "leave"),
          },
    );
    if (end.refused !== "") this.#console.say(end.refused, "danger");
    await this.#console.reloadRuns();
  }

  /** Pauses the run after the step that is under way; at a question at once. */
  pause(cause: StopCause): void {
    this.operator?.stopNow(cause);
    this.#console.store.set((model) =>
      model.run === null ? model : { ...model, run: { ...model.run, stopping: true } },
    );
  }

  /** Waits until a driven run has stopped, at most `ms`. */
  async settled(ms: number): Promise<boolean> {
    if (this.#running === null) return true;
    let undo = (): void => undefined;
    const late = new Promise<boolean>((resolve) => {
      undo = this.#console.wish.timers.later(ms, () => resolve(false));
    });
    const done = await Promise.race([this.#running.then(() => true), late]);
    undo();
    return done;
  }

  /** What stays on the normal screen of a run that is left while a step of it runs. */
  sayLeft(): void {
    const run = this.#console.model.run?.state?.run_id;
    if (this.running && run !== undefined)
      this.farewell.push(
        `left at once; look what became of it with:\n  ${commandOf(this.#console.model.site, `resume ${run}`)}`,
      );
  }
}
