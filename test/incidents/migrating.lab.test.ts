/** A volume stuck in Migrating, in tables like CloudStack's own: rows alone, previewed, verified and taken back. */
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { undoByPerson } from "../support/person.ts";
import { MIGRATING } from "./worlds.ts";
import { ownDatabase, ownSite, type OwnDatabase, type OwnSite } from "../support/own-site.ts";

const FILE = join(import.meta.dirname, "migrating.yaml");
let database: OwnDatabase;
let site: OwnSite;

const rows = async (): Promise<unknown> =>
  (await database.server.root.query("SELECT uuid, state, removed IS NULL AS there FROM shop.volumes ORDER BY id"))[0];

beforeAll(async () => {
  database = await ownDatabase(MIGRATING.tables);
});
afterAll(() => database.stop());
beforeEach(async () => {
  site = ownSite({ db: { mysql: database.mysql } }, FILE);
  await database.server.root.query(`DELETE FROM shop.volumes; DELETE FROM shop.async_job; ${MIGRATING.rows}`);
  return () => site.remove();
});

it("closes the migration, sees it, and takes it back", async () => {
  const before = await rows();
  const ran = await site.run("volume-migrating", { vm: ["u-1"] });
  expect(ran).toMatchObject({ exit: 0, err: "" });
  expect(await rows()).toEqual([
    { uuid: "u-1", state: "Ready", there: 1 },
    { uuid: "u-2", state: "Destroy", there: 0 },
    { uuid: "u-3", state: "Ready", there: 1 },
  ]);
  expect(await undoByPerson(site.env, ran.run)).toMatchObject({ exit: 0 });
  expect(await rows()).toEqual(before);
});

it("touches nothing while a job works at it", async () => {
  const before = await rows();
  await database.server.root.query("INSERT INTO shop.async_job (instance_id, job_status) VALUES (1, 0)");
  const ran = await site.run("volume-migrating", { vm: ["u-1"] });
  expect([ran.exit, ran.out]).toEqual([4, expect.stringContaining("a job still works at it")]);
  expect(await rows()).toEqual(before);
});

it("leaves alone what somebody changed since, when it is taken back", async () => {
  const { run } = await site.run("volume-migrating", { vm: ["u-1"] });
  await database.server.root.query("UPDATE shop.volumes SET state = 'Expunged' WHERE uuid = 'u-2'");
  await undoByPerson(site.env, run);
  expect(await rows()).toMatchObject([{ state: "Migrating" }, { state: "Expunged" }, {}]);
});
