import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Role } from "./config.ts";

/** A fault as it was asked for: its name and its parameters. */
export type Fault = { name: string } & Record<string, string | number | boolean | undefined>;

type Entry = { fault: Fault; seen: number; fired: number };

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
  let entries: Entry[] = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Entry[]) : [];
  const save = () =>
    entries.length > 0 ? writeFileSync(file, JSON.stringify(entries)) : rmSync(file, { force: true });
  return {
    list: () => entries.filter((entry) => !isSpent(entry)).map((entry) => entry.fault),
    set(fault) {
      entries.push({ fault, seen: 0, fired: 0 });
      save();
    },
    clear(name) {
      entries = name === undefined ? [] : entries.filter((entry) => entry.fault.name !== name);
      save();
    },
    take(name, fits = () => true) {
      const isOccasion = (entry: Entry) => entry.fault.name === name && !isSpent(entry) && fits(entry.fault);
      for (const entry of entries) {
        if (!isOccasion(entry)) continue;
        entry.seen += 1;
        const due = isDue(entry);
        if (due) entry.fired += 1;
        save();
        if (due) return entry.fault;
      }
      return null;
    },
  };
}

/** Where a process keeps its faults; also written from outside while the process is down. */
export function faultFile(dir: string, role: Role): string {
  return join(dir, `faults-${role}.json`);
}

function isDue({ fault, seen: count }: Entry): boolean {
  return fault["k"] === undefined || Number(fault["k"]) === count;
}

function isSpent({ fault, fired: count }: Entry): boolean {
  const limit = fault["times"] ?? (fault["k"] === undefined ? undefined : 1);
  return limit !== undefined && count >= Number(limit);
}

/** Seconds, or `never`, as scaled milliseconds. */
export function faultDelay(value: unknown, scale: number): number {
  return value === "never" ? Number.POSITIVE_INFINITY : (Number(value) * 1000) / scale;
}
