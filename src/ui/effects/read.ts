/** Hands texts to the person's own program. */
import { tellReport } from "../run/end-act.ts";
import { comeBack } from "../read/act.ts";
import type { ReadableText, Reader } from "../read/text.ts";
import { update } from "../update.ts";
import type { Host } from "./host.ts";

/** Shows a text, and what came of it once the person is back. */
export async function openText(host: Host, reader: Reader, text: ReadableText): Promise<void> {
  const failure = await reader(text);
  await host.take((model, look) => update(comeBack(model, failure, look)));
}

/** Writes the report of a run into its file and shows a copy of that. */
export async function openReport(host: Host, reader: Reader, runId: string): Promise<void> {
  const result = await host.sources.report(runId);
  if (!result.ok) return host.take((model) => tellReport(model, runId, result));
  await openText(host, reader, { name: `report-${runId}`, file: result.value });
}
