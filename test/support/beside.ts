/** A granted run that is watched event by event, so that something can happen at one of them before the next follows. */
import type { Values } from "../../src/cli/command.ts";
import { runRequest } from "../../src/cli/session/request.ts";
import { carryOutNew } from "../../src/cli/session/new-run.ts";
import type { Front } from "../../src/cli/session/carry-out.ts";
import { nobody } from "../../src/cli/terminal/operator.ts";
import type { RunEvent } from "../../src/engine/events.ts";
import type { RunState } from "../../src/engine/state.ts";
import { quietIo, type Incident } from "./incident.ts";

interface Watched {
  readonly exit: number;
  readonly state: RunState;
}

/** Carries a run out under a grant; `see` is told each event once it is stored. */
export async function watched(incident: Incident, values: Values, see: (event: RunEvent) => void): Promise<Watched> {
  const { io } = quietIo(incident.env);
  let last: RunState | null = null;
  const front: Front = {
    operator: nobody(new AbortController().signal),
    readers: [see],
    notice: (text) => {
      throw new Error(text);
    },
    farewell: (state) => void (last = state),
    close: () => undefined,
  };
  const grant = await incident.grant(values);
  const wish = { lab: true, ...values, grant };
  const exit = await carryOutNew(runRequest(wish, incident.runbook, false), io, () => front);
  if (last === null) throw new Error(`the run did not end: exit ${exit}`);
  return { exit, state: last };
}
