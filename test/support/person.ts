/** A person at a run, as far as tests need one: everything that is asked is kept. */
import { carryOutUndo } from "../../src/cli/session/undo.ts";
import { runRequest, siteRequest } from "../../src/cli/session/request.ts";
import { carryOutNew } from "../../src/cli/session/new-run.ts";
import type { Values } from "../../src/cli/command.ts";
import type { Front } from "../../src/cli/session/carry-out.ts";
import { Stop } from "../../src/cli/io.ts";
import type { ApprovalDocument } from "../../src/engine/approval-document.ts";
import type { Question } from "../../src/engine/operator-port.ts";
import type { RunState } from "../../src/engine/state.ts";
import { quietIo, type Incident } from "./incident.ts";

interface Carried {
  readonly exit: number;
  readonly state: RunState;
  /** What the person was asked, in order. */
  readonly asked: readonly (ApprovalDocument | Question)[];
}

interface PersonFront {
  readonly front: Front;
  readonly asked: readonly (ApprovalDocument | Question)[];
  /** The run when it ended; null while it has not. */
  state(): RunState | null;
}

/** Approves every page, and takes the choice of `picks` (by the gate) at a question, else the first. */
function personFront(picks: Readonly<Record<string, string>>): PersonFront {
  const asked: (ApprovalDocument | Question)[] = [];
  let last: RunState | null = null;
  const front: Front = {
    operator: {
      approve: (page) => {
        asked.push(page);
        const method = page.typed === null ? ("key" as const) : ("typed" as const);
        return Promise.resolve({ kind: "approved", method, by: "test", digest: page.digest });
      },
      choose: (question) => {
        asked.push(question);
        return Promise.resolve(picks[question.gate] ?? question.choices[0]?.id ?? null);
      },
      input: () => Promise.resolve(null),
      failed: () => Promise.resolve({ kind: "decided", choice: "stop", note: "" }),
      stop: new AbortController().signal,
    },
    readers: [],
    notice: (text) => {
      throw new Error(text);
    },
    farewell: (state) => void (last = state),
    close: () => undefined,
  };
  return { front, asked, state: () => last };
}

/** Takes a run back with a person who approves every page. Gives the exit code and what was asked. */
export async function undoByPerson(
  env: NodeJS.ProcessEnv,
  run: string,
): Promise<{ readonly exit: number; readonly asked: readonly (ApprovalDocument | Question)[] }> {
  const { io } = quietIo(env);
  const { front, asked } = personFront({});
  const exit = await carryOutUndo(
    { site: siteRequest({}), run, step: undefined },
    { ...io, person: true },
    () => front,
  );
  return { exit, asked };
}

/**
 * Carries a run out with a person who approves every page, and takes the choice of `picks` (by the gate) at a question,
 * else the first.
 */
export async function byPerson(
  incident: Incident,
  values: Values,
  picks: Readonly<Record<string, string>> = {},
): Promise<Carried> {
  const { io } = quietIo(incident.env);
  const { front, asked, state } = personFront(picks);
  const request = runRequest({ lab: true, ...values }, incident.runbook, false);
  const exit = await carryOutNew(request, { ...io, person: true }, () => front);
  const last = state();
  if (last === null) throw new Stop(exit, "the run did not end");
  return { exit, state: last, asked };
}
