import { randomUUID } from "node:crypto";
import { countWork } from "../appliance/admin.ts";
import { goNow, goTime, pause, sqlNow } from "../appliance/clock.ts";
import type { LabRow } from "../appliance/database.ts";
import { goMap } from "../appliance/gojson.ts";
import { faultDelay, type Fault } from "../appliance/faults.ts";
import { recordEffect } from "../appliance/ledger.ts";
import type { Daemon } from "./context.ts";
import { restartDaemon } from "./restart.ts";

type Kind = "create" | "attach" | "detach" | "delete" | "cleanup";
export type Json = Record<string, unknown>;

/** An operation as it was asked for. */
export type OperationRequest = { kind: Kind; volume: string; vm: string | null; request: Json; agent: string };

/** Writes the operation down as pending, starts it in the background, and returns what the caller is shown. */
export async function accept(
  daemon: Daemon,
  wish: OperationRequest,
  work: (daemon: Daemon) => Promise<Json>,
): Promise<Json> {
  const id = randomUUID();
  const time = sqlNow();
  const text = goMap(wish.request);
  await daemon.db.change(
    "insert into volume_operations (id, type, status, volume_id, vm_id, request, created_at, updated_at) " +
      "values (?, ?, 'pending', ?, ?, ?, ?, ?)",
    [id, wish.kind, wish.volume, wish.vm, text, time, time],
  );
  const { kind, volume, vm, agent } = wish;
  recordEffect(daemon.lab.dir, {
    by: "volume-daemon",
    action: kind,
    volume,
    vm,
    operation: id,
    outcome: "accepted",
    agent,
  });
  void countWork(background(daemon, id, wish, work));
  const vmField = vm === null ? {} : { vm_id: vm };
  return {
    id,
    type: kind,
    status: "pending",
    volume_id: volume,
    ...vmField,
    request: wish.request,
    created_at: goNow(),
    updated_at: goNow(),
  };
}

/** Where an operation is, as its row says it. */
type State = { status: string; response: Json | null; error: string | null };

async function background(
  whole: Daemon,
  id: string,
  wish: OperationRequest,
  work: (daemon: Daemon) => Promise<Json>,
): Promise<void> {
  const daemon = withTrouble(whole, wish);
  const startMs = Date.now();
  const fault = daemon.faults.take("daemon-operation-time", (candidate) => fitsOperation(candidate, wish));
  const length = fault ? faultDelay(fault["seconds"], daemon.lab.scale) : 0;
  // CloudStack's own job is the last second and a half of a slow operation: its effect comes late, not early
  const lead = length - 1500 / daemon.lab.scale;
  const end = await endOf(async () => {
    await write(daemon, id, { status: "executing", response: null, error: null });
    if (lead > 0) await pause(lead, 1);
    return work(daemon);
  });
  await pause(Math.max(0, startMs + length - Date.now()), 1);
  await write(daemon, id, endOfFault(daemon, wish) ?? end).catch(() => undefined);
}

async function endOf(work: () => Promise<Json>): Promise<State> {
  try {
    return { status: "completed", response: await work(), error: null };
  } catch (problem) {
    return { status: "failed", response: null, error: problem instanceof Error ? problem.message : String(problem) };
  }
}

/** The end that a fault has chosen for an operation, or null. */
function endOfFault({ faults }: Daemon, wish: OperationRequest): State | null {
  const fault = faults.take("daemon-operation-status", (candidate) => fitsOperation(candidate, wish));
  if (fault === null) return null;
  const { status, error = "operation cancelled" } = fault;
  return { status: String(status), response: null, error: String(error) };
}

/** The daemon as it is in this operation, with what befalls it in the middle. */
function withTrouble(daemon: Daemon, wish: OperationRequest): Daemon {
  const { lab, faults } = daemon;
  const fits = (fault: Fault) => fitsOperation(fault, wish);
  const restart = faults.take("daemon-restart", fits);
  const database = faults.take("daemon-database-lost", fits) !== null;
  const poll = faults.take("daemon-lost-poll", fits) !== null;
  let lost = false;
  const change: Daemon["db"]["change"] = async (...args) => {
    if (lost) throw new Error("invalid connection");
    return daemon.db.change(...args);
  };
  if (restart?.["when"] === "asked") void restartDaemon(lab);
  const onJob = async (): Promise<void> => {
    if (restart !== null) await restartDaemon(lab);
    lost = database;
    if (poll)
      throw new Error(`Get "http://127.0.0.1:${lab.ports.cloudstack}/client/api?command=queryAsyncJobResult": EOF`);
  };
  return { ...daemon, db: { ...daemon.db, change }, onJob };
}

function fitsOperation(fault: Fault, wish: OperationRequest): boolean {
  const type = fault["type"] ?? wish.kind;
  return type === wish.kind && (fault["volume"] ?? wish.volume) === wish.volume;
}

async function write(daemon: Daemon, id: string, { status, response, error }: State): Promise<void> {
  const time = sqlNow();
  const endTime = status === "executing" ? null : time;
  await daemon.db.change(
    "update volume_operations set status = ?, response = ?, error = ?, updated_at = ?, completed_at = ? where id = ?",
    [status, response === null ? null : goMap(response), error, time, endTime, id],
  );
}

/** An operation as the daemon shows it: what is empty is absent. */
export function showOperation(row: LabRow): Json {
  return {
    id: row["id"],
    type: row["type"],
    status: row["status"],
    volume_id: row["volume_id"],
    ...(row["vm_id"] === null ? {} : { vm_id: row["vm_id"] }),
    request: JSON.parse(String(row["request"])) as Json,
    ...(row["response"] === null ? {} : { response: JSON.parse(String(row["response"])) as Json }),
    ...(row["error"] === null ? {} : { error: row["error"] }),
    created_at: goTime(String(row["created_at"])),
    updated_at: goTime(String(row["updated_at"])),
    ...(row["completed_at"] === null ? {} : { completed_at: goTime(String(row["completed_at"])) }),
  };
}
