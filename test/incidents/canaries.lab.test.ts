/** Twenty secrets of a site, said back by everything that it asks: in no journal, report, page or process list. */
import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ownSite, type OwnSite } from "../support/own-site.ts";

const CANARIES = Array.from({ length: 20 }, (_unused, index) => `canary-${index}-${"k7q".repeat(4)}${index}`);

const RUNBOOK = (dir: string): string => `handrail: 1
runbooks:
  - id: echo
    title: Ask what says everything back
    target: { noun: mirror, nouns: mirrors }
    summary: Nothing is wrong.
    severity: low
    strategy: sequence
    select:
      http.get: /mirrors
      rows: mirrors
      columns: { name: text }
      key: name
      label: name
      stuck: "true"
    probes:
      shines: { title: It shines, http.get: "/mirrors/\${target.name}", columns: { name: text, said: text }, expect: result.size() == 1 }
    phases:
      - id: look
        title: Look
        steps:
          - id: ask
            title: What it says
            http.get: "/mirrors/\${target.name}"
            columns: { name: text, said: text }
            expect: result.size() == 1
            facts: { said: "result[0].said" }
          - id: program
            title: What a program prints
            command.text: [${dir}/print]
            expect: result.text != "nothing"
      - id: turn
        title: Turn it
        steps:
          - id: turn
            title: Turn it
            http.post: "/mirrors/\${target.name}/turn"
            verify: shines
            undo: { none: a mirror is turned back by hand }
          - id: start
            title: Start what prints everything
            command.run: [${dir}/print]
            verify: shines
            undo: { none: nothing was done }
    success: [{ id: shines, probe: shines }]
`;

let dir: string;
let server: Server;
let site: OwnSite;

const textsIn = (folder: string): string[] =>
  readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? textsIn(path) : [readFileSync(path, "latin1")];
  });

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), "handrail-canaries-"));
  server = createServer((request, response) => {
    const said = Object.values(request.headers).flat().join(" ");
    response.setHeader("content-type", "application/json");
    const one = { name: "hall", said };
    response.end(JSON.stringify(request.url === "/mirrors" ? { mirrors: [{ name: "hall" }] } : one));
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const headers = Object.fromEntries(
    CANARIES.map((canary, index) => {
      const path = join(dir, `secret-${index}`);
      writeFileSync(path, canary, { mode: 0o600 });
      return [`x-key-${index}`, { file: path }];
    }),
  );
  const print = join(dir, "print");
  writeFileSync(print, `#!/bin/sh\ncat ${dir}/secret-*\n`);
  chmodSync(print, 0o755);
  const file = join(dir, "echo.yaml");
  writeFileSync(file, RUNBOOK(dir));
  const programs = [{ path: print, read: true }];
  site = ownSite({ mirror: { http: { url: `http://127.0.0.1:${port}`, headers } }, host: { programs } }, file);
});
afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
  site.remove();
  rmSync(dir, { recursive: true, force: true });
});

it("shows none of them, and keeps none", async () => {
  const plan = await site.cli("plan", ["echo"], { vm: ["hall"] });
  const ran = await site.run("echo", { vm: ["hall"] });
  expect(ran).toMatchObject({ exit: 0, err: "" });
  const report = await site.cli("report", ["last"], { file: undefined });
  const config = await site.cli("config", [], { file: undefined });
  const doctor = await site.cli("doctor", []);
  const processes = execFileSync("ps", ["-eo", "args"], { encoding: "utf8" });
  const said = [plan, ran, report, config, doctor].flatMap(({ out, err }) => [out, err]);
  const everything = [
    ...said,
    ...textsIn(join(site.root, "state")),
    processes,
    JSON.stringify(site.events(ran.run)),
  ].join("\n");
  expect(CANARIES.filter((canary) => everything.includes(canary))).toEqual([]);
  // They were said back: what stands there in their place is no silence.
  expect(everything).toContain("http-header");
});
