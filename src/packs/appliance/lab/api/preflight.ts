import { goNow } from "../appliance/clock.ts";
import { decodeGo, textField } from "../appliance/gojson.ts";
import type { LabAnswer, Call } from "../appliance/http.ts";
import { route, type Route } from "../appliance/route.ts";
import { failoverError, plainError, reply } from "./answers.ts";

const fields = ["context_id", "vmware_vm_id", "vm_name", "failover_type"];

/** Preflight, and as much of starting a failover as can be refused. */
export function preflightRoutes(): Route[] {
  return [
    route("GET /api/v1/failover/preflight/config/:type/:vm", (_call, { type = "", vm = "" }) => {
      if (type !== "test" && type !== "live")
        return failoverError(400, "Invalid failover_type: must be 'test' or 'live'");
      const description = `Pre-flight configuration options for ${type} failover`;
      const metadata = { description, timestamp: goNow(), version: "1.0" };
      return reply(200, { configuration: options(type), failover_type: type, metadata, success: true, vm_name: vm });
    }),
    route("POST /api/v1/failover/preflight/validate", validate),
    route("POST /api/v1/failover/unified", (call) => {
      const body = decode(call);
      if (!body) return plainError(400, "Invalid request body");
      const type = textField(body, "failover_type");
      const isKnown = type === "test" || type === "live";
      const error = isKnown ? "starting a failover is not part of this lab" : `unsupported failover type: ${type}`;
      return failoverError(isKnown ? 503 : 400, "Failed to resolve failover configuration", error);
    }),
  ];
}

function decode(call: Call): Record<string, unknown> | null {
  try {
    return decodeGo(call.body, "UnifiedFailoverRequest", fields);
  } catch {
    return null;
  }
}

function validate(call: Call): LabAnswer {
  const body = decode(call);
  if (!body) return plainError(400, "Invalid request body");
  const request = Object.fromEntries(fields.map((name) => [name, textField(body, name)]));
  const errors = ["context_id", "vmware_vm_id", "vm_name"]
    .filter((name) => !request[name])
    .map((name) => `${name} is required`);
  if (!["test", "live"].includes(request["failover_type"] ?? "")) errors.push("failover_type must be 'test' or 'live'");
  if (errors.length > 0)
    return reply(400, { errors, message: "Configuration validation failed", request, success: false });
  const metadata = { validated_at: goNow(), version: "1.0" };
  return reply(200, { message: "Configuration validation passed", metadata, request, success: true });
}

function options(type: string): Record<string, unknown> {
  const flag = (description: string) => ({ default: false, description, required: false, type: "boolean" });
  const choice = (value: string, description: string, choices: string[]) => ({
    default: value,
    description,
    options: choices,
    required: false,
    type: "string",
  });
  return {
    network_strategy: choice(type, `Network mapping strategy for ${type} failover`, [type, "custom"]),
    skip_validation: flag("Skip pre-failover validation checks"),
    skip_virtio: flag("Skip VirtIO driver injection (Windows VMs)"),
    test_duration: {
      default: "2h",
      description: "Duration for test failover (e.g., '2h', '30m')",
      pattern: "^[0-9]+[hm]$",
      required: false,
      type: "string",
    },
    vm_naming: choice("suffixed", "VM naming strategy (exact same name or suffixed)", ["exact", "suffixed"]),
  };
}
