import type { LabConfig, Role } from "./config.ts";

/** A route of an admin port, written as the server writes it. */
type AdminRoute = `${"GET" | "POST" | "PUT" | "DELETE"} /lab/${string}`;

/** Asks the admin port of one of the lab's processes. */
export async function adminCall(lab: LabConfig, role: Role, route: AdminRoute, body?: unknown): Promise<unknown> {
  const [method = "", path = ""] = route.split(" ");
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
