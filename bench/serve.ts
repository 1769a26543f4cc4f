/** The endpoint under many calls at once: whether each is answered, and whether each VM has one run. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { fault, loadWorld, type Lab } from "../src/packs/appliance/lab/index.ts";

const VMS = 100;
const CALLS = 1000;
const TOKEN = "bench".repeat(8);

interface Setup {
  readonly lab: Lab;
  readonly dir: string;
  readonly bin: string;
  readonly env: NodeJS.ProcessEnv;
}

interface Got {
  readonly status: number;
  readonly run: string;
}

/** One call on a connection of its own; the status is 0 where there was no answer. */
function call(url: string, vm: string): Promise<Got> {
  const path = `/api/v1/failover/${vm}/cleanup-failed`;
  return new Promise((resolve) => {
    const headers = { authorization: `Bearer ${TOKEN}` };
    const sent = request(`${url}${path}`, { method: "POST", agent: false, headers }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part: string) => (text += part));
      response.on("end", () => {
        const { run_id: run = "" } = JSON.parse(text) as { run_id?: string };
        resolve({ status: response.statusCode ?? 0, run });
      });
    });
    sent.on("error", () => resolve({ status: 0, run: "" }));
    sent.end();
  });
}

function handrail({ bin, env }: Setup, args: readonly string[]): string {
  const ended = spawnSync(bin, args, { env, encoding: "utf8", maxBuffer: 2 ** 28 });
  if (ended.status !== 0) throw new Error(`handrail ${args.join(" ")} ended with ${ended.status}: ${ended.stderr}`);
  return ended.stdout;
}

/** A configuration whose standing grant covers every call here. */
function configure(setup: Setup): string {
  mkdirSync(setup.dir, { recursive: true });
  const [token, grant, config] = ["token", "standing.grant", "config.yaml"].map((name) => join(setup.dir, name)) as [
    string,
    string,
    string,
  ];
  writeFileSync(token, TOKEN, { mode: 0o600 });
  const standing = ["--standing", "--rate", "1000/h", "--expires", "1h", "--lab", "-o", grant];
  handrail(setup, ["grant", "failed-execution-cleanup", ...standing]);
  const serve = { port: 0, token: { file: token }, standing_grants: [grant], rate: { burst: 5000, per_second: 1000 } };
  writeFileSync(config, JSON.stringify({ serve }), { mode: 0o600 });
  return config;
}

export interface Calls {
  /** Calls for as many VMs: those without an answer, those that did not end well, and seconds until the last. */
  readonly many: { readonly lost: number; readonly bad: number; readonly seconds: number };
  /** Calls for one VM: the same, refusals that name another run than the one under way being bad. */
  readonly same: { readonly lost: number; readonly bad: number; readonly seconds: number };
  /** Runs in the journal that no VM accounts for. */
  readonly surplus: number;
}

async function timed(work: Promise<Got[]>): Promise<{ got: Got[]; seconds: number }> {
  const began = performance.now();
  const got = await work;
  return { got, seconds: (performance.now() - began) / 1000 };
}

const lost = (got: readonly Got[]): number => got.filter(({ status }) => status === 0).length;

/** Calls for a hundred VMs at once, then a thousand for one more. */
export async function calls(setup: Setup): Promise<Calls> {
  await loadWorld(setup.lab, `many-stuck:${VMS + 1}`);
  const args = ["serve", "--lab", "--config", configure(setup)];
  const server = spawn(setup.bin, args, { env: setup.env, stdio: ["ignore", "pipe", "ignore"] });
  try {
    const [said] = (await once(server.stdout, "data")) as [Buffer];
    const url = String(said).replace("listening on ", "").trim();
    const vm = (at: number): string => `batch-vm-${String(at + 1).padStart(3, "0")}`;
    const many = await timed(Promise.all(Array.from({ length: VMS }, (_unused, at) => call(url, vm(at)))));
    // Long enough that no call comes after its end, when it would rightly begin another run.
    await fault(setup.lab, "cloudstack-job-time", { command: "revertSnapshot", seconds: 60 });
    const same = await timed(Promise.all(Array.from({ length: CALLS }, () => call(url, vm(VMS)))));
    const runs = new Set(same.got.filter(({ status }) => status === 409).map(({ run }) => run));
    const well = same.got.filter(({ status }) => status === 200).length;
    const refused = same.got.filter(({ status }) => status === 409).length;
    const all = handrail(setup, ["journal", "list", "--lab", "--json"]).trim().split("\n");
    return {
      many: {
        lost: lost(many.got),
        bad: many.got.filter(({ status }) => status !== 200).length,
        seconds: many.seconds,
      },
      same: {
        lost: lost(same.got),
        bad: CALLS - well - refused + Math.abs(well - 1) + Math.abs(runs.size - 1),
        seconds: same.seconds,
      },
      surplus: all.length - (VMS + 1),
    };
  } finally {
    const ended = once(server, "exit");
    server.kill("SIGTERM");
    await ended;
  }
}
