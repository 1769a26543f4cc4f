/** Which texts a connection keeps prepared. */
import { beforeEach, expect, it } from "vitest";
import { KeptStatements } from "../../src/connections/mysql/kept-statements.ts";

const UPDATE = "UPDATE notes SET note = ? WHERE id = ?";
const QUESTION = "SELECT note FROM notes WHERE id = ?";

let forgotten: string[] = [];
let kept: KeptStatements;

beforeEach(() => {
  forgotten = [];
  kept = new KeptStatements((sql) => void forgotten.push(sql));
});

it("keeps a question, and a change only where it is said to be sent again", () => {
  kept.used(QUESTION);
  kept.used(UPDATE);
  expect([kept.has(QUESTION), kept.has(UPDATE), forgotten]).toEqual([true, false, [UPDATE]]);
  kept.used(UPDATE, true);
  expect(kept.has(UPDATE)).toBe(true);
});

it("keeps nothing over JSON_TABLE, whatever is said of it", () => {
  const [question, change] = [
    "SELECT 1 FROM JSON_TABLE(?, '$[*]' COLUMNS (k INT PATH '$')) AS j",
    "UPDATE json_table(?, '$[*]' COLUMNS (k INT PATH '$')) AS j STRAIGHT_JOIN notes SET note = ?",
  ];
  kept.used(question);
  kept.used(change, true);
  expect([kept.has(question), kept.has(change), forgotten]).toEqual([false, false, [question, change]]);
});

it("keeps nothing from before what changes how a text is understood", () => {
  kept.used(QUESTION);
  kept.used(UPDATE, true);
  kept.before("SET SESSION autocommit = 0");
  expect(forgotten).toEqual([]);
  kept.before("SET time_zone = '+00:00'");
  expect([kept.has(QUESTION), kept.has(UPDATE), forgotten]).toEqual([false, false, [QUESTION, UPDATE]]);
});
