/** The one place that holds the model. Keys are shown at once; events of a run at most ten times a second. */
import type { Model } from "./model.ts";

const FRAME_MS = 100;

export interface Timers {
  /** Wall time in ms. */
  now(): number;
  /** Calls back later; gives what undoes it. */
  later(ms: number, task: () => void): () => void;
}

export interface Store {
  get(): Model;
  subscribe(listener: () => void): () => void;
  /** Changes the model; `soon` gathers what comes in one frame. */
  set(change: (model: Model) => Model, soon?: boolean): void;
  /** Draws again although the model is the same: time has passed. */
  tick(): void;
  /** Changes with every drawing, for whoever caches. */
  version(): number;
}

export function createStore(first: Model, timers: Timers): Store {
  let model = first;
  let version = 0;
  let waiting = false;
  const listeners = new Set<() => void>();
  const tell = (): void => {
    version += 1;
    for (const listener of listeners) listener();
  };
  return {
    get: () => model,
    version: () => version,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    tick: tell,
    set(change, soon = false) {
      const next = change(model);
      if (next === model) return;
      model = next;
      if (!soon) tell();
      else if (!waiting) {
        waiting = true;
        timers.later(FRAME_MS, () => {
          waiting = false;
          tell();
        });
      }
    },
  };
}
