import { createHmac } from "node:crypto";
import { afterEach, describe, expect, it } from "vitest";
import { cloudStackPort } from "../../../../src/packs/appliance/connections/cloudstack.ts";
import { applianceEndpoint, fixedEndpoint } from "../../../../src/packs/appliance/connections/cloudstack/endpoint.ts";
import { signedQuery } from "../../../../src/packs/appliance/connections/cloudstack/sign.ts";
import { httpClient } from "../../../../src/connections/http.ts";
import type { CloudStackPort } from "../../../../src/packs/appliance/ports/cloudstack.ts";
import type { RowSet, SqlPort } from "../../../../src/ports/sql.ts";
import { ok } from "../../../../src/ports/result.ts";
import { Secret } from "../../../../src/text/secret.ts";
import { deadUrl, say, startHttp, type Answering, type FakeServer } from "../../../support/http-server.ts";

const servers: FakeServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

const redact = (text: string): string => text.replaceAll("topsecret", "***");
const portAt = (url: string): CloudStackPort =>
  cloudStackPort({
    endpoint: fixedEndpoint({ url, apiKey: new Secret("a", "key"), secretKey: new Secret("s", "topsecret") }),
    http: httpClient({ redact }),
    redact,
  });
const serve = async (answering: Answering): Promise<FakeServer> => {
  const server = await startHttp(answering);
  servers.push(server);
  return server;
};
const answering = async (status: number, body: unknown): Promise<CloudStackPort> =>
  portAt((await serve((_, response) => say(response, status, body))).url);

describe("signing", () => {
  it("agrees with the server's own way of making the signature", () => {
    const params = { id: "a b*c~(d)", "details[0].memory": "1024", name: "Zoë" };
    const query = signedQuery("listVolumes", params, { apiKey: "Kk+/=", secretKey: "s3cret" });
    // Written out by hand from the rules: sorted by name, Java's encoding, lower case, HMAC-SHA1, base64.
    const text =
      "apikey=kk%2b%2f%3d&command=listvolumes&details[0].memory=1024&id=a%20b*c%7e%28d%29&name=zo%c3%ab&response=json";
    const signature = createHmac("sha1", "s3cret").update(text).digest("base64");
    expect(new URLSearchParams(query).get("signature")).toBe(signature);
    expect(new URLSearchParams(query).get("id")).toBe(params.id);
  });

  it("makes the signature of a known request", () => {
    const query = signedQuery(
      "listUsers",
      {},
      { apiKey: "plgWJfZK4gyS3mOMTVmjUVg", secretKey: "VDaACYb0LV9eNjTetIOElcVQkvJck" },
    );
    const text = "apikey=plgwjfzk4gys3momtvmjuvg&command=listusers&response=json";
    const expected = createHmac("sha1", "VDaACYb0LV9eNjTetIOElcVQkvJck").update(text).digest("base64");
    expect(query.endsWith(`signature=${encodeURIComponent(expected)}`)).toBe(true);
  });
});

describe("CloudStack's lists", () => {
  it("are the rows of the one array, and empty when there is none", async () => {
    const full = await answering(200, { listvolumesresponse: { count: 1, volume: [{ id: "v", size: 1073741824 }] } });
    expect(await full.list("listVolumes", {})).toEqual(ok([{ id: "v", size: 1073741824 }]));
    const none = await answering(200, { listvolumesresponse: {} });
    expect(await none.list("listVolumes", {})).toEqual(ok([]));
  });

  it("are read to the last page", async () => {
    const server = await serve(({ path }, response) => {
      const page = Number(new URL(path, "http://x").searchParams.get("page") ?? "1");
      say(response, 200, {
        listsnapshotsresponse: { count: 3, snapshot: page === 1 ? [{ id: "1" }, { id: "2" }] : [{ id: "3" }] },
      });
    });
    expect(await portAt(server.url).list("listSnapshots", {})).toEqual(ok([{ id: "1" }, { id: "2" }, { id: "3" }]));
    expect(server.asked).toHaveLength(2);
    expect(server.asked[0]?.path).toMatch(/^\/client\/api\?apiKey=key&command=listSnapshots&response=json&signature=/);
  });

  it("tell CloudStack's own refusal with its code, without secrets", async () => {
    const body = { listvolumesresponse: { uuidList: [], errorcode: 401, errortext: "bad credentials topsecret" } };
    const got = await (await answering(401, body)).list("listVolumes", {});
    expect(got).toMatchObject({ ok: false, error: { kind: "refused", code: "401" } });
    expect(JSON.stringify(got)).not.toContain("topsecret");
  });

  it("are garbled when the answer is not CloudStack's", async () => {
    const server = await serve((_, response) => response.writeHead(502).end("<html>Bad gateway</html>"));
    expect(await portAt(server.url).list("listVolumes", {})).toMatchObject({
      ok: false,
      error: { kind: "garbled", code: "502" },
    });
  });

  it("are garbled when what came is no list, never an empty one", async () => {
    for (const body of [{ success: "true" }, { snapshot: { id: "s" } }, { snapshot: ["s"] }, { displaytext: "" }])
      expect(await (await answering(200, { listsnapshotsresponse: body })).list("listSnapshots", {})).toMatchObject({
        ok: false,
        error: { kind: "garbled" },
      });
    const counted = await answering(200, { listsnapshotsresponse: { count: 0 } });
    expect(await counted.list("listSnapshots", {})).toEqual(ok([]));
  });

  it("are unreachable when nobody listens, and do not show the signed URL", async () => {
    const got = await portAt(await deadUrl()).list("listVolumes", {});
    expect(got).toMatchObject({ ok: false, error: { kind: "unreachable" } });
    expect(JSON.stringify(got)).not.toMatch(/signature|apiKey/);
  });
});

describe("submitting to CloudStack", () => {
  const submit = async (status: number, body: unknown) =>
    (await answering(status, body)).submit("revertSnapshot", { id: "s" });

  it("gives the job's id", async () => {
    expect(await submit(200, { revertsnapshotresponse: { jobid: "j1" } })).toEqual({ kind: "accepted", id: "j1" });
  });

  it("is not applied when CloudStack refuses, with its code", async () => {
    const refused = { revertsnapshotresponse: { errorcode: 431, cserrorcode: 4350, errortext: "VM is not stopped" } };
    expect(await submit(431, refused)).toMatchObject({
      kind: "ended",
      outcome: { kind: "not-applied", why: "refused", code: "431" },
    });
  });

  it("is unknown after an internal error, a garbled or a lost answer", async () => {
    const internal = { revertsnapshotresponse: { errorcode: 530, errortext: "Internal error" } };
    expect(await submit(530, internal)).toMatchObject({ outcome: { kind: "unknown" } });
    expect(await submit(200, { surprise: true })).toMatchObject({ outcome: { kind: "unknown" } });
    const silent = await serve((_, __, socket) => socket.destroy());
    expect(await portAt(silent.url).submit("revertSnapshot", {})).toMatchObject({ outcome: { kind: "unknown" } });
    expect(silent.asked).toHaveLength(1);
  });

  it("is not sent when nobody listens", async () => {
    expect(await portAt(await deadUrl()).submit("x", {})).toMatchObject({
      outcome: { kind: "not-applied", why: "not-sent" },
    });
  });

  it("knows the commands that are carried out before they are answered", async () => {
    expect(await submit(200, { revertsnapshotresponse: { success: "true" } })).toMatchObject({
      outcome: { kind: "applied" },
    });
    expect(await submit(200, { revertsnapshotresponse: { success: false } })).toMatchObject({
      outcome: { kind: "unknown", word: { code: null } },
    });
  });

  it("believes a refusal only where CloudStack checks before it begins", async () => {
    const refusal = (code: number) => ({ revertsnapshotresponse: { errorcode: code, errortext: "no" } });
    for (const code of [401, 431, 432])
      expect(await submit(code, refusal(code))).toMatchObject({ outcome: { kind: "not-applied", code: String(code) } });
    for (const code of [404, 409, 499, 530, 533])
      expect(await submit(code, refusal(code))).toMatchObject({
        outcome: { kind: "unknown", word: { code: String(code) } },
      });
  });
});

describe("CloudStack's jobs", () => {
  const job = async (more: object) =>
    (await answering(200, { queryasyncjobresultresponse: { jobid: "j", ...more } })).job("j");

  it("are pending, done or failed with code and text", async () => {
    expect(
      await job({
        jobstatus: 0,
        cmd: "org.apache.cloudstack.api.command.admin.volume.AttachVolumeCmdByAdmin",
        jobinstanceid: "v",
      }),
    ).toEqual(
      ok({
        id: "j",
        command: "attachVolume",
        status: "pending",
        created: null,
        completed: null,
        instance: "v",
        code: "",
        error: "",
      }),
    );
    expect(await job({ jobstatus: 1, jobresultcode: 0, jobresult: { volume: {} } })).toMatchObject({
      value: { status: "done", code: "" },
    });
    expect(
      await job({ jobstatus: 2, jobresultcode: 530, jobresult: { errorcode: 530, errortext: "no" } }),
    ).toMatchObject({
      value: { status: "failed", code: "530", error: "no" },
    });
    expect(await job({})).toMatchObject({ ok: false, error: { kind: "garbled" } });
  });

  it("are not known where one of the list cannot be read; one that was cancelled has ended", async () => {
    const listed = (...asyncjobs: readonly object[]) =>
      answering(200, { listasyncjobsresponse: { count: asyncjobs.length, asyncjobs } });
    const fine = { jobid: "j-1", jobstatus: 1, cmd: "x.AttachVolumeCmd" };
    expect(await (await listed(fine, { ...fine, jobid: "j-2", jobstatus: 3 })).jobs()).toMatchObject({
      value: [{ status: "done" }, { status: "failed" }],
    });
    for (const one of [{ jobid: "j-2" }, { ...fine, jobid: undefined }, { ...fine, cmd: undefined }])
      expect(await (await listed(fine, one)).jobs()).toMatchObject({ ok: false, error: { kind: "garbled" } });
  });

  it("are refused where the account may not list them", async () => {
    const body = {
      listasyncjobsresponse: { errorcode: 432, errortext: "The given command does not exist or it is not available" },
    };
    expect(await (await answering(432, body)).jobs()).toMatchObject({
      ok: false,
      error: { kind: "refused", code: "432" },
    });
  });
});

describe("the appliance's own keys", () => {
  const row = { api_url: "http://cloud.example/client/api/", api_key: "k1", secret_key: "topsecret" };
  const sqlWith = (rows: RowSet["rows"]) => {
    let reads = 0;
    const sql = { read: () => Promise.resolve((reads++, ok({ rows }))) } as unknown as SqlPort;
    return { sql, reads: () => reads };
  };

  it("are read once, told to the redactor, and read again after they were refused", async () => {
    const kept: string[] = [];
    const { sql, reads } = sqlWith([row]);
    const source = applianceEndpoint(sql, (secret) => kept.push(secret.reveal()));
    expect(await source.get()).toMatchObject({ ok: true, value: { url: "http://cloud.example/client/api" } });
    await source.get();
    expect(reads()).toBe(1);
    expect(kept).toEqual(["k1", "topsecret"]);
    source.forget();
    await source.get();
    expect(reads()).toBe(2);
  });

  it.each([
    [[], /No row/],
    [[row, row], /More than one row/],
    [[{ ...row, api_url: "ftp://x" }], /only http and https/],
  ])("are refused unless exactly one row is active and usable (%#)", async (rows, message) => {
    const got = await applianceEndpoint(sqlWith(rows).sql, () => undefined).get();
    expect(got).toMatchObject({ ok: false, error: { kind: "refused", message: expect.stringMatching(message) } });
  });
});
