import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Role } from "./config.ts";

/** A fault as it was asked for: its name and its parameters. */
export type Fault = { name: string } & Record<string, string | number | boolean | undefined>;

type Kept = { fault: Fault; seen: number; fired: number };

/** The faults of one process; kept in a file so that they outlive its restart. */
export type Faults = {
  list(): Fault[];
  set(fault: Fault): void;
  clear(name?: string): void;
  /** The first fault of this name that fits, counted as having happened; null when none does. */
  take(name: string, fits?: (fault: Fault) => boolean): Fault | null;
};

/** Opens the faults of `role` in the lab at `dir`. `k` picks the k-th fitting occasion, `times` limits how often. */
export function openFaults(dir: string, role: Role): Faults {
  const file = faultFile(dir, role);
  let kept: Kept[] = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Kept[]) : [];
  const save = () => (kept.length > 0 ? writeFileSync(file, JSON.stringify(kept)) : rmSync(file, { force: true }));
  return {
    list: () => kept.filter((each) => !isSpent(each)).map((each) => each.fault),
    set(fault) {
      kept.push({ fault, seen: 0, fired: 0 });
      save();
    },
    clear(name) {
      kept = name === undefined ? [] : kept.filter((each) => each.fault.name !== name);
      save();
    },
    take(name, fits = () => true) {
      for (const each of kept) {
        if (each.fault.name !== name || isSpent(each) || !fits(each.fault)) continue;
        each.seen += 1;
        const due = each.fault["k"] === undefined || Number(each.fault["k"]) === each.seen;
        if (due) each.fired += 1;
        save();
        if (due) return each.fault;
      }
      return null;
    },
  };
}

/** Where a process keeps its faults; also written from outside while the process is down. */
export function faultFile(dir: string, role: Role): string {
  return join(dir, `faults-${role}.json`);
}

function isSpent({ fault, fired }: Kept): boolean {
  const limit = fault["times"] ?? (fault["k"] === undefined ? undefined : 1);
  return limit !== undefined && fired >= Number(limit);
}

/** Seconds, or `never`, as scaled milliseconds. */
export function faultDelay(value: unknown, scale: number): number {
  return value === "never" ? Number.POSITIVE_INFINITY : (Number(value) * 1000) / scale;
}
