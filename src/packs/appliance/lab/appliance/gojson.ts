/** Thrown with the words of Go's JSON decoder. */
export class BadJson extends Error {}

/** Decodes a body into a Go struct: `fields` names its text fields, the only ones whose type is looked at. */
export function decodeGo(body: string, type: string, fields: string[] = []): Record<string, unknown> {
  const value = parse(body.trim());
  if (!isStruct(value)) throw new BadJson(`json: cannot unmarshal ${kind(value)} into Go value of type models.${type}`);
  const wrong = fields.find((field) => !fitsText(value[field]));
  if (wrong !== undefined)
    throw new BadJson(
      `json: cannot unmarshal ${kind(value[wrong])} into Go struct field ${type}.${wrong} of type string`,
    );
  return value;
}

function parse(text: string): unknown {
  if (text === "") throw new BadJson("EOF");
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new BadJson(syntaxError(text));
  }
}

function isStruct(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function fitsText(value: unknown): boolean {
  return value === undefined || value === null || typeof value === "string";
}

function kind(value: unknown): string {
  if (Array.isArray(value)) return "array";
  return typeof value === "boolean" ? "bool" : typeof value;
}

/** What Go says of the first character it cannot use; the commonest places only. */
function syntaxError(body: string): string {
  const literal = ["null", "true", "false"].find((word) => word.startsWith(body.charAt(0)));
  if (literal) {
    const offset = Array.from(literal).findIndex((mark, index) => body.charAt(index) !== mark);
    if (offset >= body.length) return "unexpected EOF";
    return `invalid character '${body.charAt(offset)}' in literal ${literal} (expecting '${literal.charAt(offset)}')`;
  }
  if (!/^[[{"\d-]/.test(body)) return `invalid character '${body.charAt(0)}' looking for beginning of value`;
  const key = /^\{\s*([^\s"}])/.exec(body);
  if (key) return `invalid character '${key[1]}' looking for beginning of object key string`;
  return "unexpected EOF";
}

/** A decoded text field; what is absent or null is empty, as in a Go struct. */
export function textField(object: Record<string, unknown>, name: string): string {
  const value = object[name];
  return typeof value === "string" ? value : "";
}

/** JSON as Go writes a map: its keys are sorted. */
export function goMap(value: Record<string, unknown>): string {
  return JSON.stringify(Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))));
}
