/**
 * Reads a runbook file as strict YAML: one document, no directives, aliases, tags, merge keys or repeated keys, and
 * every scalar a string. Every problem is reported, each at its place.
 */
import {
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  parseAllDocuments,
  visit,
  type Document,
  type Node,
  type Scalar,
  type YAMLError,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";
import type { Diagnostic } from "./diagnostic.ts";
import { MAX_BYTES } from "./limits.ts";
import { VARIANT } from "./variants.ts";

const MAX_DEPTH = 32;
const REFUSED_KEYS = new Set(["__proto__", "constructor", "prototype", "<<", VARIANT]);

/** Where something of a parsed file stands: by path, for the schema's complaints. */
export interface Locator {
  place(path: readonly PropertyKey[], onKey?: string): { readonly line: number; readonly column: number };
  /** The text of a scalar without quotes; null for anything else, and where nothing was written. */
  plainText(path: readonly PropertyKey[]): string | null;
}

export interface ParsedYaml {
  readonly value: unknown;
  readonly locator: Locator;
  readonly problems: readonly Diagnostic[];
}

/** Where a node begins in the text; undefined for what was not written. */
const offsetOf = (node: unknown): number | undefined =>
  (node as { range?: [number, number, number] | null } | null | undefined)?.range?.[0];

const beginOf = (node: unknown): number => offsetOf(node) ?? 0;

/** The key of that name in a map; undefined for anything else. */
const keyIn = (node: unknown, name: string | undefined): unknown =>
  isMap(node) ? node.items.find(({ key }) => isScalar(key) && key.value === name)?.key : undefined;

function locate(document: Document, counter: LineCounter): Locator {
  const position = (node: unknown): { line: number; column: number } | null => {
    const offset = offsetOf(node);
    if (offset === undefined) return null;
    const { line, col } = counter.linePos(offset);
    return { line, column: col };
  };
  return {
    place(path, onKey) {
      const steps = path.map((part) => (typeof part === "number" ? part : String(part)));
      for (let length = steps.length; length >= 0; length -= 1) {
        const node = (length === 0 ? document.contents : document.getIn(steps.slice(0, length), true)) as
          | Node
          | undefined;
        const place = position(keyIn(node, onKey)) ?? position(node);
        if (place !== null) return place;
      }
      return { line: 1, column: 1 };
    },
    plainText(path) {
      const node: unknown = document.getIn(path, true);
      return isScalar(node) && node.type === "PLAIN" ? String(node.value) : null;
    },
  };
}

/** What to do about what YAML itself does not take, by its codes. */
const HINTS: Readonly<Record<string, string>> = {
  DUPLICATE_KEY: "write it once",
  BAD_INDENT: "fields of one map stand below one another",
  TAB_AS_INDENT: "indent with blanks",
  MISSING_CHAR: "close what was opened: a quote, a bracket, or a text with : or # in quotes",
};
const ANY_HINT = "look at this line and the one above it; a text with : or # or { in it stands in quotes";

type Report = (offset: number, message: string, hint?: string) => void;

/** Things that YAML allows and a runbook does not. */
function refuse(document: Document, report: Report): void {
  visit(document, (_key, node, ancestors) => {
    const offset = beginOf(node);
    if (ancestors.length > MAX_DEPTH * 2) {
      report(offset, `nested deeper than ${MAX_DEPTH} levels`, "no runbook needs that: look for a bracket too many");
      return visit.BREAK;
    }
    if (isAlias(node)) report(offset, "aliases are not allowed", "write the value out");
    if (isPair(node)) refuseKey(node.key, report);
    if (isValue(node)) refuseProperties(node, offset, report);
    return undefined;
  });
}

const isValue = (node: unknown): node is Scalar | YAMLMap | YAMLSeq => isScalar(node) || isMap(node) || isSeq(node);

function refuseKey(key: unknown, report: Report): void {
  const offset = beginOf(key);
  if (!isScalar(key) || typeof key.value !== "string") report(offset, "a key must be plain text", "NAME: VALUE");
  else if (REFUSED_KEYS.has(key.value)) report(offset, `the key "${key.value}" is not allowed`, "another name");
}

function refuseProperties({ anchor, tag }: Scalar | YAMLMap | YAMLSeq, offset: number, report: Report): void {
  if (anchor !== undefined) report(offset, "anchors are not allowed", "write the value out");
  if (tag !== undefined && !tag.startsWith("tag:yaml.org,2002:"))
    report(offset, `the tag ${tag} is not allowed`, "leave it out: every value is text");
}

const hasDirectives = (source: string, { contents }: Document): boolean =>
  /^%/mu.test(source.slice(0, beginOf(contents)));

/** What is wrong, without the place that stands beside it. */
const messageOf = ({ message, code }: YAMLError): string =>
  message.split("\n")[0]?.replace(/ at line \d+, column \d+:?$/u, "") ?? code;

function reportSyntax(source: string, document: Document, second: Document | undefined, report: Report): void {
  if (second !== undefined) report(beginOf(second), "one document to a file", "remove the second ---");
  if (hasDirectives(source, document)) report(0, "directives (%) are not allowed", "leave the line out");
  for (const problem of [...document.errors, ...document.warnings])
    report(problem.pos[0], messageOf(problem), HINTS[problem.code] ?? ANY_HINT);
}

/** Parses the text of a file. `value` may be used only when there are no problems. */
export function parseYaml(source: string, file: string): ParsedYaml {
  const counter = new LineCounter();
  const problems: Diagnostic[] = [];
  const report = (offset: number, message: string, hint: string | null = null): void => {
    const { line, col } = counter.linePos(offset);
    problems.push({ file, line: Math.max(1, line), column: Math.max(1, col), message, hint, rule: null });
  };
  const nowhere: Locator = { place: () => ({ line: 1, column: 1 }), plainText: () => null };
  if (Buffer.byteLength(source) > MAX_BYTES) {
    report(0, `the file is larger than ${MAX_BYTES / 1024} KiB`, "make two files of it");
    return { value: null, locator: nowhere, problems };
  }
  const documents = parseAllDocuments(source, {
    schema: "failsafe",
    version: "1.2",
    lineCounter: counter,
    uniqueKeys: true,
    strict: true,
  });
  const [document, second] = documents;
  if (document === undefined) {
    report(0, "the file is empty", "a runbook file begins with: handrail: 1");
    return { value: null, locator: nowhere, problems };
  }
  reportSyntax(source, document, second, report);
  if (problems.length === 0) refuse(document, report);
  const value: unknown = problems.length === 0 ? document.toJS({ maxAliasCount: 0 }) : null;
  return { value, locator: locate(document, counter), problems };
}
