/** Triggers of all six kinds: some write beside, some where no rollback reaches, some set columns of the row itself. */
import { numbers } from "./draw.ts";
import { atHome, type Stage } from "./stage.ts";
import type { MainTable, Tables } from "./tables.ts";

const EVENTS = ["INSERT", "UPDATE", "DELETE"] as const;

/** Adds triggers to the main table, for some scenes. */
export function drawTriggers(stage: Stage, tables: Tables): void {
  const { draw } = stage;
  if (draw.once(4)) {
    const statements = createdLater(stage, tables.main);
    for (const _again of numbers(4)) stage.interfere("trigger created", ...statements);
  }
  if (tables.main.extras.has("copy")) copying(stage, tables.main);
  if (!draw.once(4)) return;
  const event = draw.pick(EVENTS);
  const write = draw.pick(WRITES);
  write(stage, tables, `${draw.pick(["BEFORE", "AFTER"])} ${event}`);
}

function createdLater(stage: Stage, main: MainTable): string[] {
  const log = stage.table("later");
  stage.run(`CREATE TABLE ${log} (n INT AUTO_INCREMENT PRIMARY KEY, said VARCHAR(20))`);
  const event = stage.draw.pick(EVENTS);
  const body = `INSERT INTO ${log} (said) VALUES ('later')`;
  return [`CREATE TRIGGER ${stage.name("tl")} AFTER ${event} ON ${main.name} FOR EACH ROW ${body}`];
}

/** A clock's value that comes into a column by way of another one. */
function copying(stage: Stage, main: MainTable): void {
  const source = main.extras.has("up") ? "up" : "seen";
  for (const event of ["INSERT", "UPDATE"])
    stage.trigger(`tc${event[0] ?? ""}`, `BEFORE ${event}`, main.name, `SET NEW.copied = NEW.${source}`, []);
}

type Write = (stage: Stage, tables: Tables, when: string) => void;

const LOG = "(n INT AUTO_INCREMENT PRIMARY KEY, said VARCHAR(90))";

function logging(stage: Stage, log: string, { main }: Tables, when: string, into = log): void {
  const name = log.includes(".") ? log : atHome(log);
  stage.trigger("t", when, main.name, `INSERT INTO ${into} (said) VALUES ('x')`, [name]);
}

const WRITES: readonly Write[] = [
  (stage, tables, when) => {
    const log = stage.table("l");
    stage.run(`CREATE TABLE ${log} ${LOG}`);
    logging(stage, log, tables, when);
  },
  (stage, tables, when) => {
    const log = `${stage.schema()}.l`;
    stage.run(`CREATE TABLE ${log} ${LOG}`);
    logging(stage, log, tables, when);
  },
  (stage, tables, when) => {
    const log = `${stage.schema()}.l`;
    stage.run(`CREATE TABLE ${log} ${LOG} ENGINE = ${stage.draw.pick(["MyISAM", "Aria", "MEMORY"])}`);
    logging(stage, log, tables, when);
  },
  (stage, tables, when) => {
    const log = stage.table("l");
    stage.run(`CREATE TABLE ${log} ${LOG} ENGINE = MyISAM`);
    logging(stage, log, tables, when);
  },
  (stage, tables, when) => {
    const schema = stage.schema();
    stage.run(
      `CREATE TABLE ${schema}.l ${LOG} ENGINE = MyISAM`,
      `CREATE VIEW ${schema}.lv AS SELECT * FROM ${schema}.l`,
    );
    logging(stage, `${schema}.l`, tables, when, `${schema}.lv`);
  },
  (stage, tables, when) => {
    const [log, schema] = [stage.table("l"), stage.schema()];
    stage.run(`CREATE TABLE ${log} ${LOG}`, `CREATE TABLE ${schema}.deep ${LOG} ENGINE = MyISAM`);
    stage.trigger("td", "AFTER INSERT", log, `INSERT INTO ${schema}.deep (said) VALUES ('deep')`, [`${schema}.deep`]);
    const body = `INSERT INTO ${log} (said) VALUES ('x')`;
    stage.trigger("t", when, tables.main.name, body, [atHome(log), `${schema}.deep`]);
  },
  (stage, { main, other }, when) => {
    const row = when.endsWith("INSERT") ? "NEW" : "OLD";
    const body = `UPDATE ${other} SET word = 'by trigger' WHERE grp = ${row}.grp`;
    stage.trigger("t", when, main.name, body, [atHome(other)]);
  },
  (stage, { main }, when) => {
    if (when.endsWith("DELETE")) return;
    stage.trigger("t", when.replace("AFTER", "BEFORE"), main.name, "SET NEW.grp = NEW.grp + 100", []);
  },
  (stage, tables, when) => {
    const schema = stage.schema();
    stage.run(
      `CREATE TABLE ${schema}.l ${LOG} ENGINE = MyISAM`,
      `CREATE PROCEDURE ${schema}.p() MODIFIES SQL DATA INSERT INTO ${schema}.l (said) VALUES ('called')`,
    );
    stage.trigger("t", when, tables.main.name, `CALL ${schema}.p()`, [`${schema}.l`]);
  },
];
