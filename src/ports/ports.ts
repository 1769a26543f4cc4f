/**
 * The ports through which a phase reads and changes the outside world. `src/connections` implements them against the
 * real thing; nothing else may touch a socket, a process or a clock. Every method returns its refusals as values.
 * No method retries a change and none hides a lost answer: that is `unknown`.
 */
import type { ClockPort } from "./clock.ts";
import type { CloudStackPort } from "./cloudstack.ts";
import type { ProcessPort } from "./process.ts";
import type { ScriptPort } from "./script.ts";
import type { SqlPort } from "./sql.ts";
import type { VolumePort } from "./volume.ts";

/** The ports that every site has. */
export interface CorePorts {
  readonly sql: SqlPort;
  readonly process: ProcessPort;
  readonly script: ScriptPort;
  readonly clock: ClockPort;
}

/** Every port that a phase may use: a pack adds those of its product here (`declare module`). */
export interface Ports extends CorePorts {
  readonly volume: VolumePort;
  readonly cloudstack: CloudStackPort;
}
