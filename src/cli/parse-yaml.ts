/** YAML of the configuration. A file of its own, since the bundler gives a lazily loaded CommonJS package no named parts. */
import { parse } from "yaml";

/** Reads one document; aliases are refused. Throws with line and column where it is not YAML. */
export const parseYaml = (text: string): unknown => parse(text, { maxAliasCount: 0 });
