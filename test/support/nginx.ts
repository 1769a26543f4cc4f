/** A real nginx. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packagedProgram, type Program } from "./packaged.ts";

const WANTED = {
  program: "usr/sbin/nginx",
  groups: [["nginx"], ["nginx-core", "nginx-light"]],
};

export interface Nginx {
  readonly port: number;
  stop(): Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => void server.close(resolve));
  return port;
}

/**
 * Starts nginx in a folder of its own with the server blocks that `servers` makes for a free port and that folder. It
 * cannot be handed a port that is held already: where somebody else was faster, another one is drawn.
 */
export async function startNginx(servers: (port: number, folder: string) => string): Promise<Nginx> {
  const found = await packagedProgram(WANTED);
  for (let draw = 1; ; draw += 1) {
    const started = await tryNginx(found, servers);
    if (typeof started !== "string") return started;
    if (draw === 5 || !started.includes("Address already in use")) throw new Error(`nginx did not start: ${started}`);
  }
}

/** One attempt; gives what nginx said when it did not start. */
async function tryNginx(
  { file, env }: Program,
  servers: (port: number, folder: string) => string,
): Promise<Nginx | string> {
  const folder = mkdtempSync(join(tmpdir(), "handrail-nginx-"));
  const port = await freePort();
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (name) => `${name}_temp_path ${folder}/${name};`,
  );
  const user = process.getuid?.() === 0 ? "user root;\n" : "";
  writeFileSync(
    join(folder, "nginx.conf"),
    `${user}daemon off;\npid ${folder}/pid;\nworker_processes 1;\nevents {}\nhttp {\naccess_log off;\n${temporary.join("\n")}\n${servers(port, folder)}\n}\n`,
  );
  const child = spawn(file, ["-p", folder, "-c", join(folder, "nginx.conf"), "-e", "stderr"], {
    env,
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (said += text));
  const ended = once(child, "exit");
  while (!existsSync(join(folder, "pid")) && child.exitCode === null)
    await new Promise((resolve) => void setTimeout(resolve, 10));
  const stop = async (): Promise<void> => {
    // A signal that comes between its pid file and its first wait is kept, but does not wake it: it takes one more.
    const again = setInterval(() => void child.kill("SIGTERM"), 100);
    if (child.exitCode === null) child.kill("SIGTERM");
    await ended;
    clearInterval(again);
    rmSync(folder, { recursive: true, force: true });
  };
  if (existsSync(join(folder, "pid"))) return { port, stop };
  await stop();
  return said;
}
