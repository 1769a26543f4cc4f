import net from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { httpClient, type HttpRequest } from "../../src/connections/http.ts";
import { deadUrl, say, startHttp, type Answering, type FakeServer } from "../support/http-server.ts";

const servers: FakeServer[] = [];
const client = httpClient({
  redact: (text) => text.replaceAll("hunter22", "***"),
});
/** Gives up soon on one thing alone, so that a busy machine's delays cannot bring about another end. */
const hasty = (timeouts: { idleMs?: number; totalMs?: number }): typeof client =>
  httpClient({ redact: (text) => text, timeouts: { connectMs: 60_000, idleMs: 60_000, totalMs: 60_000, ...timeouts } });
const serve = async (answering: Answering): Promise<FakeServer> => {
  const server = await startHttp(answering);
  servers.push(server);
  return server;
};
const change = (url: string): HttpRequest => ({ kind: "change", method: "POST", url, json: { a: 1 } });
const read = (url: string): HttpRequest => ({ kind: "read", method: "GET", url });

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

describe("the HTTP client", () => {
  it("sends a change once and gives back status and text", async () => {
    const server = await serve((_, response) => say(response, 201, { id: "x" }));
    expect(await client.request(change(server.url))).toEqual({
      ok: true,
      value: { status: 201, text: '{"id":"x"}', behind: expect.any(Number) as number },
    });
    expect(server.asked).toEqual([{ method: "POST", path: "/", body: '{"a":1}' }]);
  });

  it("knows that nothing was sent when nobody listens or the name is unknown", async () => {
    for (const url of [await deadUrl(), "http://no-such-host.invalid/"]) {
      expect(await client.request(change(url))).toMatchObject({ ok: false, error: { sent: false } });
    }
  });

  it("knows that a change was sent when the answer is lost", async () => {
    const server = await serve((_, __, socket) => socket.destroy());
    expect(await client.request(change(server.url))).toMatchObject({ ok: false, error: { sent: true } });
    expect(server.asked).toHaveLength(1);
  });

  it("gives up on silence, and says that the change had been sent", async () => {
    const server = await serve(() => undefined);
    const got = await hasty({ idleMs: 300 }).request(change(server.url));
    expect(got).toMatchObject({ ok: false, error: { sent: true, message: "silent for 300 ms" } });
  });

  it("gives up on an answer that never ends, by total time", async () => {
    const server = await serve((_, response) => {
      const timer = setInterval(() => response.write("x"), 50);
      response.on("close", () => clearInterval(timer));
    });
    const got = await hasty({ totalMs: 600 }).request(change(server.url));
    expect(got).toMatchObject({ ok: false, error: { sent: true, message: "no complete answer after 600 ms" } });
  });

  it("does not take an answer that is too large or cut short", async () => {
    const large = await serve((_, response) => response.end("x".repeat(5 * 1024 * 1024)));
    const short = await serve((_, response, socket) => {
      response.writeHead(200, { "content-length": "100" });
      response.write("only this", () => socket.destroy());
    });
    expect(await client.request(change(large.url))).toMatchObject({
      ok: false,
      error: { message: expect.stringMatching(/larger than/) },
    });
    expect(await client.request(change(short.url))).toMatchObject({ ok: false, error: { sent: true } });
  });

  it("follows no redirect", async () => {
    const server = await serve((_, response) => response.writeHead(302, { location: "/elsewhere" }).end());
    expect(await client.request(read(server.url))).toMatchObject({ ok: true, value: { status: 302 } });
    expect(server.asked).toHaveLength(1);
  });

  it("asks again up to three times when a read never got a byte, and never when it got an answer", async () => {
    let cut = 2;
    const flaky = await serve((_, response, socket) => {
      if (cut-- > 0) socket.destroy();
      else say(response, 200, {});
    });
    expect(await client.request(read(flaky.url))).toMatchObject({ ok: true });
    expect(flaky.asked).toHaveLength(3);
    const broken = await serve((_, response) => say(response, 500, {}));
    expect(await client.request(read(broken.url))).toMatchObject({ ok: true, value: { status: 500 } });
    expect(broken.asked).toHaveLength(1);
    const dead = await serve((_, __, socket) => socket.destroy());
    expect(await client.request(read(dead.url))).toMatchObject({ ok: false });
    expect(dead.asked).toHaveLength(3);
  });

  it("takes what is no HTTP for no answer", async () => {
    const server = net.createServer((socket) => socket.end("SSH-2.0-OpenSSH\r\n"));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as net.AddressInfo;
    expect(await client.request(change(`http://127.0.0.1:${port}`))).toMatchObject({
      ok: false,
      error: { sent: true },
    });
    server.close();
  });

  it("hides secrets in its messages", async () => {
    const got = await client.request(change("http://hunter22.invalid/"));
    expect(JSON.stringify(got)).not.toContain("hunter22");
  });
});
