/** Which connections a runbook needs that a site does not have: told before anything is asked. */
import type { Ports } from "../ports/ports.ts";
import { allKinds } from "./kinds/index.ts";
import type { Runbook, SelectSpec } from "./spec.ts";
import { lacksDatabase } from "./connection.ts";

/** A connection that is missing, and where the runbook needs it. */
export interface Lack {
  /** As in `phase detach, step stop-writes`, `probe is-running`, `select`. */
  readonly place: string;
  /** The same as keys of the runbook, where what is in a list goes by its id: `phases`, `detach`, `steps`, `stop-writes`. */
  readonly path: readonly string[];
  readonly message: string;
}

interface Use {
  readonly place: string;
  readonly path: readonly string[];
  readonly spec: { readonly kind: string };
}

/** Every question and change of a runbook, with its place. */
export function usesOf({ inputs = {}, probes, phases }: Runbook): Use[] {
  return [
    ...Object.entries(inputs).flatMap(([name, { type }]) =>
      type.kind === "choice-from"
        ? [{ place: `input ${name}`, path: ["inputs", name, "choice_from"], spec: type.read }]
        : [],
    ),
    ...Object.entries(probes).map(([id, { read }]) => ({ place: `probe ${id}`, path: ["probes", id], spec: read })),
    ...phases.flatMap(({ id: phase, steps }) =>
      steps.flatMap((step) => {
        const place = `phase ${phase}, step ${step.id}`;
        const path = ["phases", phase, "steps", step.id];
        if (step.does === "read") return [{ place, path, spec: step.read }];
        return step.does === "change" ? [{ place, path, spec: step.change }] : [];
      }),
    ),
  ];
}

/** The databases that a runbook names, for the locks of a run. */
export function databasesIn(runbook: Runbook): string[] {
  const names = usesOf(runbook).flatMap(({ spec: { kind, ...spec } }) => {
    const name = (spec as { connection?: unknown }).connection;
    return typeof name === "string" && allKinds().get(kind)?.connection === "mysql" ? [name] : [];
  });
  const connection = "sql" in runbook.select ? runbook.select.connection : undefined;
  return [...new Set(connection === undefined ? names : [connection, ...names])];
}

const lackOfSelect = (select: SelectSpec, ports: Ports): string | null =>
  "sql" in select
    ? lacksDatabase(select.connection, ports)
    : (allKinds().get(select.kind)?.lacks?.(select, ports) ?? null);

/** What of a runbook this site has no connection for, in the order of the file. */
export function lacksOf(runbook: Runbook, ports: Ports): Lack[] {
  const selection = lackOfSelect(runbook.select, ports);
  return [
    ...(selection === null ? [] : [{ place: "select", path: ["select"], message: selection }]),
    ...usesOf(runbook).flatMap(({ spec, ...where }) => {
      const message = allKinds().get(spec.kind)?.lacks?.(spec, ports) ?? null;
      return message === null ? [] : [{ ...where, message }];
    }),
  ];
}
