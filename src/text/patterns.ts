/**
 * Secrets nobody told us about, found by what stands around them. The daemons' own error texts hold whole signed
 * URLs, so `apikey=` and `signature=` are as much a part of this as `password=`.
 * Every quantifier is bounded or consumes what it has scanned: hostile text costs linear time.
 */
import { Buffer } from "node:buffer";
import type { Span } from "./span.ts";

interface Pattern {
  readonly name: string;
  /** Group 1 is what stands before the value, group 2 the value. */
  readonly regex: RegExp;
  readonly accept?: (value: string) => boolean;
}

// One of our own tokens counts as one character of a value: it holds a space.
const ATOM = String.raw`(?:‹[^›\n]{1,80}›|[^\s&;,'"<>])`;
const QUOTED = String.raw`(?:\\+["'][\s\S]*?(?:\\+["']|$)|'(?:[^'\\]|\\[\s\S]|'')*(?:'|\\?$)|"(?:[^"\\]|\\[\s\S]|"")*(?:"|\\?$))`;
const VALUE = `(?:${QUOTED}|${ATOM}+)`;
const STRONG =
  "passw(?:or)?d|passphrase|secret[_-]?key|api[_-]?key|client[_-]?secret|access[_-]?token|session[_-]?key|private[_-]?key";
const WEAK = "pwd|pass|signature|sig|token|secret";
const AFTER_NAME = String.raw`\\*["']?[ \t]{0,20}`;

const PATTERNS: readonly Pattern[] = [
  pattern("pem", String.raw`()(-----BEGIN [A-Z0-9 ]{1,40}-----[\s\S]*?(?:-----END [A-Z0-9 ]{1,40}-----|$))`, "g"),
  pattern(
    "userinfo",
    String.raw`(:\/\/)((?:‹[^›\n]{1,80}›|[^\s\/?#"'<>@‹]|@(?=[^\s\/?#"'<>]{0,256}@)){1,512})(?=@)`,
    "g",
  ),
  // A password with a raw slash in it: not a host with a port, and an @ further on.
  pattern("userinfo", String.raw`(:\/\/)([^\s\/?#@:"'<>]{1,128}:(?!\d{1,5}(?:[\/?#]|$))[^\s"'<>@]{0,256})(?=@)`, "g"),
  // "(using password: YES)" is the server's own wording.
  pattern("password", String.raw`((?:${STRONG})${AFTER_NAME}[:=][ \t]{0,20})(?!(?:YES|NO)\))(${VALUE})`),
  pattern("password", String.raw`((?<![A-Za-z0-9])(?:${WEAK})${AFTER_NAME}=[ \t]{0,20})(${VALUE})`),
  pattern("password", String.raw`((?:${STRONG}|(?<![A-Za-z0-9])(?:${WEAK}))%3d)((?:(?!%26)${ATOM})+)`),
  pattern(
    "header",
    String.raw`((?<![A-Za-z])(?:(?:proxy-)?authorization|(?:set-)?cookie|x-(?:api-key|auth-token))${AFTER_NAME}[:=][ \t]{0,20})(${QUOTED}|Digest[ \t][^\r\n]+|[^\r\n"']+)`,
  ),
  pattern("bearer", String.raw`((?<![A-Za-z0-9])Bearer[ \t]{1,4})([A-Za-z0-9._~+\/=-]{8,})`),
  {
    ...pattern("basic", String.raw`((?<![A-Za-z0-9])Basic[ \t]{1,4})([A-Za-z0-9+\/=_-]{4,})`),
    accept: isUserAndPassword,
  },
  pattern(
    "password",
    String.raw`(IDENTIFIED\s{1,20}(?:(?:WITH|VIA)\s{1,20}\S{1,64}\s{1,20})?(?:BY|AS|USING)\s{1,20}(?:PASSWORD\s{0,20}\(?\s{0,20})?)(${QUOTED})`,
  ),
  pattern("password", String.raw`((?<![A-Za-z0-9])PASSWORD\s{0,5}\(\s{0,5})(${QUOTED})`),
  pattern("password", String.raw`(SET\s{1,5}PASSWORD\s[^;=\n]{0,200}=\s{0,5})(${QUOTED})`),
  pattern(
    "password",
    String.raw`((?<![A-Za-z0-9])(?:mysql|mariadb)[a-z_-]{0,20}[ \t][^\n;|]{0,400}?(?<=\s)-p)(${QUOTED}|${ATOM}+)`,
    "g",
  ),
];

function pattern(name: string, source: string, flags = "gi"): Pattern {
  return { name: `‹redacted:${name}›`, regex: new RegExp(source, flags) };
}

/** Every token that {@link patternSpans} can put in. */
export const PATTERN_TOKENS: readonly string[] = [...new Set(PATTERNS.map(({ name }) => name))];

/** The token for a value whose name alone says that it is secret. */
export const NAMED_TOKEN = "‹redacted:password›";

const SECRET_NAME = new RegExp(`^(?:[\\w-]*[_-])?(?:${STRONG}|authorization|cookie)$`, "i");

/** Whether a member of that name holds a secret whatever its value looks like. */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name);
}

/** Each pattern needs one of these. One look for all of them spares most texts the patterns. */
const LURE =
  /:\/\/|-----BEGIN|pass|pwd|key|secret|token|sig|authorization|cookie|bearer|basic|identified|mysql|mariadb/i;

/** The stretches of a text that look like secrets, in no particular order; they may overlap. */
export function patternSpans(text: string): Span[] {
  if (!LURE.test(text)) return [];
  return PATTERNS.flatMap(({ name, regex, accept }) => {
    const spans: Span[] = [];
    for (const match of text.matchAll(regex)) {
      const [, context = "", value = ""] = match;
      if (accept?.(value) === false) continue;
      const [openingLength, closingLength] = quotesOf(value);
      const start = match.index + context.length;
      if (openingLength + closingLength < value.length)
        spans.push({
          from: match.index,
          start: start + openingLength,
          end: start + value.length - closingLength,
          token: name,
        });
    }
    return spans;
  });
}

/** How many characters at each end are quotes, so that the quotes can stay. */
function quotesOf(value: string): [number, number] {
  const openingLength = /^\\*["']/.exec(value)?.[0].length ?? 0;
  if (openingLength === 0) return [0, 0];
  const closingLength = /\\*["']$/.exec(value.slice(openingLength))?.[0].length ?? 0;
  return [openingLength, Math.min(closingLength, openingLength)];
}

function isUserAndPassword(value: string): boolean {
  return Buffer.from(value, "base64").includes(":");
}
