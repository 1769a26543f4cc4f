/** What a run can be told to do next, and what each of that is about. */
import type { PhaseSpec } from "../phases/spec.ts";
import type { Slot, TargetState } from "./state.ts";

/** Names a slot: whose, in which phase. */
export interface Ref {
  readonly target: TargetState;
  readonly phase: PhaseSpec;
  readonly slot: Slot;
}

export type Command =
  | { readonly do: "start" }
  /** After a lost answer: read until it is known, adopt what is going on. */
  | { readonly do: "settle"; readonly ref: Ref }
  | { readonly do: "verify"; readonly ref: Ref }
  | { readonly do: "expand"; readonly target: TargetState; readonly phase: PhaseSpec }
  | { readonly do: "preview"; readonly ref: Ref }
  | { readonly do: "approve"; readonly phase: PhaseSpec; readonly targets: readonly TargetState[] }
  /** One page for all that is left to do for the targets of a batch that come after the first. */
  | { readonly do: "approve-rest"; readonly targets: readonly TargetState[] }
  /** The first target of a batch did not recover: are the others to be begun? */
  | { readonly do: "canary"; readonly first: TargetState; readonly targets: readonly TargetState[] }
  | { readonly do: "read"; readonly ref: Ref }
  /** One wait for every target that has come to the same one: five targets wait thirty seconds, not two and a half minutes. */
  | { readonly do: "wait"; readonly refs: readonly Ref[] }
  /** One question for every target that has come to the same gate. */
  | { readonly do: "gate"; readonly refs: readonly Ref[] }
  | { readonly do: "execute"; readonly ref: Ref }
  /** What a person does outside: it is shown, and asked about. */
  | { readonly do: "manual"; readonly ref: Ref }
  /** Watches a rung for all targets that are on it. */
  | { readonly do: "watch"; readonly phase: PhaseSpec; readonly targets: readonly TargetState[] }
  | { readonly do: "climb"; readonly phase: PhaseSpec; readonly targets: readonly TargetState[] }
  /** A step failed for some targets and a person is there to say what becomes of it. */
  | { readonly do: "failure"; readonly refs: readonly Ref[] }
  | { readonly do: "rescue"; readonly targets: readonly TargetState[]; readonly phase: PhaseSpec }
  | {
      readonly do: "end-phase";
      readonly target: TargetState;
      readonly phase: PhaseSpec;
      readonly result: "done" | "failed";
    }
  | { readonly do: "criterion"; readonly target: TargetState; readonly criterion: string }
  | { readonly do: "collect"; readonly collect: string }
  /** Too many targets of a batch failed to begin more. */
  | { readonly do: "halt"; readonly says: string }
  | { readonly do: "pause" }
  | { readonly do: "close" };

/** The keys of the targets that a command is about. */
export function targetsOf(command: Command): string[] {
  if ("ref" in command) return [command.ref.target.key];
  if ("refs" in command) return command.refs.map(({ target }) => target.key);
  if ("targets" in command) return command.targets.map(({ key }) => key);
  return "target" in command ? [command.target.key] : [];
}
