/**
 * Conversations with a database server, recorded once and played again without one. A client that says anything else than the
 * recorded one did is told nothing more: a changed statement, or one more or fewer, is a failure.
 */
import { Buffer } from "node:buffer";
import net from "node:net";

/** What the client sent in one packet of the protocol, and all that the server answered to it; the first is the greeting. */
interface Turn {
  readonly request: Buffer;
  readonly answer: Buffer[];
}

/** The turns of each connection, in the order of the connections. */
export type Recording = readonly (readonly Turn[])[];

/** A recording as text: a line for each turn, `request answer` in hexadecimal digits; an empty line between two connections. */
export const recordingText = (recording: Recording): string =>
  recording
    .map((turns) =>
      turns
        .map(({ request, answer }) => `${request.toString("hex")} ${Buffer.concat(answer).toString("hex")}`)
        .join("\n"),
    )
    .join("\n\n");

export const parseRecording = (text: string): Recording =>
  text.split("\n\n").map((turns) =>
    turns.split("\n").map((line) => {
      const [request = "", answer = ""] = line.split(" ").map((part) => Buffer.from(part, "hex"));
      return { request: Buffer.from(request), answer: [Buffer.from(answer)] };
    }),
  );

const HEADER_BYTES = 4;
/** A packet's place in its exchange; the first of a command has 0, those of the login others. */
const sequenceOf = (packet: Buffer): number => packet[3] ?? 0;

/** Cuts a stream into packets of the protocol: three bytes of length, one of sequence, the payload. */
function packets(take: (packet: Buffer) => void): (chunk: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= HEADER_BYTES && rest.length >= HEADER_BYTES + rest.readUIntLE(0, 3)) {
      const end = HEADER_BYTES + rest.readUIntLE(0, 3);
      take(Buffer.from(rest.subarray(0, end)));
      rest = rest.subarray(end);
    }
  };
}

/** What keeps an idle connection open is said whenever ten seconds have passed: it is in no recording. */
const HEARTBEAT = "\u0003DO 1";
const isHeartbeat = (packet: Buffer): boolean => packet.subarray(HEADER_BYTES).toString("latin1") === HEARTBEAT;
/** A client that leaves may say so or only go: it asks nothing. */
const QUIT = "\u0001";
const isQuit = ({ request }: Turn): boolean => request.subarray(HEADER_BYTES).toString("latin1") === QUIT;
/** "Done": no rows, no warnings, no transaction. */
const OK = Buffer.from("0700000100000002000000", "hex");

interface Listener {
  readonly port: number;
  stop(): Promise<void>;
}

async function listen(accept: (client: net.Socket) => void): Promise<Listener> {
  const clients = new Set<net.Socket>();
  const server = net.createServer({ noDelay: true }, (client) => {
    clients.add(client);
    client.on("error", () => client.destroy());
    accept(client);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as net.AddressInfo).port,
    stop: async () => {
      for (const client of clients) client.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Lets everything through to a server, and keeps it. */
export async function recordServer(target: number): Promise<Listener & { recording(): Recording }> {
  const connections: Turn[][] = [];
  const listener = await listen((client) => {
    const turns: Turn[] = [{ request: Buffer.alloc(0), answer: [] }];
    connections.push(turns);
    const upstream = net.connect({ port: target, host: "127.0.0.1", noDelay: true });
    let beats = 0;
    const cut = packets((request) => {
      if (isHeartbeat(request)) beats += 1;
      else turns.push({ request, answer: [] });
    });
    client.on("data", (chunk: Buffer) => {
      cut(chunk);
      upstream.write(chunk);
    });
    upstream.on("data", (chunk: Buffer) => {
      if (beats > 0) beats -= 1;
      else turns.at(-1)?.answer.push(chunk);
      client.write(chunk);
    });
    upstream.on("error", () => client.destroy());
    upstream.on("close", () => client.destroy());
    client.on("close", () => upstream.destroy());
  });
  return { ...listener, recording: () => connections };
}

/** What was said, for a person: the text behind the command's number. */
const told = (packet: Buffer | undefined): string =>
  packet === undefined
    ? "nothing more"
    : JSON.stringify(packet.subarray(HEADER_BYTES).toString("latin1").slice(0, 2_000));

/** What of a recording was not asked, `asked` being the number of turns that each connection came to. */
const restOf = (recording: Recording, asked: readonly number[]): readonly string[] =>
  recording.flatMap((turns, number) => {
    const count = asked[number] ?? 0;
    if (count === 0) return [`connection ${number + 1} was recorded, and not made`];
    const rest = turns.slice(count).filter((turn) => !isQuit(turn));
    return rest.length === 0
      ? []
      : [`connection ${number + 1}: not asked were ${rest.length} of its turns, the first ${told(rest[0]?.request)}`];
  });

/** Answers as the recorded server did. `complaints`: where clients left the recording, and what of it they did not ask. */
export async function replayServer(recording: Recording): Promise<Listener & { complaints(): readonly string[] }> {
  const complaints: string[] = [];
  /** How far each connection has come. */
  const asked: number[] = [];
  const listener = await listen((client) => {
    const number = asked.length;
    const turns = recording[number];
    asked.push(0);
    if (turns === undefined) {
      complaints.push(`connection ${number + 1} was not recorded`);
      return void client.destroy();
    }
    const next = (): Turn | undefined => turns[asked[number] ?? 0];
    const answer = (): void => {
      for (const chunk of next()?.answer ?? []) if (chunk.length > 0) client.write(chunk);
      asked[number] = (asked[number] ?? 0) + 1;
    };
    answer();
    client.on(
      "data",
      packets((request) => {
        if (isHeartbeat(request)) return void client.write(OK);
        const turn = next();
        // How a driver logs in is its own affair; the recorded server has let it in.
        const isSame = turn !== undefined && (sequenceOf(turn.request) !== 0 || request.equals(turn.request));
        if (isSame) return answer();
        complaints.push(`connection ${number + 1}: ${told(request)} instead of ${told(turn?.request)}`);
        client.destroy();
      }),
    );
  });
  return { ...listener, complaints: () => [...complaints, ...restOf(recording, asked)] };
}
