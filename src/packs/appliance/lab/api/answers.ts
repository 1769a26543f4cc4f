import { goSecond } from "../appliance/clock.ts";
import type { LabAnswer } from "../appliance/http.ts";

/** A JSON answer as the OMA API sends it. */
export function reply(status: number, value: unknown): LabAnswer {
  const headers = { "content-type": "application/json", "access-control-allow-origin": "*" };
  return { status, headers, body: JSON.stringify(value) };
}

/** The plain text Go's `http.Error` sends. */
export function plainError(status: number, message: string): LabAnswer {
  const headers = { "content-type": "text/plain; charset=utf-8", "access-control-allow-origin": "*" };
  return { status, headers, body: `${message}\n` };
}

/** An error with a time. */
export function timedError(status: number, error: string, details?: string): LabAnswer {
  return reply(status, { ...(details === undefined ? {} : { details }), error, timestamp: goSecond() });
}

/** The shape the failover routes refuse with. */
export function failoverError(status: number, message: string, error?: string): LabAnswer {
  return reply(status, { success: false, message, job_id: "", ...(error === undefined ? {} : { error }) });
}
