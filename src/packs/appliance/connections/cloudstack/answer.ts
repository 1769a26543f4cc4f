/** CloudStack's envelope: one object, named after the command, that holds either the answer or the error. */
import type { JsonObject } from "../../../../ports/json.ts";
import { failure, type Failure } from "../../../../ports/outcome.ts";
import type { AsyncJob } from "../../ports/cloudstack.ts";
import { err, ok, type Result } from "../../../../ports/result.ts";
import type { HttpAnswer } from "../../../../connections/http.ts";
import { excerpt, isObject, parseJson, textOf } from "../../../../connections/json.ts";

/** The body of the envelope, or why there is none: `refused` is CloudStack's own no, with its code. */
export function openEnvelope(
  command: string,
  got: HttpAnswer,
  redact: (text: string) => string,
): Result<JsonObject, Failure> {
  const body = bodyIn(parseJson(got.text, redact), command);
  if (!isObject(body)) {
    const message = `CloudStack's answer to ${command} (${got.status}) cannot be read: ${excerpt(redact(got.text))}.`;
    return err(failure("garbled", message, String(got.status)));
  }
  const code = textOf(body, "errorcode");
  return code === "" && got.status === 200 ? ok(body) : err(refusal(command, code || String(got.status), body));
}

const bodyIn = (outer: unknown, command: string): unknown =>
  isObject(outer) ? (outer[`${command.toLowerCase()}response`] ?? outer["errorresponse"]) : undefined;

const refusal = (command: string, code: string, body: JsonObject): Failure =>
  failure(
    "refused",
    `CloudStack refused ${command} (${code}): ${textOf(body, "errortext") || "no reason given"}`,
    code,
  );

/**
 * The rows of a list answer: its one array. CloudStack sends an empty body, or a count alone, where there are none; null for
 * whatever else has no rows in it: what cannot be read is no empty list.
 */
export function rowsOf(body: JsonObject): JsonObject[] | null {
  const list = Object.values(body).find((value) => Array.isArray(value));
  if (list === undefined) return Object.keys(body).every((name) => name === "count") ? [] : null;
  return Array.isArray(list) && list.every(isObject) ? list : null;
}

/** 3 is a job that CloudStack cancelled (its JobInfo.Status): ended, and no word of what it did before. */
const STATUS: Readonly<Record<string, AsyncJob["status"]>> = {
  "0": "pending",
  "1": "done",
  "2": "failed",
  "3": "failed",
};

/**
 * Reads an async job, or null when it is none. `lagS`: seconds that CloudStack's clock is behind ours, so that its times
 * can be held against others; where that is not known it has no times.
 */
export function jobOf(body: JsonObject, id: string, lagS: number | null): AsyncJob | null {
  const status = STATUS[textOf(body, "jobstatus")];
  if (status === undefined) return null;
  return {
    id: textOf(body, "jobid") || id,
    command: commandOf(textOf(body, "cmd")),
    status,
    instance: textOf(body, "jobinstanceid"),
    ...(status === "failed" ? failureIn(body) : { code: "", error: "" }),
    created: secondOf(textOf(body, "created"), lagS),
    completed: secondOf(textOf(body, "completed"), lagS),
  };
}

/** Why a job failed, in the words that it came with. */
function failureIn(body: JsonObject): Pick<AsyncJob, "code" | "error"> {
  const result = isObject(body["jobresult"]) ? body["jobresult"] : {};
  const text = textOf(result, "errortext") || textOf(body, "jobresult");
  return {
    code: textOf(result, "errorcode") || textOf(body, "jobresultcode"),
    error: text || "no reason given",
  };
}

/** `2025-08-01T08:00:00+0000` as seconds since 1970 by our clock; null for anything else. */
function secondOf(text: string, lagS: number | null): number | null {
  const ms = Date.parse(text.replace(/([+-]\d\d)(\d\d)$/, "$1:$2"));
  return Number.isNaN(ms) || lagS === null ? null : Math.floor(ms / 1000) + lagS;
}

/** `org.apache.cloudstack.api.command.user.volume.AttachVolumeCmd` is `attachVolume`. */
function commandOf(cmd: string): string {
  const name = (cmd.split(".").at(-1) ?? "").replace(/Cmd(?:ByAdmin)?$/, "");
  return name.charAt(0).toLowerCase() + name.slice(1);
}
