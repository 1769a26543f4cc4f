/** Turns a checked raw runbook into the words of `src/phases/spec.ts`. */
import { changeKind } from "../phases/kinds/index.ts";
import type {
  ChangeSpec,
  ChangeStep,
  GateStep,
  Hold,
  InputSpec,
  InputType,
  PhaseSpec,
  ProbeSpec,
  ReadSpec,
  ReadStep,
  Runbook,
  StepSpec,
} from "../phases/spec.ts";
import { isChange } from "./change.ts";
import type { RawInput, RawRunbook, RawStep } from "./schema.ts";
import { findForm, GATE, VARIANT } from "./variants.ts";

function drop<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as T;
}

function common(raw: RawStep): { id: string; title: string } {
  const foreach = raw["foreach"] === undefined ? undefined : { in: raw["foreach"], key: raw["key"] };
  return drop({ id: raw["id"], title: raw["title"], why: raw["why"], when: raw["when"], foreach }) as {
    id: string;
    title: string;
  };
}

function pick(raw: RawStep, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(names.filter((name) => raw[name] !== undefined).map((name) => [name, raw[name]]));
}

/** The fields of a step that are its kind's. */
const kindFields = (raw: RawStep): Record<string, unknown> =>
  pick(raw, ["kind", "op", ...Object.keys(findForm(raw[VARIANT])?.fields ?? {})]);

const readSpec = (raw: RawStep): ReadSpec => kindFields(raw) as unknown as ReadSpec;

type Probes = RawRunbook["probes"];

/** A change; one with a proof has its title as well, for whoever has to bring it about. */
function changeSpec(raw: RawStep, probes: Probes): ChangeSpec {
  const { proof } = raw;
  const shows = typeof proof === "string" ? probes[proof]?.["title"] : undefined;
  return { ...kindFields(raw), ...(shows === undefined ? {} : { shows }) } as unknown as ChangeSpec;
}

function changeStep(raw: RawStep, probes: Probes): ChangeStep {
  const change = changeSpec(raw, probes);
  const kind = changeKind(change.kind);
  const minimum = kind.risk(change);
  const { proof } = raw;
  return drop({
    ...common(raw),
    does: "change",
    change,
    risk: raw["risk"] === "destroy" ? "destroy" : minimum,
    already: (raw["already"] ?? proof) as string | undefined,
    require: raw["require"] as string | undefined,
    verify: (raw["verify"] ?? proof ?? "") as string,
    errors: raw["errors"] as ChangeStep["errors"],
    undo: (raw["undo"] ?? "auto") as ChangeStep["undo"],
    limit: (raw["limit"] as number | undefined) ?? kind.limit,
    stays_until: raw["stays_until"] as string | undefined,
  }) as ChangeStep;
}

function step(raw: RawStep, probes: Probes): StepSpec {
  if (raw[VARIANT] === GATE) {
    return { ...common(raw), does: "gate", question: raw["question"], choices: raw["choices"] } as GateStep;
  }
  if (isChange(raw)) return changeStep(raw, probes);
  return drop({
    ...common(raw),
    does: "read",
    read: readSpec(raw),
    expect: raw["expect"],
    because: raw["because"],
    none_expected: raw["none_expected"],
    unmet: raw["unmet"],
    facts: raw["facts"],
  }) as ReadStep;
}

function probe(raw: RawStep): ProbeSpec {
  return drop({
    title: raw["title"],
    read: readSpec(raw),
    expect: raw["expect"],
    because: raw["because"],
    none_expected: raw["none_expected"],
  }) as ProbeSpec;
}

function selectSpec({ [VARIANT]: _variant, ...fields }: RawRunbook["select"]): Runbook["select"] {
  return drop(fields) as unknown as Runbook["select"];
}

function inputType({ text, int, choice, choice_from }: RawInput): InputType {
  if (int !== undefined) return { kind: "int", ...int };
  if (choice !== undefined) return { kind: "choice", choices: choice };
  if (choice_from !== undefined)
    return { kind: "choice-from", read: readSpec(choice_from), column: String(choice_from["column"]) };
  return drop({ kind: "text", pattern: text?.pattern }) as InputType;
}

/** An input as the engine knows it. */
export const inputSpec = (raw: RawInput): InputSpec =>
  drop({ title: raw.title, why: raw.why, default: raw.default, type: inputType(raw) }) as InputSpec;

const buildInputs = (inputs: Readonly<Record<string, RawInput>>): Record<string, InputSpec> =>
  Object.fromEntries(Object.entries(inputs).map(([name, raw]) => [name, inputSpec(raw)]));

/** The runbook as the engine knows it. */
export function buildRunbook(raw: RawRunbook): Runbook {
  const phases = raw.phases.map(
    (phase) =>
      drop({
        id: phase.id,
        title: phase.title,
        why: phase.why,
        within: phase.within,
        when: phase.when,
        otherwise: phase.otherwise,
        needs: phase.needs?.map((need) => drop({ ...need })),
        steps: phase.steps.map((each) => step(each, raw.probes)),
        rescue: phase.rescue,
        rung: phase.rung === undefined ? undefined : drop({ ...phase.rung }),
      }) as PhaseSpec,
  );
  return {
    id: raw.id,
    title: raw.title,
    ...(raw.action === undefined ? {} : { action: raw.action }),
    ...(raw.target === undefined ? {} : { target: raw.target }),
    ...(raw.version === undefined ? {} : { version: raw.version }),
    summary: raw.summary,
    severity: raw.severity,
    warnings: raw.warnings,
    forbid: raw.forbid,
    ...(raw.inputs === undefined ? {} : { inputs: buildInputs(raw.inputs) }),
    select: selectSpec(raw.select),
    probes: Object.fromEntries(Object.entries(raw.probes).map(([id, entry]) => [id, probe(entry)])),
    phases,
    finally: raw.finally.map(({ id, title, script }) => ({ id, title, script })),
    ...(raw.printed.length > 0 ? { printed: raw.printed } : {}),
    ...(raw.panels.length > 0 ? { panels: raw.panels } : {}),
    ...(raw.holds.length > 0 ? { holds: raw.holds.map((hold) => drop({ ...hold })) as readonly Hold[] } : {}),
    success: raw.success.map((criterion) => drop({ ...criterion })) as Runbook["success"],
  };
}
