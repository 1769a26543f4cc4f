/** Whether a text names a block device: itself or one of its partitions, but no other disk whose name is longer. */
import { realpathSync } from "node:fs";
import { tryLook } from "./table.ts";

interface Name {
  readonly path: string;
  readonly pattern: RegExp;
}

export interface Device {
  /** As asked for, and as it is answered. */
  readonly asked: string;
  /** Its link may not be followed, so under which other name a process has it is not known. */
  readonly hidden: boolean;
  readonly names: readonly Name[];
}

/** Prepares a device path for matching; a by-id link is followed, so that `/dev/vdb` is found under either name. */
export function deviceOf(path: string): Device {
  const target = tryLook(() => realpathSync(path));
  const aliases = typeof target === "string" || target.value === path ? [] : [target.value];
  return { asked: path, hidden: target === "hidden", names: [path, ...aliases].map(nameOf) };
}

function nameOf(path: string): Name {
  const partition = /\d$/.test(path) ? String.raw`(?:p\d+)?` : String.raw`\d*`;
  const pattern = new RegExp(String.raw`(?<![\w/.-])${escapeRegex(path)}${partition}(?:-part\d+)?(?![\w-])`);
  return { path, pattern };
}

const escapeRegex = (path: string): string => path.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`);

/** True when one of the texts (arguments, link targets) names the device. */
export function names(device: Device, texts: readonly string[]): boolean {
  // Thousands of texts are looked at; next to none has the path at all.
  return texts.some((text) => device.names.some(({ path, pattern }) => text.includes(path) && pattern.test(text)));
}
