/** An approval document as far as a test does not care what is in it. */
import type { ApprovalDocument, DocumentStep } from "../../src/engine/approval-document.ts";

export const aDocument = (more: Partial<ApprovalDocument> = {}): ApprovalDocument => ({
  schema: 1,
  approval: "snapshots#1",
  phase: "snapshots",
  title: "3 Revert",
  identity: {
    run_id: "run",
    runbook: { id: "book", title: "Book", digest: "0".repeat(64) },
    site: "site",
    lab: null,
    server: "db on host:3306",
    mode: "person",
    operator: "ada (uid 1) on host",
  },
  led_here: [],
  warnings: [],
  targets: [],
  acts: [],
  summary: { effects: [], lost: [], oldest: null, ageless: 0 },
  risk: "change",
  typed: null,
  next: [],
  unanswered: [],
  at: "2026-11-22T03:12:00.000Z",
  digest: "d",
  ...more,
});

export const aStep = (more: Partial<DocumentStep> = {}): DocumentStep => ({
  step: "s",
  item_key: "",
  phase: "a",
  kind: "cloudstack",
  title: "t",
  message: "says",
  risk: "change",
  raises: [],
  counterpart: "CloudStack",
  limit: 60,
  request: { command: "detachVolume", params: {} },
  request_lines: [],
  preview: { none: true },
  undo: { kind: "other", why: [] },
  not_known: [],
  ...more,
});
