/** What a change of a runbook changes, in plain sentences: for whoever has to say yes to it. */
import { changeKind, readForm } from "../phases/kinds/index.ts";
import type { PhaseSpec, Runbook, StepSpec } from "../phases/spec.ts";
import { canonical, type Json } from "../ports/json.ts";
import { clean } from "../text/sentence.ts";

/** One difference. `weight`: how much it changes what a run may do. */
export interface Difference {
  /** As in `phase detach, step stop-writes`. */
  readonly place: string;
  readonly message: string;
  /** `effect`: what a run does or may reach. `check`: what is looked at or asked before or after. `text`: words alone. */
  readonly weight: "effect" | "check" | "text";
}

type Weight = Difference["weight"];

const isSame = (one: unknown, other: unknown): boolean => canonical(one as Json) === canonical(other as Json);

const short = (value: unknown): string => {
  if (value === undefined) return "nothing";
  const text = clean(typeof value === "string" ? value : JSON.stringify(value));
  return text.length <= 200 ? text : `${text.slice(0, 200)}…`;
};

/** Fields whose change is told by their values: what they are called, and how much they weigh. */
type Named = Readonly<Record<string, readonly [noun: string, weight: Weight]>>;

const STEP_FIELDS: Named = {
  title: ["title", "text"],
  why: ["reason", "text"],
  because: ["sentence where it is not so", "text"],
  question: ["question", "text"],
  none_expected: ["reason why nothing is expected", "check"],
  when: ["condition", "effect"],
  foreach: ["list of things that it is done for", "effect"],
  expect: ["expectation", "check"],
  unmet: ["meaning of an unmet expectation", "check"],
  facts: ["facts that it keeps", "check"],
  already: ["proof that it is done already", "check"],
  require: ["requirement", "check"],
  verify: ["proof", "check"],
  errors: ["meaning of error codes", "check"],
  undo: ["way back", "effect"],
  limit: ["limit in seconds", "check"],
  stays_until: ["phase until which it has to stay so", "check"],
  choices: ["choices", "effect"],
};

const PHASE_FIELDS: Named = {
  title: ["title", "text"],
  why: ["reason", "text"],
  otherwise: ["sentence where it is left out", "text"],
  when: ["condition", "effect"],
  within: ["condition of the way that leads to it", "effect"],
  needs: ["needs", "check"],
  rescue: ["question where a change fails", "effect"],
  rung: ["watch", "check"],
};

const BOOK_FIELDS: Named = {
  title: ["title", "text"],
  version: ["version", "text"],
  summary: ["summary", "text"],
  severity: ["severity", "text"],
  action: ["key and title on the board", "text"],
  target: ["name of its targets", "text"],
  warnings: ["warnings", "text"],
  inputs: ["inputs", "effect"],
  forbid: ["list of what is forbidden", "check"],
  select: ["selection of its targets", "effect"],
  holds: ["holds", "check"],
  success: ["success criteria", "check"],
  finally: ["evidence that is collected at the end", "effect"],
  panels: ["panels of the detail", "text"],
  printed: ["printed statements", "text"],
};

function fieldsOf(place: string, fields: Named, one: object, other: object): Difference[] {
  return Object.entries(fields).flatMap(([field, [noun, weight]]): Difference[] => {
    const [before, after] = [Reflect.get(one, field) as unknown, Reflect.get(other, field) as unknown];
    if (isSame(before ?? null, after ?? null)) return [];
    return [{ place, weight, message: `its ${noun} was ${short(before)}, and is ${short(after)}` }];
  });
}

/** What a step asks or sends, without values. */
function outlineOf(step: StepSpec): readonly string[] {
  if (step.does === "change") return changeKind(step.change.kind).outline(step.change);
  return step.does === "read" ? [readForm(step.read).outline(step.read)] : [];
}

const RISKS = ["read", "change", "destroy"] as const;

function riskOf(place: string, one: StepSpec, other: StepSpec): Difference[] {
  const [before, after] = [one, other].map((step) => (step.does === "change" ? step.risk : "read"));
  if (before === after || before === undefined || after === undefined) return [];
  const isMore = RISKS.indexOf(after) > RISKS.indexOf(before);
  return [
    { place, weight: "effect", message: `its risk is ${isMore ? "raised" : "LOWERED"} from ${before} to ${after}` },
  ];
}

const specOf = (step: StepSpec): unknown =>
  step.does === "change" ? step.change : step.does === "read" ? step.read : null;

/** What it does: told line by line where the outline shows it, else as changed. */
function requestOf(place: string, one: StepSpec, other: StepSpec): Difference[] {
  if (one.does !== other.does)
    return [{ place, weight: "effect", message: `it was a ${one.does}, and is a ${other.does}` }];
  if (isSame(specOf(one), specOf(other))) return [];
  const weight: Weight = one.does === "change" ? "effect" : "check";
  const [before, after] = [outlineOf(one), outlineOf(other)];
  const gone = before.filter((line) => !after.includes(line));
  const fresh = after.filter((line) => !before.includes(line));
  if (gone.length + fresh.length === 0) return ownFields(place, weight, [specOf(one), specOf(other)]);
  return [
    ...gone.map((line) => ({ place, weight, message: `no more: ${short(line)}` })),
    ...fresh.map((line) => ({ place, weight, message: `now: ${short(line)}` })),
  ];
}

/** The fields of its kind that are others, where the outline has none of them. */
function ownFields(place: string, weight: Weight, [one, other]: readonly [unknown, unknown]): Difference[] {
  const [before, after] = [one as object, other as object];
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const fields = Object.fromEntries(names.map((name) => [name, [name, weight] as const]));
  return fieldsOf(place, fields, before, after);
}

const stepOf = (place: string, one: StepSpec, other: StepSpec): Difference[] => [
  ...riskOf(place, one, other),
  ...requestOf(place, one, other),
  ...fieldsOf(place, STEP_FIELDS, one, other),
];

const weightOf = (step: StepSpec): Weight => (step.does === "change" ? "effect" : "check");

const about = (step: StepSpec): string => {
  const kind = step.does === "change" ? `a change of risk ${step.risk}` : `a ${step.does}`;
  return `${kind}: ${[short(step.title), ...outlineOf(step).map(short)].join("; ")}`;
};

/** Things with an id: which are gone, which came, which changed place, and what changed in those that are in both. */
function listOf<T extends { readonly id: string }>(
  one: readonly T[],
  other: readonly T[],
  tell: {
    readonly gone: (item: T) => readonly Difference[];
    readonly fresh: (item: T) => readonly Difference[];
    readonly both: (before: T, after: T) => readonly Difference[];
    readonly moved: (item: T) => Difference;
  },
): Difference[] {
  const [before, after] = [one, other].map((list) => new Map(list.map((item) => [item.id, item])));
  const common = one.filter(({ id }) => after?.has(id) === true).map(({ id }) => id);
  const order = other.filter(({ id }) => before?.has(id) === true).map(({ id }) => id);
  const place = (id: string): number => common.indexOf(id);
  const moved = new Set(order.filter((id, index) => order.slice(index + 1).some((later) => place(later) < place(id))));
  return [
    ...one.filter(({ id }) => after?.has(id) !== true).flatMap(tell.gone),
    ...other.flatMap((item) => {
      const earlier = before?.get(item.id);
      return earlier === undefined ? tell.fresh(item) : tell.both(earlier, item);
    }),
    ...other.filter(({ id }) => moved.has(id)).map(tell.moved),
  ];
}

const stepsOf = (phase: string, one: readonly StepSpec[], other: readonly StepSpec[]): Difference[] => {
  const place = ({ id }: StepSpec): string => `phase ${phase}, step ${id}`;
  return listOf(one, other, {
    gone: (step) => [{ place: place(step), weight: weightOf(step), message: `is gone; it was ${about(step)}` }],
    fresh: (step) => [{ place: place(step), weight: weightOf(step), message: `is new: ${about(step)}` }],
    both: (before, after) => stepOf(place(after), before, after),
    moved: (step) => ({ place: place(step), weight: weightOf(step), message: "comes in another place of its phase" }),
  });
};

function phasesOf(one: readonly PhaseSpec[], other: readonly PhaseSpec[]): Difference[] {
  const place = ({ id }: PhaseSpec): string => `phase ${id}`;
  const has = (phase: PhaseSpec): Weight => (phase.steps.some(({ does }) => does === "change") ? "effect" : "check");
  return listOf(one, other, {
    gone: (phase) => [
      { place: place(phase), weight: has(phase), message: `is gone, with ${phase.steps.length} steps` },
    ],
    fresh: (phase) => [
      { place: place(phase), weight: has(phase), message: `is new: ${short(phase.title)}` },
      ...stepsOf(phase.id, [], phase.steps),
    ],
    both: (before, after) => [
      ...fieldsOf(place(after), PHASE_FIELDS, before, after),
      ...stepsOf(after.id, before.steps, after.steps),
    ],
    moved: (phase) => ({ place: place(phase), weight: has(phase), message: "comes in another place" }),
  });
}

const probesOf = (one: Runbook["probes"], other: Runbook["probes"]): Difference[] => {
  const list = (probes: Runbook["probes"]) => Object.entries(probes).map(([id, probe]) => ({ id, probe }));
  const place = ({ id }: { readonly id: string }): string => `probe ${id}`;
  return listOf(list(one), list(other), {
    gone: (entry) => [{ place: place(entry), weight: "check", message: "is gone" }],
    fresh: (entry) => [{ place: place(entry), weight: "check", message: `is new: ${short(entry.probe.title)}` }],
    both: (before, after) => {
      const [was, is] = [before.probe, after.probe];
      const asks = isSame(was.read, is.read)
        ? []
        : [
            {
              place: place(after),
              weight: "check" as const,
              message: `now asks: ${short(readForm(is.read).outline(is.read))}`,
            },
          ];
      return [...asks, ...fieldsOf(place(after), STEP_FIELDS, was, is)];
    },
    moved: (entry) => ({ place: place(entry), weight: "text", message: "comes in another place" }),
  }).filter(({ message }) => message !== "comes in another place");
};

/** Every difference between two runbooks, those that change what a run does first. */
export function compareRunbooks(one: Runbook, other: Runbook): Difference[] {
  const all = [
    ...fieldsOf("runbook", BOOK_FIELDS, one, other),
    ...phasesOf(one.phases, other.phases),
    ...probesOf(one.probes, other.probes),
  ];
  const order: readonly Weight[] = ["effect", "check", "text"];
  return all.toSorted((a, b) => order.indexOf(a.weight) - order.indexOf(b.weight));
}
