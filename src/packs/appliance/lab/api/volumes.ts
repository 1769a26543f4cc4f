import { request } from "node:http";
import { pause } from "../appliance/clock.ts";
import type { LabConfig } from "../appliance/config.ts";
import { messageOf } from "./context.ts";

type Json = Record<string, unknown>;

/** The mapping of a volume; every failure, whatever its cause, is null: this is how the real service takes it. */
export async function deviceOf(lab: LabConfig, volume: string): Promise<Json | null> {
  try {
    const { status, body } = await ask(lab, "GET", `/api/v1/volumes/${volume}/device`);
    return status === 200 ? (JSON.parse(body) as Json) : null;
  } catch {
    return null;
  }
}

/** The volumes the daemon lists for a machine. */
export async function volumesOf(lab: LabConfig, vm: string): Promise<string[]> {
  const { body } = await ask(lab, "GET", `/api/v1/vms/${vm}/volumes`);
  return (JSON.parse(body) as { volume_id: string }[]).map((volume) => volume.volume_id);
}

/** How long an operation is waited for, and what ends the wait before. */
type Patience = { seconds: number; signal?: AbortSignal };

/** Starts an operation and waits for it, looking every two seconds. */
export async function operate(lab: LabConfig, path: string, body: Json | null, patience: Patience): Promise<void> {
  const { status, body: text } = await ask(lab, "POST", path, body);
  if (status !== 201) throw new Error(`volume operation failed (): ${(JSON.parse(text) as Json)["error"] as string}`);
  const { id } = JSON.parse(text) as { id: string };
  for (let waitS = 2; ; waitS += 2) {
    await pause(2000, lab.scale, patience.signal).catch(() => undefined);
    checkPatience(patience, waitS);
    const operation = await look(lab, id);
    if (operation?.["status"] === "completed") return;
    if (operation?.["status"] === "failed") throw new Error(`operation failed: ${String(operation["error"])}`);
  }
}

function checkPatience({ seconds, signal }: Patience, waitS: number): void {
  if (signal?.aborted) throw new Error("operation timeout or cancelled: context canceled");
  if (waitS > seconds) throw new Error("operation timeout or cancelled: context deadline exceeded");
}

async function look(lab: LabConfig, id: string): Promise<Json | null> {
  try {
    const { status, body } = await ask(lab, "GET", `/api/v1/operations/${id}`);
    return status === 200 ? (JSON.parse(body) as Json) : null;
  } catch {
    return null;
  }
}

function ask(
  lab: LabConfig,
  method: string,
  path: string,
  body: Json | null = null,
): Promise<{ status: number; body: string }> {
  const url = `http://127.0.0.1:${lab.ports.daemon}${path}`;
  const headers = { "user-agent": "oma-api", "content-type": "application/json" };
  return new Promise((resolve, reject) => {
    const fail = (problem: Error) => reject(new Error(`failed to reach Volume Daemon: ${messageOf(problem)}`));
    const clientRequest = request(url, { method, headers, agent: false, timeout: 30_000 }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (part: string) => (text += part));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body: text }));
      response.on("error", fail);
    });
    clientRequest.on("timeout", () => clientRequest.destroy(new Error("context deadline exceeded")));
    clientRequest.on("error", fail);
    clientRequest.end(body === null ? undefined : JSON.stringify(body));
  });
}
