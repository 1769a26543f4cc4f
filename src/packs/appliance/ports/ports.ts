/** What a phase may ask of an appliance besides what every site has. */
import type { CloudStackPort } from "./cloudstack.ts";
import type { VolumePort } from "./volume.ts";

export interface AppliancePorts {
  readonly volume: VolumePort;
  readonly cloudstack: CloudStackPort;
}

declare module "../../../ports/ports.ts" {
  interface Ports extends AppliancePorts {}
}
