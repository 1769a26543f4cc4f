/** The step kinds of the appliance: a kind is a file here and a row below. */
import type { Kinds } from "../../../phases/kinds/index.ts";
import type { Ports } from "../../../ports/ports.ts";
import { cloudstackChange } from "./cloudstack-change.ts";
import { cloudstackList } from "./cloudstack-read.ts";
import { volumeChange } from "./volume-change.ts";
import { volumeReads, volumeRows } from "./volume-read.ts";

/** The connections that only a site of the appliance has, as its configuration calls them. */
const SETTINGS = { volume: "volume_daemon", cloudstack: "cloudstack" } as const;

/** A site of another product, or of none, has no such port. */
const lacks = (port: keyof typeof SETTINGS, ports: Partial<Ports>): string | null =>
  ports[port] === undefined ? `the site has no ${SETTINGS[port]} connection` : null;

export const APPLIANCE_KINDS: Kinds = {
  volume: {
    summary: "The Volume Daemon: where volumes are, what it is at; attaches and detaches them.",
    reads: volumeReads,
    change: volumeChange,
    lacks: (_spec, ports) => lacks("volume", ports),
    rows: volumeRows,
  },
  cloudstack: {
    summary:
      "CloudStack: what it lists; one signed command with its job. A command that begins with `list` only looks.",
    reads: { list: cloudstackList },
    change: cloudstackChange,
    lacks: (_spec, ports) => lacks("cloudstack", ports),
    lists: { op: "list", commands: /^list/u },
  },
};
