/** A person at a run of a site of nobody's product: approves every page, and does by hand what a test says. */
import { carryOutNew } from "../../src/cli/session/new-run.ts";
import { runRequest } from "../../src/cli/session/request.ts";
import type { Front } from "../../src/cli/session/carry-out.ts";
import type { Values } from "../../src/cli/command.ts";
import { Stop } from "../../src/cli/io.ts";
import { documentText } from "../../src/cli/terminal/operator.ts";
import type { Question } from "../../src/engine/operator-port.ts";
import { receiptLines } from "../../src/engine/receipt-text.ts";
import { quietIo } from "./incident.ts";
import type { OwnSite } from "./own-site.ts";

/**
 * By the id of a step: what the person does, and what they say of it; null for no answer. By the id of a phase: what becomes of the
 * world while its page is read.
 */
export type Hands = Readonly<Record<string, (withdrawn: AbortSignal) => string | null | Promise<unknown>>>;

interface Carried {
  readonly exit: number;
  readonly run: string;
  /** Pages as plain text. */
  readonly pages: readonly string[];
  readonly asked: readonly Question[];
  readonly receipt: string;
  readonly notices: readonly string[];
}

/** Carries a run out; a failed step is left as it failed. */
export async function carryOutAs(site: OwnSite, runbook: string, values: Values, hands: Hands): Promise<Carried> {
  const { io, said } = quietIo({ ...site.env, HANDRAIL_CONFIG: site.env["HANDRAIL_CONFIG"] ?? "" });
  const [pages, asked, notices]: [string[], Question[], string[]] = [[], [], []];
  let [run, receipt] = ["", ""];
  const front: Front = {
    operator: {
      approve: async (page, withdrawn = new AbortController().signal) => {
        pages.push(documentText(page, 120).join("\n"));
        await hands[page.phase]?.(withdrawn);
        return { kind: "approved", method: "key", by: "test", digest: page.digest };
      },
      choose: async (question, withdrawn = new AbortController().signal) => {
        asked.push(question);
        return ((await hands[question.gate]?.(withdrawn)) ?? null) as string | null;
      },
      failed: (question) => {
        asked.push(question);
        return Promise.resolve({ kind: "decided", choice: "stop", note: "" });
      },
      input: () => Promise.resolve(null),
      stop: new AbortController().signal,
    },
    readers: [(event) => void (run = event.run_id)],
    notice: (text) => void notices.push(text),
    farewell: (_state, _lines, value) => {
      receipt = receiptLines(value, (words) => words).join("\n");
    },
    close: () => undefined,
  };
  const request = runRequest({ file: site.file, ...values }, runbook, false);
  try {
    const exit = await carryOutNew(request, { ...io, person: true }, () => front);
    return { exit, run, pages, asked, receipt, notices: [...notices, said.err] };
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    return { exit: error.exit, run, pages, asked, receipt, notices: [...notices, error.message] };
  }
}
