/** What the Volume Daemon is asked: whether it is well, where volumes are, and what it is at. */
import { askEach, unaskable } from "../../../phases/question.ts";
import type { Expression, ReadSpec } from "../../../phases/spec.ts";
import type { ReadForm, StepKind } from "../../../phases/step-kind.ts";
import { text, texts } from "../../../phases/values.ts";
import type { Json } from "../../../ports/json.ts";
import { ok } from "../../../ports/result.ts";

interface VolumesSpec extends ReadSpec {
  readonly volumes: Expression;
}
interface LookSpec extends VolumesSpec {
  readonly appliance: Expression;
}

const COUNTERPART = "the Volume Daemon";
const outline = ({ op = "" }: ReadSpec): string => `Volume Daemon: ${op}`;

const health: ReadForm<ReadSpec> = {
  fields: {},
  answer: "map<string, string>",
  counterpart: COUNTERPART,
  outline,
  ask: (_spec, _scope, ports) => ports.volume.health(),
};

const look: ReadForm<LookSpec> = {
  fields: { volumes: "texts", appliance: "text" },
  answer: "list<VolumeLook>",
  counterpart: COUNTERPART,
  outline,
  ask: async (spec, scope, ports) => {
    const volumes = texts("volumes", spec.volumes, scope);
    if (!volumes.ok) return unaskable(volumes.error.message);
    const appliance = text("appliance", spec.appliance, scope);
    if (!appliance.ok) return unaskable(appliance.error.message);
    const looks = await ports.volume.look(volumes.value, appliance.value);
    return looks.ok ? ok(looks.value as unknown as Json) : looks;
  },
};

const operations: ReadForm<VolumesSpec> = {
  fields: { volumes: "texts" },
  answer: "list<VolumeOperation>",
  counterpart: COUNTERPART,
  outline,
  ask: async (spec, scope, ports) => {
    const volumes = texts("volumes", spec.volumes, scope);
    if (!volumes.ok) return unaskable(volumes.error.message);
    const answers = await askEach(volumes.value, (volume) => ports.volume.operations(volume));
    return answers.ok ? ok(answers.value as unknown as Json) : answers;
  },
};

export const volumeReads: StepKind["reads"] = { health, look, operations };

/** Its rows as `VolumeLook` and `VolumeOperation` of the port declare them. */
export const volumeRows: NonNullable<StepKind["rows"]> = {
  VolumeLook: {
    volume_id: "string",
    daemon: "string",
    daemon_vm: "string",
    mode: "string",
    device_path: "string",
    cloudstack: "string",
    cloudstack_vm: "string",
    where: "string",
  },
  VolumeOperation: {
    id: "string",
    type: "string",
    status: "string",
    volume_id: "string",
    vm_id: "string",
    error: "string",
    code: "string",
    abandoned: "string",
  },
};
