/** Signals that end a run in order: it pauses before its next step, and says which one it still waits for. */
import { apply } from "../../engine/apply.ts";
import type { StopCause } from "../../engine/operator-port.ts";
import type { Reader } from "../../engine/record.ts";
import { isUnderWay, type RunState } from "../../engine/state.ts";
import { clean } from "../../engine/words.ts";
import { EXIT } from "../../engine/exit.ts";

const SIGNALS = [
  ["SIGINT", { by: "Ctrl-C", exit: EXIT.interrupted }],
  ["SIGTERM", { by: "SIGTERM", exit: EXIT.terminated }],
  ["SIGHUP", { by: "SIGHUP", exit: EXIT.hungUp }],
] as const satisfies readonly (readonly [NodeJS.Signals, StopCause])[];

/** The changes that were begun and whose end is not known yet, as a person names them. */
function stepsUnderWay(state: RunState | null): string[] {
  return (state?.targets ?? []).flatMap(({ label, phases }) =>
    Object.values(phases).flatMap(({ slots }) =>
      slots.filter(isUnderWay).map(({ title }) => `"${clean(title)}" of ${clean(label)}`),
    ),
  );
}

function stopText({ by }: StopCause, state: RunState | null): string {
  const steps = stepsUnderWay(state);
  return steps.length === 0
    ? `${by}: no step is under way; the run pauses here`
    : `${by}: stopping after ${steps.join(", ")}; once more leaves at once (what is under way stays in doubt)`;
}

export interface StopSignals {
  readonly stop: AbortSignal;
  /** Follows the run, to say what is under way. */
  readonly reader: Reader;
  close(): void;
}

/** The first signal stops in order, the second leaves at once; `resume` then looks at what was sent. */
export function watchSignals(say: (text: string) => void): StopSignals {
  const controller = new AbortController();
  let state: RunState | null = null;
  const disposers = SIGNALS.map(([signal, cause]) => {
    const listener = (): void => {
      // One line that drops is told of by several: the shell, the kernel, what cannot be written. None of them asks for more.
      if (controller.signal.aborted && signal === "SIGHUP") return;
      if (controller.signal.aborted) process.exit(cause.exit);
      // Whoever hung up reads nothing any more.
      if (signal !== "SIGHUP") say(`\nhandrail: ${stopText(cause, state)}\n`);
      controller.abort(cause);
    };
    process.on(signal, listener);
    return () => void process.off(signal, listener);
  });
  return {
    stop: controller.signal,
    reader: (event) => {
      state = apply(state, event);
    },
    close: () => {
      for (const unwatch of disposers) unwatch();
    },
  };
}
