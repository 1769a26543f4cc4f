/** The shapes in which a known secret turns up: as it is, encoded, or inside something encoded. */
import { Buffer } from "node:buffer";

/** A shape of a secret. `run` says that the whole run of base64 characters around it belongs to it. */
export interface Form {
  readonly text: string;
  readonly run: boolean;
}

/** Shorter values are not looked for: replacing every "a" would destroy the journal and hide nothing. */
export const MIN_SECRET_LENGTH = 4;

/** All shapes of a value, without repetitions. Mixed-case percent or hex encoding is not among them. */
export function formsOf(value: string): Form[] {
  const plain = [value, ...jsonForms(value), ...urlForms(value), ...sqlForms(value), ...hexForms(value)];
  const base64 = base64Forms(value);
  const uniqueTexts = new Set<string>();
  const forms: Form[] = [];
  for (const [texts, run] of [
    [plain, false],
    [base64, true],
  ] as const) {
    for (const text of texts) {
      if (text.length < MIN_SECRET_LENGTH || uniqueTexts.has(text)) continue;
      uniqueTexts.add(text);
      forms.push({ text, run });
    }
  }
  return forms;
}

function jsonForms(value: string): string[] {
  const json = JSON.stringify(value).slice(1, -1);
  const twice = JSON.stringify(json).slice(1, -1);
  const ascii = json.replaceAll(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
  return [json, twice, ascii, ascii.toUpperCase() === ascii ? ascii : json.replaceAll("/", "\\/")];
}

function urlForms(value: string): string[] {
  // A lone surrogate cannot be URL-encoded; as bytes it is U+FFFD anyway.
  const text = value.toWellFormed();
  const usual = encodeURIComponent(text);
  const strict = usual.replaceAll(/[!'()*~]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
  const form = new URLSearchParams({ v: text }).toString().slice(2);
  const upper = [usual, strict, form, usual.replaceAll("%20", "+"), encodeURI(text), encodeURIComponent(usual)];
  const lower = upper.map((encoding) => encoding.replaceAll(/%(?:25)?[0-9A-F]{2}/g, (hex) => hex.toLowerCase()));
  return [...upper, ...lower];
}

function sqlForms(value: string): string[] {
  return [value.replaceAll("'", "''"), value.replaceAll(/[\\'"]/g, (char) => `\\${char}`)];
}

function hexForms(value: string): string[] {
  const hex = Buffer.from(value).toString("hex");
  return [hex, hex.toUpperCase()];
}

/**
 * Base64 of `user:secret` does not contain base64 of `secret`: the characters depend on where the value falls in a
 * group of three bytes. For each of the three places, the characters that depend on the value alone.
 */
function base64Forms(value: string): string[] {
  const bytes = Buffer.from(value);
  return [0, 1, 2].flatMap((padding) => {
    const base64 = Buffer.concat([Buffer.alloc(padding), bytes]).toString("base64");
    const own = base64.slice(Math.ceil((padding * 8) / 6), Math.floor(((padding + bytes.length) * 8) / 6));
    return [own, own.replaceAll("+", "-").replaceAll("/", "_")];
  });
}
