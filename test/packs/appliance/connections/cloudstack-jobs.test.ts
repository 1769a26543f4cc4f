/** Many who wait for jobs of CloudStack, over real HTTP: how often it is asked, and what each is told. */
import { afterEach, describe, expect, it } from "vitest";
import { httpClient } from "../../../../src/connections/http.ts";
import { cloudStackPort } from "../../../../src/packs/appliance/connections/cloudstack.ts";
import { fixedEndpoint } from "../../../../src/packs/appliance/connections/cloudstack/endpoint.ts";
import type { CloudStackPort } from "../../../../src/packs/appliance/ports/cloudstack.ts";
import { Secret } from "../../../../src/text/secret.ts";
import { deadUrl, say, startHttp, type FakeServer } from "../../../support/http-server.ts";

const servers: FakeServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

const TICK = 60;
const redact = (text: string): string => text;
const portAt = (url: string): CloudStackPort =>
  cloudStackPort({
    endpoint: fixedEndpoint({ url, apiKey: new Secret("a", "key"), secretKey: new Secret("s", "secret") }),
    http: httpClient({ redact }),
    redact,
    tickMs: TICK,
  });

const idsOf = (count: number): string[] => Array.from({ length: count }, (_unused, at) => `job-${at}`);
const row = (jobid: string, jobstatus = 0) => ({ jobid, jobstatus, cmd: "x.RevertSnapshotCmd", jobinstanceid: "s" });
const wholeList = (rows: readonly object[], count = rows.length) =>
  rows.length === 0 ? {} : { count, asyncjobs: rows };

type List = () => { readonly status?: number; readonly body: object };

/** A CloudStack whose list is as given, and which knows every job by its id: it is done. */
async function cloud(list: List, byId: (id: string) => object = (id) => row(id, 1)): Promise<FakeServer> {
  const server = await startHttp(({ path }, response) => {
    const query = new URL(path, "http://cloud").searchParams;
    if (query.get("command") === "queryAsyncJobResult")
      return say(response, 200, { queryasyncjobresultresponse: byId(query.get("jobid") ?? "") });
    const { status = 200, body } = list();
    return say(response, status, { listasyncjobsresponse: body });
  });
  servers.push(server);
  return server;
}

const lists = (server: FakeServer): number => server.asked.filter(({ path }) => path.includes("listAsyncJobs")).length;
const singles = (server: FakeServer): number => server.asked.length - lists(server);

/** What becomes of each of some jobs that are asked for at once: its status, or why that is not known. */
async function statuses(port: CloudStackPort, ids: readonly string[]): Promise<string[]> {
  const answers = await Promise.all(ids.map((id) => port.job(id)));
  return answers.map((answer) => (answer.ok ? answer.value.status : (answer.error.code ?? answer.error.kind)));
}

describe("jobs of CloudStack that are awaited", () => {
  it("one alone is asked for by its id", async () => {
    const server = await cloud(() => ({ body: {} }));
    expect(await statuses(portAt(server.url), ["job-0"])).toEqual(["done"]);
    expect([lists(server), singles(server)]).toEqual([0, 1]);
  });

  it("forty at once are one question in each tick, and one more for each that has left the list", async () => {
    const ids = idsOf(40);
    let pending = ids;
    const server = await cloud(() => ({ body: wholeList(pending.map((id) => row(id))) }));
    const port = portAt(server.url);
    for (const ticks of [1, 2, 3]) {
      expect(await statuses(port, ids)).toEqual(ids.map(() => "pending"));
      expect([lists(server), singles(server)]).toEqual([ticks, 0]);
    }
    pending = ids.slice(5);
    expect(await statuses(port, ids)).toEqual(ids.map((_id, at) => (at < 5 ? "done" : "pending")));
    expect([lists(server), singles(server)]).toEqual([4, 5]);
  });

  it("are not told to have ended by a list, whatever it says of them", async () => {
    const server = await cloud(
      () => ({ body: wholeList([row("job-0", 1), row("job-1", 2), { jobid: "job-2" }, row("job-3")]) }),
      (id) => row(id, id === "job-1" ? 2 : 0),
    );
    expect(await statuses(portAt(server.url), idsOf(4))).toEqual(["pending", "failed", "pending", "pending"]);
    expect([lists(server), singles(server)]).toEqual([1, 3]);
  });

  it("one that neither the list nor its id shows is not known, whatever became of the others", async () => {
    const server = await startHttp(({ path }, response) => {
      if (path.includes("listAsyncJobs"))
        return say(response, 200, { listasyncjobsresponse: wholeList([row("job-0")]) });
      const body = { errorcode: 431, errortext: "entity does not exist" };
      return say(response, 431, { queryasyncjobresultresponse: body });
    });
    servers.push(server);
    expect(await statuses(portAt(server.url), idsOf(2))).toEqual(["pending", "431"]);
  });

  it("that are not on a page that is full are asked for by their ids", async () => {
    const server = await cloud(() => ({ body: wholeList([row("job-0"), row("another")], 700) }));
    expect(await statuses(portAt(server.url), idsOf(3))).toEqual(["pending", "done", "done"]);
    expect([lists(server), singles(server)]).toEqual([1, 2]);
  });

  it("a list that is full without any of them is not asked for again", async () => {
    const server = await cloud(() => ({ body: wholeList([row("another")], 700) }));
    const port = portAt(server.url);
    for (const singleCount of [3, 6]) {
      expect(await statuses(port, idsOf(3))).toEqual(["done", "done", "done"]);
      expect([lists(server), singles(server)]).toEqual([1, singleCount]);
    }
  });

  it.each([
    ["that this account does not have, once and for all", 432, { errorcode: 432, errortext: "not available" }, 1],
    ["that fails inside, until it does not", 530, { errorcode: 530, errortext: "internal error" }, 2],
    ["that is none, until it is one", 200, { success: true }, 2],
  ])("a list %s is gone without", async (_why, status, body, listCount) => {
    const server = await cloud(() => ({ status, body }));
    const port = portAt(server.url);
    for (let tick = 0; tick < 2; tick++) expect(await statuses(port, idsOf(3))).toEqual(["done", "done", "done"]);
    expect([lists(server), singles(server)]).toEqual([listCount, 6]);
  });

  it("a CloudStack that wants fewer questions is not asked one for each", async () => {
    const server = await cloud(() => ({ status: 429, body: { errorcode: 429, errortext: "limit reached" } }));
    expect(await statuses(portAt(server.url), idsOf(5))).toEqual(Array(5).fill("429"));
    expect([lists(server), singles(server)]).toEqual([1, 0]);
  });

  it("a CloudStack that does not answer is told to everybody", async () => {
    expect(await statuses(portAt(await deadUrl()), idsOf(5))).toEqual(Array(5).fill("unreachable"));
  });
});
