/** Labs that come up side by side: none takes another's port, and a stranger's is left to the stranger. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { shellEnv } from "../../../support/room.ts";
import { TREE } from "../../../support/program.ts";

interface Ended {
  readonly code: number;
  readonly said: string;
}

/** The shipped command, with `first` loaded before it: what it said, and how it ended. */
async function handrail(first: readonly string[], ...words: readonly string[]): Promise<Ended> {
  const args = [...first, join(TREE, "dist/handrail.mjs"), ...words];
  const env = { ...shellEnv(), HANDRAIL_KEPT: process.env["HANDRAIL_KEPT"] };
  const child = spawn(process.execPath, args, { env, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (part: Buffer) => (said += part.toString()));
  const [code] = (await once(child, "close")) as [number];
  return { code, said };
}

interface Ports {
  readonly ports: Record<string, number>;
  readonly adminPorts: Record<string, number>;
}

function portsOf(dir: string): number[] {
  const { ports, adminPorts } = JSON.parse(readFileSync(join(dir, "lab.json"), "utf8")) as Ports;
  return [...Object.values(ports), ...Object.values(adminPorts)];
}

/** Makes the random draw of ports one from few, by a module that is loaded first; gives that module as arguments. */
function fewPorts(folder: string, first: number, count: number): string[] {
  const file = join(folder, "few.mjs");
  writeFileSync(
    file,
    `import crypto from "node:crypto"; import { syncBuiltinESMExports } from "node:module";
     const draw = crypto.randomInt;
     crypto.randomInt = (...range) => (range[0] === 12000 ? draw(${first}, ${first + count}) : draw(...range));
     syncBuiltinESMExports();`,
  );
  return ["--import", file];
}

it("six labs at once draw from fifty ports, and come up with forty-two of them", async () => {
  const folder = mkdtempSync(join(tmpdir(), "ports-"));
  const few = fewPorts(folder, 20_000 + 50 * Math.floor(Math.random() * 200), 50);
  const dirs = [1, 2, 3, 4, 5, 6].map((at) => join(folder, `lab-${at}`));
  const up = await Promise.all(dirs.map((dir) => handrail(few, "lab", "up", "--world", "bare", "--dir", dir)));
  expect(up.filter(({ code }) => code !== 0).map(({ said }) => said)).toEqual([]);
  const taken = dirs.flatMap(portsOf);
  expect(new Set(taken).size).toBe(42);
  const down = await Promise.all(dirs.map((dir) => handrail([], "lab", "down", "--rm", "--dir", dir)));
  expect(down.map(({ code }) => code)).toEqual([0, 0, 0, 0, 0, 0]);
});

it("a lab whose port was taken between the draw and its daemon's start draws again", async () => {
  const dir = join(mkdtempSync(join(tmpdir(), "ports-")), "lab");
  const up = handrail([], "lab", "up", "--world", "bare", "--dir", dir);
  let taken = 0;
  // the daemons start after the database server, which takes far longer than this
  await expect.poll(() => (taken = daemonPort(dir)), { interval: 1 }).toBeGreaterThan(0);
  const stranger = net.createServer((socket) => socket.destroy());
  await new Promise<void>((done) => stranger.listen(taken, "127.0.0.1", done));
  expect(await up).toMatchObject({ code: 0 });
  expect(portsOf(dir)).not.toContain(taken);
  expect(await handrail([], "lab", "down", "--rm", "--dir", dir)).toMatchObject({ code: 0 });
  await new Promise((done) => stranger.close(done));
});

function daemonPort(dir: string): number {
  try {
    return (JSON.parse(readFileSync(join(dir, "lab.json"), "utf8")) as Ports).ports["daemon"] ?? 0;
  } catch {
    return 0;
  }
}
