import { describe, expect, it } from "vitest";
import { parseSite } from "../../../src/packs/appliance/site-schema.ts";
import { bannersOf, secretsOf } from "../../../src/packs/appliance/site.ts";
import { bad, good } from "../../support/result.ts";

const plain = {
  name: "appliance",
  mysql: { socket: "/run/mysqld/mysqld.sock", user: "oma_user", password: "hidden-one", database: "migratekit_oma" },
  volume_daemon: { url: "http://localhost:8090/" },
  cloudstack: { from: "appliance" },
  oma_api: { url: "http://localhost:8082" },
};
const cloud = { url: "https://cloud.example", api_key: "hidden-two", secret_key: "hidden-three" };

describe("a site", () => {
  it("is parsed with its secrets out of sight", () => {
    const site = good(parseSite({ ...plain, cloudstack: cloud }));
    expect(site).toMatchObject({ lab: null, volume_daemon: { url: "http://localhost:8090" } });
    expect(JSON.stringify(site)).not.toContain("hidden");
    expect(secretsOf(site).map((secret) => secret.reveal())).toEqual(["hidden-one", "hidden-two", "hidden-three"]);
  });

  it.each([
    [{ scale: 20 }, /scale: only a lab/],
    [{ mysql: { ...plain.mysql, host: "db" } }, /mysql: needs either a host or a socket/],
    [{ mysql: { ...plain.mysql, socket: undefined } }, /either a host or a socket/],
    [{ surprise: 1 }, /surprise/],
    [{ volume_daemon: { url: "http://user:pass@x" } }, /volume_daemon\.url: cannot be used: it holds a user name/],
    [{ volume_daemon: { url: "http://169.254.169.254/" } }, /link-local/],
    [{ volume_daemon: { url: "file:///etc/passwd" } }, /only http and https/],
    [{ volume_daemon: { url: "http://x/?a=1" } }, /a query/],
    [{ volume_daemon: { url: "localhost:8090" } }, /only http and https|no URL/],
  ])("is refused with a reason (%#)", (more, reason) => {
    expect(bad(parseSite({ ...plain, ...more })).join("\n")).toMatch(reason);
  });

  it("may be faster than the world only in a lab", () => {
    const lab = { name: "l", world: "w", scale: 20, dir: "/tmp/l" };
    expect(good(parseSite({ ...plain, lab })).lab?.scale).toBe(20);
    expect(good(parseSite({ ...plain, scale: 1 })).scale).toBe(1);
  });

  it("says what stays unverified", () => {
    const lines = (more: object): string => bannersOf(good(parseSite({ ...plain, ...more }))).join("\n");
    expect(lines({})).toMatch(/plain HTTP, or without verifying a certificate/);
    expect(lines({ cloudstack: cloud })).toBe("");
    expect(lines({ cloudstack: { ...cloud, url: "http://cloud.example" } })).toMatch(/plain HTTP/);
    expect(lines({ cloudstack: cloud, mysql: { ...plain.mysql, socket: undefined, host: "db", tls: "off" } })).toMatch(
      /not encrypted/,
    );
  });
});
