/** What the lab tests ask of a real server, asked of a recorded one: quick, and exact to the byte of every statement. */
import { describe } from "vitest";
import { portsOf } from "../../src/packs/appliance/connections/connect.ts";
import { openRecorded } from "../support/recorded/database.ts";
import { testSeason } from "../support/sql-scenes/season.ts";
import { changeTests } from "./suites/change.ts";
import { driftTests } from "./suites/drift.ts";
import { edgeTests } from "./suites/edges.ts";
import { ordinaryTests } from "./suites/ordinary.ts";

describe("change", () => {
  changeTests(() => openRecorded("change"), false);
});
describe("drift", () => {
  driftTests(() => openRecorded("drift"));
});
describe.each(["mariadb", "mysql"] as const)("on %s", (server) => {
  describe("ordinary changes", () => {
    ordinaryTests(() => openRecorded(`ordinary-${server}`, server), 25);
  });
  describe("edges", () => {
    edgeTests(server, () => openRecorded(`edges-${server}`, server));
  });
  describe("scenes", () => {
    const open = async () => ({ ...(await openRecorded(`scenes-${server}`, server)), server, ports: portsOf }) as const;
    testSeason(open, { first: 1, count: 30 });
  });
});
