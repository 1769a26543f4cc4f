/** Ports for one look at many targets: what several of them ask of the daemon and of CloudStack is asked once. */
import { askOnce, gather, type LookAnswer } from "../../../engine/shared-look.ts";
import type { AppliancePorts } from "../ports/ports.ts";
import type { VolumeLook, VolumePort } from "../ports/volume.ts";

/** The volume port of one target: its volumes are looked at together, and what fails there fails for it alone. */
function volumesOf(volume: VolumePort): Pick<VolumePort, "look"> {
  const looks = new Map<string, (own: readonly string[]) => LookAnswer<VolumeLook[]>>();
  return {
    look: (volumes, appliance) => {
      const look =
        looks.get(appliance) ??
        gather<VolumeLook>(
          (ids) => volume.look(ids, appliance),
          ({ volume_id }) => volume_id,
        );
      looks.set(appliance, look);
      return look(volumes);
    },
  };
}

/** Gives what makes the ports of each target of one look. */
export function share({ volume, cloudstack }: AppliancePorts): () => AppliancePorts {
  const operations = askOnce((id: string) => volume.operations(id));
  const list = askOnce((command: string, params: Readonly<Record<string, string>>) => cloudstack.list(command, params));
  return () => ({
    volume: { ...volume, ...volumesOf(volume), operations },
    cloudstack: { ...cloudstack, list },
  });
}
