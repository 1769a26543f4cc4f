/** A replica that stopped at a duplicate key (1062): two real servers, the change goes to the replica alone. */
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { ownSite, until, type OwnSite } from "../support/own-site.ts";
import { replication, type Replication } from "./replica-world.ts";

const FILE = join(import.meta.dirname, "replica.yaml");
let both: Replication;
let site: OwnSite;

beforeAll(async () => {
  both = await replication();
});
afterAll(() => both.stop());
beforeEach(async () => {
  const { primary, replica } = both;
  site = ownSite({ primary: { mysql: primary.mysql }, replica: { mysql: replica.mysql, may_change: "replica" } }, FILE);
  await both.spoil();
  return () => site.remove();
});

it("removes the row that only the replica has, starts it, and sees that it applies again", async () => {
  const ran = await site.run("replica-1062", { vm: ["shop"] });
  expect(ran).toMatchObject({ exit: 0, err: "" });
  expect(ran.out).toContain("it stopped with error 1062");
  expect(ran.out).toContain("on the connection replica:");
  const { note, status, replica, primary } = both;
  expect([await note(replica), await note(primary)]).toEqual(["from the primary", "from the primary"]);
  expect(await status()).toMatchObject({ Slave_SQL_Running: "Yes", Last_SQL_Errno: 0 });
});

it("changes nothing on a replica that the site does not name as one to change", async () => {
  const { note, status, replica, primary } = both;
  const other = ownSite({ primary: { mysql: primary.mysql }, replica: { mysql: replica.mysql } }, FILE);
  const ran = await other.run("replica-1062", { vm: ["shop"] });
  other.remove();
  expect(ran.exit).not.toBe(0);
  expect(ran.out).toMatch(/is read-only|is a replica of/u);
  expect(await note(replica)).toBe("written here");
  expect(await status()).toMatchObject({ Slave_SQL_Running: "No" });
  await replica.server.root.query("SET sql_log_bin = 0; DELETE FROM shop.orders WHERE id = 7; START REPLICA");
  await until(async () => (await status())["Slave_SQL_Running"] === "Yes");
});
