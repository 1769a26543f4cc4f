/** The table of change kinds: a new kind is a file here and a row below. */
import type { ChangeKind } from "../kind.ts";
import type { ChangeSpec } from "../spec.ts";
import { cloudstackChange } from "./cloudstack.ts";
import { processEnd } from "./process-end.ts";
import { sqlChange } from "./sql-change.ts";
import { volumeChange } from "./volume.ts";

const KINDS: { readonly [K in ChangeSpec["kind"]]: ChangeKind<Extract<ChangeSpec, { kind: K }>> } = {
  "sql.change": sqlChange,
  volume: volumeChange,
  cloudstack: cloudstackChange,
  process: processEnd,
};

/** The kind that carries out a change. */
export function changeKind(kind: ChangeSpec["kind"]): ChangeKind<ChangeSpec> {
  return KINDS[kind];
}
