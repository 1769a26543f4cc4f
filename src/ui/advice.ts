/** What is suggested for a target, as the screen says it: with the key that does it, where one does. */
import { keyName } from "./key-names.ts";
import { bindingFor, keyTable } from "./keys.ts";
import { modeOf } from "./mode.ts";
import type { Model } from "./model.ts";
import type { Advice } from "./sources.ts";

/** One sentence: what to do, by which key of this screen, and why. */
export function adviceText(model: Model, { suggestion, key, why: reason }: Advice): string {
  const binding = key === null ? undefined : bindingFor(keyTable(model.runbooks), modeOf(model), key);
  const way = key === null || binding === undefined ? "" : ` (${keyName(key, "Enter")})`;
  return `Suggested: ${suggestion}${way}, because ${reason}.`;
}
