import type { LabConfig, Role } from "./config.ts";

/** Asks the admin port of one of the lab's processes. */
export async function adminCall(
  lab: LabConfig,
  role: Role,
  method: string,
  path: string,
  body?: unknown,
): Promise<unknown> {
  const response = await fetch(`http://127.0.0.1:${lab.adminPorts[role]}${path}`, {
    method,
    signal: AbortSignal.timeout(120_000),
    headers: { "x-lab-token": lab.adminToken, connection: "close" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer: unknown = await response.json();
  if (!response.ok)
    throw new Error(`the lab's ${role} answered ${response.status} to ${path}: ${JSON.stringify(answer)}`);
  return answer;
}
