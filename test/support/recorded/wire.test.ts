/** A recorded server tells on a client that asks anything else than was recorded: more, less or another thing. */
import { Buffer } from "node:buffer";
import { once } from "node:events";
import net from "node:net";
import { expect, test } from "vitest";
import { replayServer, type Recording } from "./wire.ts";

/** A packet of the protocol: the command's number and its text behind the length and the place in the exchange. */
function packet(command: number, text = ""): Buffer {
  const payload = Buffer.from([command, ...Buffer.from(text)]);
  return Buffer.concat([Buffer.from([payload.length, 0, 0, 0]), payload]);
}

const query = (sql: string): Buffer => packet(3, sql);
const QUIT = packet(1);
const turn = (request: Buffer) => ({ request, answer: [Buffer.from("answer")] });
const greeted = (...requests: Buffer[]) => [turn(Buffer.alloc(0)), ...requests.map(turn)];
const RECORDING: Recording = [greeted(query("SELECT 1"), query("SELECT 2"), QUIT), greeted(query("SELECT 3"))];

/** What is complained of when each connection has asked this, one thing after the other. */
async function complaintsOf(...connections: readonly (readonly Buffer[])[]): Promise<readonly string[]> {
  const server = await replayServer(RECORDING);
  for (const requests of connections) {
    const client = net.connect(server.port, "127.0.0.1");
    for (const request of [null, ...requests]) {
      if (request !== null) client.write(request);
      await Promise.race([once(client, "data"), once(client, "close")]);
    }
    client.destroy();
  }
  await server.stop();
  return server.complaints();
}

test("a client that asks all that was recorded is not complained of, whether it says that it leaves or goes", async () => {
  expect(await complaintsOf([query("SELECT 1"), query("SELECT 2")], [query("SELECT 3")])).toEqual([]);
  expect(await complaintsOf([query("SELECT 1"), query("SELECT 2"), QUIT], [query("SELECT 3")])).toEqual([]);
});

test("a statement that is left out is named, and so is a connection that is not made", async () => {
  expect(await complaintsOf([query("SELECT 1")])).toEqual([
    String.raw`connection 1: not asked were 1 of its turns, the first "\u0003SELECT 2"`,
    "connection 2 was recorded, and not made",
  ]);
});

test("another statement, one more and a connection more are told", async () => {
  const more = [query("SELECT 3"), query("SELECT 4")];
  expect(await complaintsOf([query("SELECT 9")], more, [])).toEqual([
    String.raw`connection 1: "\u0003SELECT 9" instead of "\u0003SELECT 1"`,
    String.raw`connection 2: "\u0003SELECT 4" instead of nothing more`,
    "connection 3 was not recorded",
    String.raw`connection 1: not asked were 2 of its turns, the first "\u0003SELECT 1"`,
  ]);
});
