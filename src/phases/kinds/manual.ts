/** `manual`: what a person does outside of Handrail, as numbered lines. Nothing is sent: the person says how it went. */
import { evaluate, fill, templateParts, type Scope } from "../expression.ts";
import type { ChangeKind, RequestError } from "../change-kind.ts";
import type { JsonObject } from "../../ports/json.ts";
import { err, ok, type Result } from "../../ports/result.ts";
import { clean } from "../../text/sentence.ts";
import type { ChangeSpec, Template } from "../spec.ts";
import type { StepKind } from "../step-kind.ts";

interface ManualSpec extends ChangeSpec {
  readonly kind: "manual";
  readonly lines: readonly Template[];
  /** Id of a probe: only its holding counts as seen. */
  readonly proof?: string;
  /** What that probe shows. */
  readonly shows?: Template;
}

/** Seconds that its proof is watched after somebody said that it is done. */
const WATCH_S = 300;

/** Every line with its values. One without is no instruction: whoever followed it would do something else. */
function filled(line: Template, scope: Scope): Result<string, RequestError> {
  let text = "";
  for (const part of templateParts(line)) {
    if ("text" in part) {
      text += part.text;
      continue;
    }
    const value = evaluate(part.expression, scope);
    if (!value.ok) return err({ message: `a line (${part.expression}) has no value: ${value.error.message}` });
    text += typeof value.value === "string" ? value.value : JSON.stringify(value.value);
  }
  return ok(text);
}

function request(spec: ManualSpec, scope: Scope): Result<JsonObject, RequestError> {
  const lines: string[] = [];
  for (const line of spec.lines) {
    const text = filled(line, scope);
    if (!text.ok) return text;
    lines.push(text.value);
  }
  const { proof } = spec;
  return ok({ lines, proof: proof === undefined ? null : { probe: proof, shows: fill(spec.shows ?? proof, scope) } });
}

const numbered = (lines: readonly string[]): string[] => lines.map((text, index) => `${index + 1}. ${clean(text)}`);

const instructions = (body: JsonObject): string[] => numbered(body["lines"] as string[]);

const proofText = (shows: string | undefined): string =>
  shows === undefined
    ? "nobody looks at it: it stays what somebody said"
    : `it counts once this is seen: ${clean(shows)}`;

/** What the proof of a request will have to show; undefined without one. */
const showsOf = (body: JsonObject): string | undefined =>
  (body["proof"] as { readonly shows: string } | null)?.shows ?? undefined;

const change: ChangeKind<ManualSpec> = {
  forms: { "": { lines: "lines", proof: "probe" } },
  instructions,
  limit: WATCH_S,
  every: 5,
  counterpart: "a person",
  looks: "its proof, where it has one",
  risk: () => "change",
  outline: ({ lines, shows }) => ["a person does this, outside of Handrail:", ...numbered(lines), proofText(shows)],
  request,
  describe: (body) => {
    const [first = "", ...rest] = body["lines"] as string[];
    return `A person does it: ${first}${rest.length === 0 ? "" : ` (and ${rest.length} more)`}`;
  },
  requestLines: (body) => ["You do this, outside of Handrail:", ...instructions(body), proofText(showsOf(body))],
  wayBack: () => ({ kind: "other", why: [] }),
  preview: () => Promise.resolve(ok(null)),
  previewLines: () => [],
  seal: (preview) => preview,
  effects: () => [{ what: "step by hand", verb: "", count: 1 }],
  prepare: () => Promise.resolve(ok({})),
  dispatch: () => Promise.reject(new Error("what a person does is not sent")),
  poll: () => Promise.reject(new Error("what a person does has no id to wait for")),
  settle: () => Promise.reject(new Error("what a person does has no attempt to settle")),
  trace: (body) => (showsOf(body) === undefined ? "none" : "effect"),
};

export const manual: StepKind = {
  summary: "What a person does outside; it counts as seen only where a proof shows it.",
  reads: {},
  change,
};
