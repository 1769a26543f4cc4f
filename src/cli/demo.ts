/**
 * The first minute: a lab with five stuck test failovers, recovered for real. In a terminal it asks; without one it
 * writes itself a grant. At the end it looks for itself, past Handrail, whether MariaDB, daemon and CloudStack agree.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  attachLab,
  cloudstackState,
  downLab,
  dumpDatabase,
  labFolder,
  NoServer,
  processStates,
  upLab,
  type Lab,
} from "../lab/index.ts";
import { flag, type Invocation, type Values } from "./command.ts";
import { EXIT } from "./exit.ts";
import { Stop, type Io } from "./io.ts";
import { reportsDir } from "./paths.ts";
import { run as grant } from "./grant.ts";
import { run as report } from "./report.ts";
import { run as recover } from "./run.ts";
import { openStored } from "./stored.ts";

const NAME = "demo";
const RUNBOOK = "failed-execution-cleanup";
/** Without a person nobody watches, so the lab's time runs faster; the screen names it. */
const UNWATCHED_SCALE = 20;

async function bringUp(io: Io): Promise<Lab> {
  const started = performance.now();
  io.out(
    "LAB: a private MariaDB, a Volume Daemon, a CloudStack and an OMA API on loopback. Nothing real is touched.\n",
  );
  try {
    const lab = await upLab({
      name: NAME,
      scale: io.person ? 1 : UNWATCHED_SCALE,
      world: "stuck-virtio",
      env: { ...io.env },
    });
    io.out(
      `It is up after ${((performance.now() - started) / 1000).toFixed(1)} s in ${lab.dir}; its journal and reports stay when it is gone.\n`,
    );
    io.out(
      "Five test failovers are stuck after VirtIO injection: snapshots made, volumes attached, the engine has ended.\n\n",
    );
    return lab;
  } catch (error) {
    if (error instanceof NoServer) throw new Stop(EXIT.unreachable, error.message);
    throw error;
  }
}

interface Row {
  readonly [column: string]: unknown;
}

/** Looks past Handrail at what is there now; gives the sentences, and whether all is as it should be. */
async function lookAround(lab: Lab): Promise<{ lines: string[]; good: boolean }> {
  const tables = await dumpDatabase(lab);
  const rows = (table: string): readonly Row[] => tables[table] ?? [];
  const appliance = rows("ossea_configs").find((row) => Number(row["is_active"]) === 1)?.["oma_vm_id"];
  const cloud = cloudstackState(lab);
  const lines: string[] = [];
  let good = true;
  const stuck = rows("vm_replication_contexts").filter((row) => row["current_status"] === "failed_over_test");
  for (const context of rows("vm_replication_contexts")) {
    const volumes = rows("ossea_volumes").filter(
      (row) => row["vm_context_id"] === context["context_id"] && row["status"] !== "deleted",
    );
    const open = rows("failover_jobs").filter(
      (row) =>
        row["vm_context_id"] === context["context_id"] && row["job_type"] === "test" && row["status"] === "pending",
    );
    const touched = rows("job_tracking").some(
      (row) => row["owner"] === "handrail" && row["context_id"] === context["context_id"],
    );
    if (!touched) continue;
    let home = 0;
    for (const volume of volumes) {
      const id = String(volume["volume_id"]);
      const mapped = rows("device_mappings").some((row) => row["volume_uuid"] === id && row["vm_id"] === appliance);
      const answer = await fetch(`${lab.site.volume_daemon.url}/api/v1/volumes/${encodeURIComponent(id)}/device`);
      const device = (await answer.json()) as { vm_id?: string };
      const attached = Object.values(cloud.volumes).some((found) => found.id === id && found.vm === appliance);
      if (mapped && device.vm_id === appliance && attached) home += 1;
    }
    const ids = new Set(volumes.map((volume) => String(volume["volume_id"])));
    const snapshots = Object.values(cloud.snapshots).filter((snapshot) => ids.has(snapshot.volumeid)).length;
    const fine =
      context["current_status"] === "ready_for_failover" &&
      home === volumes.length &&
      snapshots === 0 &&
      open.length === 0;
    good &&= fine;
    lines.push(
      `  ${fine ? "ok   " : "WRONG"} ${String(context["vm_name"])}: context ${String(context["current_status"])}; ${home} of ${volumes.length} volumes on the appliance in MariaDB, daemon and CloudStack; ${snapshots} snapshots; ${open.length} open jobs`,
    );
  }
  return { lines, good: good && stuck.length === 0 && lines.length > 0 };
}

async function recoverAll(io: Io): Promise<number> {
  const values = { lab: true, "all-stuck": true };
  if (io.person) return recover({ values, rest: [RUNBOOK], io });
  const dir = mkdtempSync(join(tmpdir(), "handrail-demo-"));
  try {
    const file = join(dir, "grant.json");
    const quiet: Io = { ...io, out: () => undefined };
    await grant({ values: { ...values, o: file }, rest: [RUNBOOK], io: quiet });
    io.out(
      "There is no terminal to ask, so this run is approved by a grant written beforehand: the runbook, the five VMs, its contracts.\n\n",
    );
    return await recover({ values: { ...values, grant: file }, rest: [RUNBOOK], io });
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

async function writeReport(io: Io): Promise<void> {
  const values = { lab: true };
  const journal = await openStored(values, io);
  const runId = journal.runs(1)[0]?.run_id ?? "last";
  journal.close();
  io.out("\nreport: ");
  await report({ values: { ...values, o: join(reportsDir(io.env), `${runId}.md`) }, rest: [runId], io });
}

/** Whether the newest run of the lab waits to be taken up again. */
async function isOpen(io: Io): Promise<boolean> {
  const journal = await openStored({ lab: true }, io);
  try {
    const [newest] = journal.runs(1);
    if (newest === undefined) return false;
    return journal.page(newest.last_seq - 1, 1)[0]?.type !== "run.closed";
  } finally {
    journal.close();
  }
}

const HINT = "Try: c cleans pgtest1 up. kill -9 this console in the middle and run the demo again.";

/** In a terminal: the board on the five stuck VMs. The lab of a console that was killed is there still. */
async function play(io: Io, values: Values): Promise<number> {
  const dir = labFolder({ name: NAME }, { ...io.env });
  const lab = processStates(dir).mariadb ? await attachLab({ name: NAME, env: { ...io.env } }) : await bringUp(io);
  const { openBoard } = await import("./console.ts");
  const exit = await openBoard({ lab: true }, io, { select: "ctx-pgtest1-20250822-112636", hint: HINT });
  const { lines } = await lookAround(lab);
  if (lines.length > 0) {
    io.out(`\nLooked at directly, past Handrail:\n${lines.join("\n")}\n`);
    await writeReport(io);
  }
  if (flag(values, "keep") || (lines.length > 0 && (await isOpen(io)))) {
    io.out("The lab stays up: npm run demo goes on with it, HANDRAIL_LAB=demo bin/handrail lab down --rm ends it.\n");
    return exit;
  }
  await downLab(lab, { keep: false });
  return exit;
}

/** `handrail demo`. */
export async function run({ values, io: outer }: Invocation): Promise<number> {
  const io: Io = { ...outer, env: { ...outer.env, HANDRAIL_LAB: NAME } };
  if (io.person && !flag(values, "plain")) return play(io, values);
  const lab = await bringUp(io);
  try {
    const exit = await recoverAll(io);
    const { lines, good } = await lookAround(lab);
    io.out(`\nLooked at directly, past Handrail:\n${lines.join("\n")}\n`);
    await writeReport(io);
    if (exit !== EXIT.done) return exit;
    return good ? EXIT.done : EXIT.failed;
  } finally {
    await downLab(lab, { keep: flag(values, "keep") });
  }
}
