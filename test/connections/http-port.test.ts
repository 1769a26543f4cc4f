/** A service of a site through its port, against real loopback HTTP: what is known of each way in which an answer can fail. */
import https from "node:https";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { httpService, type HttpService } from "../../src/connections/http-port.ts";
import { secretsOf } from "../../src/connections/site.ts";
import { plainSite, siteParser, type HttpSite } from "../../src/connections/site-schema.ts";
import { ELSEWHERE, HERE, type Certificate } from "../support/certificates.ts";
import { deadUrl, say, startHttp, type Answering } from "../support/http-server.ts";
import { good } from "../support/result.ts";

const CANARY = "c4n4ry-t0ken";
const redact = (text: string): string => text.replaceAll(CANARY, "***");
const closes: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closes.splice(0)) await close();
});

const siteWith = (http: object): { readonly connections: Record<string, { http?: HttpSite | undefined }> } =>
  good(siteParser(plainSite)({ name: "shop", connections: { connect: { http } } }));

function serviceAt(url: string, more: object = {}): HttpService["port"] {
  const { http } = siteWith({ url, headers: { authorization: `Bearer ${CANARY}` }, timeout_s: 60, ...more })
    .connections["connect"] as { http: HttpSite };
  const service = httpService({ name: "connect", http }, redact);
  closes.push(() => service.close());
  return service.port;
}

async function serve(answering: Answering): Promise<{ readonly url: string; readonly asked: readonly object[] }> {
  const server = await startHttp(answering);
  closes.push(() => server.stop());
  return server;
}

const POST = { method: "POST", path: "/boats?a=1", json: { a: 1 } } as const;

describe("a change", () => {
  it("is sent once, with the headers of the site, and its answer is redacted", async () => {
    const server = await serve((_, response) => say(response, 202, { echo: `Bearer ${CANARY}`, id: 7 }));
    expect(await serviceAt(`${server.url}/api`).send(POST)).toEqual({
      kind: "answered",
      reply: { status: 202, json: { echo: "Bearer ***", id: 7 }, excerpt: '{"echo":"Bearer ***","id":7}' },
    });
    expect(server.asked).toEqual([{ method: "POST", path: "/api/boats?a=1", body: '{"a":1}' }]);
  });

  it.each<[string, Answering, RegExp]>([
    ["an answer that is lost", (_, __, socket) => socket.destroy(), /socket hang up|ECONNRESET/u],
    ["no HTTP", (_, __, socket) => socket.end("\u0000\r\n\r\n"), /Parse Error/u],
    [
      "an answer that breaks off",
      (_, response, socket) => {
        response.writeHead(202, { "content-length": 100 }).write("{");
        setTimeout(() => socket.destroy(), 20);
      },
      /broke off|aborted/u,
    ],
    ["20 MiB", (_, response) => void response.writeHead(202).end("x".repeat(20 * 1024 * 1024)), /larger than 4194304/u],
  ])("%s: nobody knows, and it is not sent again", async (_what, answering, message) => {
    const server = await serve(answering);
    const sent = await serviceAt(server.url).send(POST);
    expect(sent).toMatchObject({ kind: "lost", message: expect.stringMatching(message) as string });
    expect(server.asked).toHaveLength(1);
  });

  it("is given up on when its time is over: nobody knows", async () => {
    const server = await serve(() => undefined);
    const sent = await serviceAt(server.url, { timeout_s: 1 }).send(POST);
    expect(sent).toMatchObject({
      kind: "lost",
      message: expect.stringMatching(/(?:silent for|after) 1000 ms/u) as string,
    });
  });

  it("follows no redirect, and keeps no header of an answer", async () => {
    const server = await serve(
      (_, response) => void response.writeHead(307, { location: "/elsewhere", "x-echo": CANARY }).end(),
    );
    expect(await serviceAt(server.url).send(POST)).toEqual({
      kind: "answered",
      reply: { status: 307, excerpt: "" },
    });
    expect(server.asked).toHaveLength(1);
  });

  it("is known not to be sent where nobody listens, and where a header cannot be one", async () => {
    expect(await serviceAt(await deadUrl()).send(POST)).toMatchObject({ kind: "not-sent" });
    const server = await serve((_, response) => say(response, 200, {}));
    const broken = serviceAt(server.url, { headers: { authorization: `${CANARY}\nx: y` } });
    const sent = await broken.send(POST);
    expect(sent).toMatchObject({ kind: "not-sent" });
    expect(JSON.stringify(sent)).not.toContain(CANARY);
    expect(server.asked).toEqual([]);
  });
});

describe("a question", () => {
  it("takes any status for an answer", async () => {
    const server = await serve((_, response) => void response.writeHead(503).end("no\n  room"));
    expect(await serviceAt(server.url).ask("/")).toEqual({ ok: true, value: { status: 503, excerpt: "no room" } });
  });

  it("tells a service that is not there from one whose answer is no answer", async () => {
    expect(await serviceAt(await deadUrl()).ask("/")).toMatchObject({ error: { kind: "unreachable" } });
    const server = await serve((_, response) => void response.end("x".repeat(5 * 1024 * 1024)));
    expect(await serviceAt(server.url).ask("/")).toMatchObject({ error: { kind: "garbled" } });
  });
});

async function secure(certificate: Certificate): Promise<string> {
  const server = https.createServer(certificate, (_request, response) => void response.end("{}"));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closes.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe("a certificate", () => {
  const folder = mkdtempSync(join(tmpdir(), "handrail-ca-"));
  const caOf = ({ cert }: Certificate): object => {
    const ca = join(folder, "ca.pem");
    writeFileSync(ca, cert);
    return { tls: { ca } };
  };
  afterEach(() => rmSync(join(folder, "ca.pem"), { force: true }));

  it.each<[string, Certificate, object, RegExp]>([
    ["signed by itself", HERE, {}, /signed by itself, and nobody vouches for it/u],
    ["of another host", ELSEWHERE, caOf(ELSEWHERE), /is for another host/u],
    ["of an authority that is not there", HERE, { tls: { ca: join(folder, "none.pem") } }, /none\.pem cannot be read/u],
  ])("%s: nothing is sent, and it is said in words", async (_what, certificate, more, message) => {
    if ("ca" in ((more as { tls?: object }).tls ?? {})) writeFileSync(join(folder, "ca.pem"), ELSEWHERE.cert);
    const port = serviceAt(await secure(certificate), more);
    const sent = await port.send(POST);
    expect(sent).toMatchObject({ kind: "not-sent", message: expect.stringMatching(message) as string });
    expect(await port.ask("/")).toMatchObject({ error: { kind: "unreachable" } });
  });

  it("is taken where the site's own authority vouches for it, and any where the site says so", async () => {
    for (const more of [caOf(HERE), { tls: "off" }])
      expect(await serviceAt(await secure(HERE), more).send(POST)).toMatchObject({ kind: "answered" });
  });

  it("says that a service does not speak TLS", async () => {
    const server = await serve((_, response) => say(response, 200, {}));
    expect(await serviceAt(server.url.replace("http:", "https:")).ask("/")).toMatchObject({
      error: { message: expect.stringContaining("does not speak TLS") as string },
    });
  });
});

describe("the secrets of a header", () => {
  const secretsIn = (authorization: string): string[] =>
    secretsOf(siteWith({ url: "http://127.0.0.1:1", headers: { authorization } }) as never).map((each) =>
      each.reveal(),
    );

  it("are its value, and what another side may repeat of it", () => {
    expect(secretsIn(CANARY)).toEqual([CANARY]);
    expect(secretsIn(`Bearer ${CANARY}`)).toEqual([`Bearer ${CANARY}`, CANARY]);
    const basic = Buffer.from(`sre:${CANARY}`).toString("base64");
    expect(secretsIn(`Basic ${basic}`)).toEqual([`Basic ${basic}`, basic, CANARY]);
  });

  it("are of no header that says how a request is sent", () => {
    const read = siteParser(plainSite)({
      name: "shop",
      connections: { connect: { http: { url: "http://127.0.0.1:1", headers: { "Content-Length": "0" } } } },
    });
    expect(read).toMatchObject({ ok: false, error: [expect.stringContaining("no name of a header") as string] });
  });
});
