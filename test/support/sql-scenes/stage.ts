/** Where a scene is built: it collects what is to be made, what is to be removed, and what somebody else could do. */
import type { Draw } from "./draw.ts";
import type { Flavour } from "./flavours.ts";
import { HOME, type Interference, type TriggerNote } from "./scene.ts";

export class Stage {
  readonly setup: string[] = [];
  readonly triggers: TriggerNote[] = [];
  readonly interferences: Interference[] = [];
  readonly seed: number;
  readonly draw: Draw;
  readonly flavour: Flavour;
  readonly #tables: string[] = [];
  readonly #rest: string[] = [];
  #schema: string | null = null;

  constructor(seed: number, draw: Draw, flavour: Flavour) {
    this.seed = seed;
    this.draw = draw;
    this.flavour = flavour;
  }

  run(...statements: readonly string[]): void {
    this.setup.push(...statements);
  }

  /** A name for a table of the site's database, which is dropped in the end. */
  table(letter: string): string {
    const name = this.name(letter);
    this.#tables.push(name);
    return name;
  }

  /** A name that no other scene has. */
  name(letter: string): string {
    return `${letter}_${this.seed}`;
  }

  /** The scene's own schema beside the site's; made when it is first asked for. */
  schema(): string {
    if (this.#schema !== null) return this.#schema;
    this.#schema = this.name("s");
    this.run(`CREATE DATABASE ${this.#schema}`);
    return this.#schema;
  }

  trigger(letter: string, when: string, table: string, body: string, writes: readonly string[]): void {
    const name = this.name(letter);
    this.run(`CREATE TRIGGER ${name} ${when} ON ${table} FOR EACH ROW ${body}`);
    this.triggers.push({ name, table: atHome(table), writes });
  }

  interfere(what: string, ...statements: readonly string[]): void {
    this.interferences.push({ what, statements });
  }

  /** Something to be undone besides tables and schemas. */
  cleanUp(statement: string): void {
    this.#rest.push(statement);
  }

  teardown(): string[] {
    const lines = ["SET foreign_key_checks = 0"];
    if (this.#schema !== null) lines.push(`DROP DATABASE IF EXISTS ${this.#schema}`);
    if (this.#tables.length > 0) lines.push(`DROP TABLE IF EXISTS ${this.#tables.join(", ")}`);
    return [...lines, ...this.#rest, "SET foreign_key_checks = 1"];
  }
}

/** A table of the site's database as a dump names it. */
export const atHome = (table: string): string => `${HOME}.${table}`;
