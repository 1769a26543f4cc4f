/** Hands text to the terminal's clipboard, and says what was handed. Whether the terminal took it nobody can know. */
import type { Model } from "../model.ts";
import { refuse, say, update, type Update } from "../update.ts";

/** Terminals take about 100 000 characters of base64 in one piece. */
const LIMIT_BYTES = 70_000;

export const isTooLong = (text: string): boolean => Buffer.byteLength(text) > LIMIT_BYTES;

/** Sends a text; `subject`: what it is, for the sentence about it. */
export function sendText(model: Model, text: string, subject: string): Update {
  if (!model.session.clipboard) return refuse(model, "this terminal cannot be handed anything to copy");
  if (isTooLong(text)) return refuse(model, `${subject}: that is more than a terminal's clipboard takes`);
  const message = `sent ${subject} to the terminal's clipboard by OSC 52, if it takes that`;
  return update(say(model, message, "ok"), { type: "copy", text });
}
