/**
 * Takes secrets out of everything that is stored, shown or exported, before it is hashed. Two passes: the secrets this
 * process knows, in every shape they may take; then what looks like a secret.
 */
import { hash } from "node:crypto";
import { type Form, formsOf, MIN_SECRET_LENGTH } from "./forms.ts";
import { isSecretName, NAMED_TOKEN, PATTERN_TOKENS, patternSpans } from "./patterns.ts";
import { type RedactingStream, redactingStream } from "./redact-stream.ts";
import { literal, mergeSpans, replaceSpans, type Span } from "./span.ts";

/** Removes secrets. Applying it to its own output changes nothing. */
export interface Redactor {
  /** The text with each secret replaced by `‹secret:NAME 1a2b3c4d›` (known) or `‹redacted:KIND›` (by its looks). */
  redact(text: string): string;
  /** The value with every string in it redacted, keys too, and every value under a name like `password` hidden. */
  redactJson<T>(value: T): T;
  /** A redactor for text that comes in pieces. */
  stream(): RedactingStream;
  /** Names of the secrets too short to be looked for: worth a warning when a run starts. */
  readonly tooShort: readonly string[];
}

export interface RedactorOptions {
  readonly secrets: readonly { readonly name: string; readonly value: string }[];
  /** Of the journal: makes the digits of a token tell values apart without telling them to another journal's reader. */
  readonly salt: string;
}

/** Makes a redactor for these secrets. Its cost grows with the length of the text, hardly with the number of secrets. */
export function makeRedactor({ secrets, salt }: RedactorOptions): Redactor {
  const matcher = knownSecrets(secrets, salt);
  const tokens = [...new Set([...matcher.tokens, ...PATTERN_TOKENS])];
  const tokenRegex = new RegExp(tokens.map(literal).join("|"), "g");

  const spans = (text: string): Span[] => {
    const candidates = mergeSpans([...matcher.spans(text), ...patternSpans(text)]);
    if (candidates.length === 0) return candidates;
    const ours = [...text.matchAll(tokenRegex)].map((match) => [match.index, match.index + match[0].length] as const);
    return candidates.filter((span) => !ours.some(([start, end]) => start <= span.start && span.end <= end));
  };
  const redact = (text: string): string => {
    let out = text;
    // A token in place of a quoted value may complete another pattern, so once is not always enough.
    for (let pass = 0; pass < MAX_PASSES; pass += 1) {
      const matches = spans(out);
      if (matches.length === 0) break;
      out = replaceSpans(out, matches);
    }
    return out;
  };
  return {
    redact,
    redactJson: <T>(value: T) => redactValue(value, redact) as T,
    stream: () => redactingStream({ redact, spans, window: matcher.longest }),
    tooShort: secrets.filter(({ value }) => value.length < MIN_SECRET_LENGTH).map(({ name }) => name),
  };
}

const MAX_PASSES = 16;
const BASE64 = /[A-Za-z0-9+/=_-]/;

interface KnownSecrets {
  readonly tokens: readonly string[];
  readonly longest: number;
  spans(text: string): Span[];
}

/** Every form of every secret that is long enough, by its text, with the token that stands for it: the first of a text. */
function formsByText(secrets: RedactorOptions["secrets"], salt: string): Map<string, { form: Form; token: string }> {
  const byText = new Map<string, { form: Form; token: string }>();
  for (const { name, value } of secrets) {
    if (value.length < MIN_SECRET_LENGTH) continue;
    const digits = hash("sha256", `${salt}\0${value}`).slice(0, 8);
    const token = `‹secret:${name.replaceAll(/[^\w.-]/g, "_")} ${digits}›`;
    for (const form of formsOf(value)) if (!byText.has(form.text)) byText.set(form.text, { form, token });
  }
  return byText;
}

function knownSecrets(secrets: RedactorOptions["secrets"], salt: string): KnownSecrets {
  const byText = formsByText(secrets, salt);
  const texts = [...byText.keys()].toSorted((a, b) => b.length - a.length);
  const regex = new RegExp(texts.map(literal).join("|"), "g");
  const spans = (text: string): Span[] => {
    if (texts.length === 0) return [];
    const matches: Span[] = [];
    regex.lastIndex = 0;
    for (let match = regex.exec(text); match !== null; match = regex.exec(text)) {
      const entry = byText.get(match[0]);
      if (entry !== undefined)
        matches.push({ ...widen(text, match.index, match[0].length, entry.form), token: entry.token });
      // Step by one: another secret may begin inside this one.
      regex.lastIndex = match.index + 1;
    }
    return matches;
  };
  return {
    tokens: [...new Set([...byText.values()].map(({ token }) => token))],
    longest: texts[0]?.length ?? 0,
    spans,
  };
}

/** Where a secret stands; the whole run of base64 around it, where its form says so. */
function widen(text: string, index: number, length: number, { run }: Form): Omit<Span, "token"> {
  const limit = run ? 4 * length + 64 : 0;
  const start = index - runLength(text.slice(Math.max(0, index - limit), index), -1);
  const valueEnd = index + length;
  const end = valueEnd + runLength(text.slice(valueEnd, Math.max(valueEnd, index + 2 * limit)), 1);
  return { from: start, start, end };
}

/** How many characters of base64 a text begins with (1) or ends in (-1). */
function runLength(text: string, step: 1 | -1): number {
  let count = 0;
  while (count < text.length && BASE64.test(text.at(step === 1 ? count : -1 - count) ?? "")) count += 1;
  return count;
}

function redactValue(value: unknown, redact: (text: string) => string): unknown {
  if (typeof value === "string") return redact(value);
  if (Array.isArray(value)) return redactArguments(value, redact);
  return value === null || typeof value !== "object" ? value : redactMembers(value, redact);
}

function redactMembers(value: object, redact: (text: string) => string): object {
  const members = new Map<string, unknown>();
  for (const [key, member] of Object.entries(value) as [string, unknown][]) {
    let name = redact(key);
    // Two keys may become one token; neither member may be lost.
    while (members.has(name)) name += "'";
    members.set(name, isSecretName(key) && isSayable(member) ? hideNamed(member, redact) : redactValue(member, redact));
  }
  return Object.fromEntries(members);
}

/** Whether a member can be a secret itself: a text that is not empty, or a number. */
const isSayable = (member: unknown): member is string | number =>
  (typeof member === "string" || typeof member === "number") && member !== "";

/** A known secret keeps its own token, which says more than the name does. */
function hideNamed(value: string | number, redact: (text: string) => string): string {
  const text = redact(String(value));
  return /^‹(?:secret|redacted):[\w.-]+(?: [0-9a-f]{8})?›$/.test(text) ? text : NAMED_TOKEN;
}

/** In an argument list of a MySQL client, `-pSECRET` stands alone in its string. */
function redactArguments(items: readonly unknown[], redact: (text: string) => string): unknown[] {
  const client = items.some((item) => typeof item === "string" && /(?:^|\/)(?:mysql|mariadb)[a-z_-]*$/.test(item));
  return items.map((item) => {
    const isClientPassword = client && typeof item === "string" && /^-p[\s\S]/.test(item);
    return isClientPassword ? `-p${NAMED_TOKEN}` : redactValue(item, redact);
  });
}
