/** A fault as the command line writes it. */
import type { Fault } from "./appliance/faults.ts";
import { faultTable, misfit } from "./fault-table.ts";
import { Usage } from "./usage.ts";

/** Fails where there is no fault of this name. */
export function checkFault(name: string): void {
  if (!faultTable[name]) throw new Usage(`there is no fault named ${name} (see \`lab fault --list\`)`);
}

/** A fault in one text, as after `lab fault`: its name, then PARAM=VALUE between spaces. A value has none in it. */
export function faultWords(text: string): { name: string; params: Omit<Fault, "name"> } {
  const [name = "", ...rest] = text.trim().split(/\s+/);
  checkFault(name);
  return { name, params: fitting(name, parameters(rest)) };
}

/** Parameters that the fault takes; anything else is wrong usage, since it would be a fault that never happens. */
export function fitting(name: string, params: Omit<Fault, "name">): Omit<Fault, "name"> {
  const wrong = misfit(name, params);
  if (wrong !== null) throw new Usage(`${wrong}. Nothing was set`);
  return params;
}

/** Parameters as `NAME=VALUE`; what looks like a number is one. */
export function parameters(words: string[]): Omit<Fault, "name"> {
  const pairs = words.map((word) => {
    const [key = "", value] = word.split(/=(.*)/s);
    if (value === undefined) throw new Usage(`a parameter is written NAME=VALUE, not ${word}`);
    return [key, /^\d+(\.\d+)?$/.test(value) ? Number(value) : value] as const;
  });
  return Object.fromEntries(pairs);
}
