import { createHash, randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { ServerName } from "../servers/names.ts";
import { drawPorts } from "./ports.ts";

/** The processes a lab consists of, besides its database server. */
export const roles = ["daemon", "cloudstack", "api"] as const;
export type Role = (typeof roles)[number];

/** What every process of a lab knows; written once to `<dir>/lab.json`, readable by its owner alone. */
export type LabConfig = {
  name: string;
  dir: string;
  /** The database server it runs on; its data are in that one's format. */
  server: ServerName;
  /** All delays are divided by it. */
  scale: number;
  ports: Record<Role | "mysql", number>;
  /** Loopback ports of the admin routes, apart so that a daemon which refuses connections can still be told to stop. */
  adminPorts: Record<Role, number>;
  adminToken: string;
  rootPassword: string;
  omaPassword: string;
  apiKey: string;
  secretKey: string;
};

/** Makes the configuration of a new lab with ports of its own and fresh passwords. */
export async function newConfig(
  dir: string,
  { name = basename(dir), scale, server }: { name?: string | undefined; scale: number; server: ServerName },
): Promise<LabConfig> {
  const ports = await drawPorts(dir, 7);
  const port = (index: number) => ports[index] ?? 0;
  return {
    name,
    dir,
    server,
    scale,
    ports: { mysql: port(0), daemon: port(1), cloudstack: port(2), api: port(3) },
    adminPorts: { daemon: port(4), cloudstack: port(5), api: port(6) },
    adminToken: randomBytes(12).toString("hex"),
    rootPassword: randomBytes(12).toString("hex"),
    omaPassword: randomBytes(12).toString("hex"),
    apiKey: randomBytes(32).toString("base64url"),
    secretKey: randomBytes(32).toString("base64url"),
  };
}

/** Reads the configuration of the lab in `dir`. */
export function readConfig(dir: string): LabConfig {
  // a lab from before there was a choice says nothing of its server
  const defaults: Pick<LabConfig, "server"> = { server: "mariadb" };
  return { ...defaults, ...(JSON.parse(readFileSync(join(dir, "lab.json"), "utf8")) as LabConfig) };
}

/** Writes the configuration for the lab's processes. */
export function writeConfig(lab: LabConfig): void {
  writeFileSync(join(lab.dir, "lab.json"), `${JSON.stringify(lab, null, 2)}\n`, { mode: 0o600 });
}

/** An id that looks random but is the same every time this lab asks for `label`: two labs never share one. */
export function labId(dir: string, label: string): string {
  const hex = createHash("sha256").update(`${dir}\n${label}`).digest("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `a${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    "-",
  );
}
