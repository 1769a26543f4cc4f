/** The step kinds of the appliance: a kind is a file here and a row below. */
import type { Kinds } from "../../../phases/kinds/index.ts";
import { cloudstackChange } from "./cloudstack-change.ts";
import { cloudstackList } from "./cloudstack-read.ts";
import { volumeChange } from "./volume-change.ts";
import { volumeReads, volumeRows } from "./volume-read.ts";

export const APPLIANCE_KINDS: Kinds = {
  volume: {
    summary: "The Volume Daemon: where volumes are, what it is at; attaches and detaches them.",
    reads: volumeReads,
    change: volumeChange,
    rows: volumeRows,
  },
  cloudstack: {
    summary:
      "CloudStack: what it lists; one signed command with its job. A command that begins with `list` only looks.",
    reads: { list: cloudstackList },
    change: cloudstackChange,
    lists: { op: "list", commands: /^list/u },
  },
};
