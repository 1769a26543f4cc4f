/** Plays one scene from its preview to its undo and says in a few words how it ended. Throws `Fault`. */
import type { Connection } from "mysql2/promise";
import type { Connections } from "../../../src/connections/connect.ts";
import type { ChangePreview, SqlChange, Undo } from "../../../src/ports/sql.ts";
import { sceneOf } from "./build.ts";
import { dump, type Dump } from "./dump.ts";
import { Fault } from "./fault.ts";
import type { Interference, Scene } from "./scene.ts";
import { sceneInTongue } from "../tongue.ts";
import { accountOf, flavourOf, type Theatre } from "./theatre.ts";
import { asAnnounced, asPromised, leavesOthers, sameWorld } from "./verdict.ts";

const TAG = { run: "run1", step: "step1", attempt: "try1" };

/** The scene of a seed. Every third is applied on another connection than it was previewed on. */
export async function playScene(theatre: Theatre, seed: number): Promise<string> {
  const flavour = flavourOf(seed);
  const account = accountOf(seed);
  const { root } = theatre;
  const scene = sceneInTongue(theatre.server, sceneOf(seed, flavour));
  const previewing = await theatre.world(account, flavour);
  const applying = seed % 3 === 0 ? await theatre.fresh(account, flavour) : previewing;
  try {
    await arrange(root, scene);
    const look = (): Promise<Dump> => dump(root, flavour.zone);
    return await play({ root, scene, previewing, applying, look, sees: account === "everything" });
  } finally {
    if (applying !== previewing) await applying.close();
    for (const statement of scene.teardown) await root.query(statement);
  }
}

async function arrange(root: Connection, scene: Scene): Promise<void> {
  for (const statement of scene.setup) {
    await root.query(statement).catch((error: unknown) => {
      throw new Fault("no scene", `${statement}\n${String(error)}`);
    });
  }
}

interface Stage {
  readonly root: Connection;
  readonly scene: Scene;
  readonly previewing: Connections;
  readonly applying: Connections;
  look(): Promise<Dump>;
  /** Whether the account sees every schema. */
  readonly sees: boolean;
}

async function play(stage: Stage): Promise<string> {
  const { root, scene, look, previewing } = stage;
  const change = changeOf(scene);
  const before = await look();
  const preview = await previewing.sql.preview(change);
  sameWorld("preview wrote", before, await look());
  if (!preview.ok) {
    if (preview.error.message.length < 10) throw new Fault("no reason", JSON.stringify(preview.error));
    return `refused: ${shortened(preview.error.message)}`;
  }
  await interfere(root, scene.meanwhile);
  return carryOut(stage, change, preview.value, scene.meanwhile === null ? before : await look());
}

/** What another's statements are refused for does not matter: what stands afterwards counts. */
async function interfere(root: Connection, interference: Interference | null): Promise<void> {
  for (const statement of interference?.statements ?? []) await root.query(statement).catch(() => undefined);
}

/** A refusal without the names and numbers of its scene, for counting. */
const shortened = (message: string): string =>
  message
    .replace(/^Previewing the change: (?:This statement cannot be previewed: )?/u, "")
    .replaceAll(/\b\w+_\d+\b/gu, "T")
    .replaceAll(/'[^']*'/gu, "'…'")
    .replaceAll(/\d+/gu, "N")
    .slice(0, 90);

function changeOf({ sql, touched, values = {} }: Scene): SqlChange {
  const touch = (table: string) => ({ table, rows: { at_most: 10_000 }, within: null });
  const [first = "", ...others] = touched;
  return { sql, values, touches: touch(first), also: others.map(touch) };
}

async function carryOut(stage: Stage, change: SqlChange, preview: ChangePreview, before: Dump): Promise<string> {
  const { scene, applying, look, sees } = stage;
  let kept: Undo | null = null;
  const outcome = await applying.sql.apply(change, preview, TAG, (undo) => {
    kept = undo;
    return Promise.resolve(true);
  });
  const after = await look();
  if (outcome.kind !== "applied") {
    sameWorld("changed though not applied", before, after);
    if (scene.meanwhile === null && scene.moving === undefined)
      throw new Fault("never applied", JSON.stringify(outcome));
    return scene.meanwhile === null ? "drifted by itself" : `drifted: ${scene.meanwhile.what}`;
  }
  asAnnounced(scene, preview, before, after, sees);
  if (scene.since !== null) return besides(stage, kept, after);
  const refusal = await takeBack(stage.previewing, kept);
  const kind = preview.undo?.kind ?? "none";
  if (refusal !== null && kind === "complete") throw new Fault("undo refused", refusal);
  asPromised(scene, preview, before, await look(), sees);
  return `${preview.matched === 0 ? "no rows" : `undone ${kind}`}${scene.meanwhile === null ? "" : " beside another"}`;
}

/** Takes back after somebody else has written: what he wrote stays. */
async function besides({ root, scene, previewing, look }: Stage, undo: Undo | null, applied: Dump): Promise<string> {
  await interfere(root, scene.since);
  const since = await look();
  const refusal = await takeBack(previewing, undo, true);
  leavesOthers(applied, since, await look());
  return refusal === null ? "undone after another" : "not undone after another";
}

/** Previews and applies the changes of an undo, in order. Why that did not work, or null; `partly`: rows may be left out. */
async function takeBack({ sql }: Connections, undo: Undo | null, partly = false): Promise<string | null> {
  for (const change of undo?.changes ?? []) {
    const preview = await sql.preview(change);
    if (!preview.ok) return `no preview, ${preview.error.message}\n${change.sql}`;
    const conflicts = preview.value.conflicts ?? [];
    if (conflicts.length > 0 && !partly) return `conflicts ${JSON.stringify(conflicts.slice(0, 5))}`;
    const outcome = await sql.apply(change, preview.value, TAG);
    if (outcome.kind !== "applied") return `${JSON.stringify(outcome)}\n${change.sql}`;
  }
  return null;
}
