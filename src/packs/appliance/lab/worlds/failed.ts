/** Machines as a failover leaves them that failed past VirtIO injection, for real, or in its own rollback. */
import type { Failover, Machine } from "./model.ts";

/** The machine as a failover leaves it that got past VirtIO injection and failed in `step`. */
export function failedAt(machine: Machine, step: string, destination: Failover["destination"]): Machine {
  if (!machine.failover) return machine;
  const order = ["vm-creation", "volume-attachment"];
  const names = order.slice(0, order.indexOf(step) + 1);
  const error =
    step === "vm-creation"
      ? "VM creation failed: timeout waiting for VM to be provisioned"
      : "volume attachment failed: failed to delete test VM root volume: CloudStack API error 530: internal error";
  const earlier = machine.failover.steps.map(([name]): Failover["steps"][number] => [name, "completed"]);
  const later = names.map((name): Failover["steps"][number] => [name, name === step ? "failed" : "completed"]);
  return {
    ...machine,
    failover: { ...machine.failover, steps: [...earlier, ...later], destination, error },
  };
}

export function asLive(machine: Machine): Machine {
  if (!machine.failover) return machine;
  const names = ["validation", "source-vm-power-off", "final-sync", "volume-mode-switch-failover"];
  const rest = ["multi-volume-snapshot-creation", "virtio-driver-injection", "virtio-driver-injection"];
  const steps: Failover["steps"] = [...names, ...rest].map((name) => [name, "completed"]);
  const error = "VM creation failed: CloudStack API error 431 (CSExceptionErrorCode: 4350): template size";
  const failover: Failover = { ...machine.failover, type: "live", error, steps: [...steps, ["vm-creation", "failed"]] };
  return { ...machine, status: "failed_over_live", failover };
}

/** As the appliance's rollback leaves it when its very last step fails. */
export function rolledBack(machine: Machine): Machine {
  const failedMachine = failedAt(machine, "volume-attachment", { recorded: true, destroyed: true });
  if (!failedMachine.failover) return failedMachine;
  const steps = failedMachine.failover.steps.map(([name]): Failover["steps"][number] => [name, "completed"]);
  return {
    ...failedMachine,
    failover: { ...failedMachine.failover, job: "completed", tracking: "completed", steps, error: null },
  };
}
