/** YAML of the configuration. A file of its own, since the bundler gives a lazily loaded CommonJS package no named parts. */
import { Document, isMap, isPair, isScalar, LineCounter, parse, parseDocument, stringify, visit } from "yaml";
import { err, ok, type Result } from "../../ports/result.ts";

/** Reads one document; aliases are refused. Throws with line and column where it is not YAML. */
export const parseYaml = (text: string): unknown => parse(text, { maxAliasCount: 0 });

/** Settings as text of a configuration. */
export const yamlText = (value: unknown): string => stringify(value, { lineWidth: 0 });

/** A configuration as its author wrote it. */
export interface ConfigText {
  readonly sites: readonly string[];
  /** What is written of a site; null where nothing is. */
  site(name: string): unknown;
  /** The whole text with one site more, or with another one in its place; remarks stay. */
  withSite(name: string, site: unknown): string;
}

const HEAD =
  " Handrail: sites and their connections. `handrail config` shows what is in force, `handrail doctor` what works.";

/** A configuration that has nothing yet. */
export function emptyConfig(): ConfigText {
  const document = new Document({ sites: {} });
  document.commentBefore = HEAD;
  return configText(document);
}

/** Reads a configuration to write into it; a sentence where it is not YAML, or has something else in place of sites. */
export function parseConfig(text: string): Result<ConfigText, string> {
  const document = parseDocument(text, { prettyErrors: true });
  const [problem] = document.errors;
  if (problem !== undefined) return err(problem.message);
  if (document.contents === null) return ok(emptyConfig());
  if (!isMap(document.contents)) return err("it is no list of keys with values");
  const sites = document.get("sites");
  return mayBeSites(sites) ? ok(configText(document)) : err("`sites` is no list of names with settings");
}

const mayBeSites = (node: unknown): boolean => node === undefined || node === null || isMap(node);

function configText(document: Document): ConfigText {
  const sites = document.get("sites");
  return {
    sites: isMap(sites) ? sites.items.flatMap(({ key }) => (isScalar(key) ? [String(key.value)] : [])) : [],
    site: (name) => (isMap(sites) ? (sites.toJSON() as Record<string, unknown>)[name] : null) ?? null,
    withSite: (name, site) => {
      document.setIn(["sites", name], document.createNode(site));
      return document.toString({ lineWidth: 0 });
    },
  };
}

/** The line of each value of a document, by its path of keys (`sites.berlin.mysql.user`); 1 is the first. */
export function linesOf(text: string): ReadonlyMap<string, number> {
  const counter = new LineCounter();
  const lines = new Map<string, number>();
  const document = parseDocument(text, { lineCounter: counter });
  visit(document, {
    Pair: (_key, pair, parents) => {
      const path = [...parents.filter(isPair), pair].map(({ key }) => (isScalar(key) ? String(key.value) : ""));
      if (isScalar(pair.key) && pair.key.range) lines.set(path.join("."), counter.linePos(pair.key.range[0]).line);
    },
  });
  return lines;
}
