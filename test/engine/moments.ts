/** Moments that a small run comes to, and variants of its runbook. */
import type { Bodies } from "../../src/engine/bodies.ts";
import { runbookHere } from "../ui/runbook.ts";
import { History } from "./history.ts";

export type Change = (source: string) => string;

/** A history over a variant of the small runbook. */
export function historyOf(change: Change, over: Partial<Bodies["run.created"]> = {}, keys = ["ctx-a"]): History {
  const { runbook, digest } = runbookHere(change);
  return new History({ keys, over: { runbook, runbook_digest: digest, ...over } });
}

/** Puts text behind a place of the source, which has to be there. */
const behind =
  (place: string, text: string): Change =>
  (source) => {
    if (!source.includes(place)) throw new Error(`the small runbook has no ${place}`);
    return source.replace(place, place + text);
  };

/** Several variants, one after the other. */
export const all =
  (...changes: readonly Change[]): Change =>
  (source) =>
    changes.reduce((text, change) => change(text), source);

/** A field of the phase that detaches. */
export const ofPhase = (field: string): Change => behind("title: 2 Detach the volumes\n", `        ${field}\n`);
/** A field of the step that detaches. */
export const ofDetach = (field: string): Change => behind("            op: detach\n", `            ${field}\n`);
/** A field of the runbook. */
export const ofRunbook = (field: string): Change => behind("    severity: high\n", `    ${field}\n`);
/** A step of the phase that looks, between its two. */
export const ofLook = (step: string): Change =>
  behind("            facts: { volumes: result }\n", `          - ${step}\n`);

/** The same step as a statement. */
export const SQL: Change = (source) => {
  const fields = [
    "kind: sql.change",
    "foreach: facts.volumes",
    "key: item.volume_id",
    "sql: UPDATE ossea_volumes SET snapshot_id = '' WHERE vm_context_id = :context",
    "params: { context: target.context_id }",
    'touches: { table: ossea_volumes, rows: { at_most: "1" }, within: { column: vm_context_id, in: "[target.context_id]" } }',
    "verify: is-off\n",
  ];
  const [start, end] = ["kind: volume\n            op: detach", "      - id: snapshots"].map((text) =>
    source.indexOf(text),
  );
  return `${source.slice(0, start)}${fields.join("\n            ")}${source.slice(end)}`;
};

export const RESCUE = ofPhase(
  "rescue: { question: What now?, choices: [{ id: on, title: Go on }, { id: stop, title: Stop, then: stop }] }",
);
export const WAIT = ofLook("{ id: pause, title: Wait a moment, kind: wait, seconds: 30 }");
export const EVIDENCE = ofRunbook("finally: [{ id: ps, title: Processes, kind: script, script: ps }]");
/** The detached volumes have to stay so to the end of the run. */
export const STAYS = ofDetach("stays_until: end");
/** A detach needs the volumes to be off already; a probe that holds or not as the world says. */
export const REQUIRE = ofDetach("require: is-off");
export const ALREADY = ofDetach("already: is-off");
/** The detach of the volumes is expected to have happened before the phase is entered. */
export const HOLD = ofRunbook("holds: [{ id: volumes-off, probe: nothing-left, from: look }]");

const PAGE = { page_digest: "d", risk: "change", typed: null } as const;

export const skip = (history: History, phase: string, target = "ctx-a"): History =>
  history.add("phase.expanded", { target, phase }, { title: phase, skipped: "not needed", steps: [] });

/** The first page is approved. */
export function started(history = new History()): History {
  history.add("approval.requested", {}, { ...PAGE, approval: "@start#1", covers: [] });
  return history.add("approval.given", {}, { ...PAGE, approval: "@start#1", method: "key", by: "ada", grant: null });
}

/** The first page is approved, the looking is over, the two steps of `detach` are planned. */
export const entered = (history = new History()): History => skip(history.begun(), "look");

export const preview = (history: History, item: string): History =>
  history.add("step.previewed", history.place(item), { preview: null });

export const previewed = (history = new History()): History => preview(preview(entered(history), "vol-1"), "vol-2");

/** Both steps are approved on a page. */
export function approved(history = new History(), approval = "detach#1"): History {
  const covers = ["vol-1", "vol-2"].map((item_key) => ({ target: "ctx-a", step: "detach", item_key }));
  previewed(history).add("approval.requested", {}, { ...PAGE, approval, covers });
  return history.add("approval.given", {}, { ...PAGE, approval, method: "key", by: "ada", grant: null });
}

export const LOST = { kind: "unknown", message: "the answer was lost", evidence: {} } as const;

/** One more phase with a change, before the one that detaches. */
export const PREPARE: Change = (source) =>
  source.replace(
    "      - id: detach\n",
    `      - id: prepare
        title: 1 Prepare
        steps:
          - { id: one, title: One, kind: volume, op: detach, volume: "'vol-1'", verify: nothing-left, undo: { none: no } }
      - id: detach
`,
  );
