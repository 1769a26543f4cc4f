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
} from "yaml";
import type { Diagnostic } from "./diagnostic.ts";
import { MAX_BYTES } from "./limits.ts";
import { VARIANT } from "./variants.ts";

const MAX_DEPTH = 32;
const REFUSED_KEYS = new Set(["__proto__", "constructor", "prototype", "<<", VARIANT]);

/** Where something of a parsed file stands: by path, for the schema's complaints. */
export interface Locator {
  place(path: readonly PropertyKey[], onKey?: string): { readonly line: number; readonly column: number };
}

export interface ParsedYaml {
  readonly value: unknown;
  readonly locator: Locator;
  readonly problems: readonly Diagnostic[];
}

function locate(document: Document, counter: LineCounter): Locator {
  const position = (node: unknown): { line: number; column: number } | null => {
    const range = (node as { range?: [number, number, number] } | null | undefined)?.range;
    if (range === undefined || range === null) return null;
    const { line, col } = counter.linePos(range[0]);
    return { line, column: col };
  };
  return {
    place(path, onKey) {
      const steps = path.map((part) => (typeof part === "number" ? part : String(part)));
      for (let length = steps.length; length >= 0; length -= 1) {
        const node = (length === 0 ? document.contents : document.getIn(steps.slice(0, length), true)) as
          | Node
          | undefined;
        if (onKey !== undefined && isMap(node)) {
          const pair = node.items.find((item) => isScalar(item.key) && item.key.value === onKey);
          const keyPlace = pair === undefined ? null : position(pair.key);
          if (keyPlace !== null) return keyPlace;
        }
        const place = position(node);
        if (place !== null) return place;
      }
      return { line: 1, column: 1 };
    },
  };
}

/** Things that YAML allows and a runbook does not. */
function refuse(document: Document, report: (offset: number, message: string, hint?: string) => void): void {
  visit(document, (_key, node, ancestors) => {
    const offset = (node as { range?: [number, number, number] } | null)?.range?.[0] ?? 0;
    if (ancestors.length > MAX_DEPTH * 2) {
      report(offset, `nested deeper than ${MAX_DEPTH} levels`);
      return visit.BREAK;
    }
    if (isAlias(node)) report(offset, "aliases are not allowed", "write the value out");
    if (isPair(node)) {
      const { key } = node;
      const keyOffset = (key as { range?: [number, number, number] } | null)?.range?.[0] ?? 0;
      if (!isScalar(key) || typeof key.value !== "string") report(keyOffset, "a key must be plain text");
      else if (REFUSED_KEYS.has(key.value)) report(keyOffset, `the key "${key.value}" is not allowed`);
    }
    if (isScalar(node) || isMap(node) || isSeq(node)) {
      if (node.anchor !== undefined) report(offset, "anchors are not allowed", "write the value out");
      if (node.tag !== undefined && !node.tag.startsWith("tag:yaml.org,2002:"))
        report(offset, `the tag ${node.tag} is not allowed`);
    }
    return undefined;
  });
}

/** Parses the text of a file. `value` may be used only when there are no problems. */
export function parseYaml(source: string, file: string): ParsedYaml {
  const counter = new LineCounter();
  const problems: Diagnostic[] = [];
  const report = (offset: number, message: string, hint: string | null = null): void => {
    const { line, col } = counter.linePos(offset);
    problems.push({ file, line: Math.max(1, line), column: Math.max(1, col), message, hint });
  };
  const nowhere: Locator = { place: () => ({ line: 1, column: 1 }) };
  if (Buffer.byteLength(source) > MAX_BYTES) {
    report(0, `the file is larger than ${MAX_BYTES / 1024} KiB`);
    return { value: null, locator: nowhere, problems };
  }
  const documents = parseAllDocuments(source, {
    schema: "failsafe",
    version: "1.2",
    lineCounter: counter,
    uniqueKeys: true,
    strict: true,
  });
  const [document] = documents;
  if (!Array.isArray(documents) || document === undefined) {
    report(0, "the file is empty", "a runbook file begins with: handrail: 1");
    return { value: null, locator: nowhere, problems };
  }
  if (documents.length > 1) report(documents[1]?.range[0] ?? 0, "one document to a file", "remove the second ---");
  if (/^%/mu.test(source.slice(0, document.contents?.range?.[0] ?? 0))) report(0, "directives (%) are not allowed");
  for (const problem of [...document.errors, ...document.warnings]) {
    report(problem.pos[0], problem.message.split("\n")[0]?.replace(/ at line \d+, column \d+:?$/u, "") ?? problem.code);
  }
  if (problems.length === 0) refuse(document, report);
  const value: unknown = problems.length === 0 ? document.toJS({ maxAliasCount: 0 }) : null;
  return { value, locator: locate(document, counter), problems };
}
