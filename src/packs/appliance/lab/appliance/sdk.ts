import { request } from "node:http";
import { pause } from "./clock.ts";
import { signedQuery } from "./sign.ts";

export type Reply = Record<string, unknown>;

/** A CloudStack client as the daemons use it; its errors are worded as theirs. */
export type Sdk = {
  /** One request; answers with what is inside the envelope. */
  call(command: string, params: Record<string, string>): Promise<Reply>;
  /** A request whose effect comes with a job, and the wait for that job. */
  run(command: string, params: Record<string, string>): Promise<Reply>;
  /** The second look at a finished job that the API takes on its own. */
  look(reply: Reply): Promise<Reply>;
};

type Keys = { url: string; apiKey: string; secretKey: string };

/** Opens a client for these keys. `onJob` is called when CloudStack has taken a job, before it is waited for. */
export function openSdk(keys: Keys, scale: number, onJob: () => Promise<void> = () => Promise.resolve()): Sdk {
  const call = (command: string, params: Record<string, string>) => callOnce(keys, command, params);
  return {
    call,
    look: (reply) => call("queryAsyncJobResult", { jobid: String(reply["jobid"]) }),
    async run(command, params) {
      const reply = await call(command, params);
      await onJob();
      // the SDK looks at 0, 1, 3, 6, 10, ... seconds
      for (let wait = 1; wait < 25; wait += 1) {
        const job = await call("queryAsyncJobResult", { jobid: String(reply["jobid"]) });
        const result = job["jobresult"];
        if (job["jobstatus"] === 1) return { ...reply, ...(result as Reply) };
        if (job["jobstatus"] === 2) throw new Error(`Undefined error: ${JSON.stringify(result)}`);
        await pause(Math.min(wait, 15) * 1000, scale);
      }
      throw new Error("Timeout while waiting for async job to finish");
    },
  };
}

async function callOnce(keys: Keys, command: string, params: Record<string, string>): Promise<Reply> {
  const query = signedQuery({ apiKey: keys.apiKey, command, response: "json", ...params }, keys.secretKey);
  const base = keys.url.includes("/client/api") ? keys.url : `${keys.url.replace(/\/$/, "")}/client/api`;
  const { status, body } = await get(`${base}?${query}`);
  const inside = envelope(body, command);
  if (status === 200 && inside["errorcode"] === undefined) return inside;
  const { errorcode = status, cserrorcode = 0, errortext } = inside;
  const codes = `${Number(errorcode)} (CSExceptionErrorCode: ${Number(cserrorcode)})`;
  throw new Error(`CloudStack API error ${codes}: ${String(errortext)}`);
}

function envelope(body: string, command: string): Reply {
  try {
    const whole = JSON.parse(body) as Record<string, Reply>;
    return whole[`${command.toLowerCase()}response`] ?? whole["errorresponse"] ?? {};
  } catch {
    throw new Error("unexpected end of JSON input");
  }
}

function get(url: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const clientRequest = request(url, { agent: false, timeout: 60_000 }, (response) => {
      let body = "";
      response.setEncoding("utf8");
      response.on("data", (part: string) => (body += part));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body }));
      response.on("error", () => reject(new Error(`Get "${url}": unexpected EOF`)));
    });
    clientRequest.on("timeout", () => clientRequest.destroy(new Error("context deadline exceeded")));
    clientRequest.on("error", (problem: NodeJS.ErrnoException) =>
      reject(new Error(`Get "${url}": ${goDialError(problem, url)}`)),
    );
    clientRequest.end();
  });
}

/** The Go wording of a connection that could not be made or broke. The real one, too, shows the whole signed URL. */
function goDialError(problem: NodeJS.ErrnoException, url: string): string {
  if (problem.code === "ECONNREFUSED") return `dial tcp ${new URL(url).host}: connect: connection refused`;
  return problem.code === "ECONNRESET" ? "EOF" : problem.message;
}
