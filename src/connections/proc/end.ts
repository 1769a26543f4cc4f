/**
 * Ends one process and nothing else. Before every signal the process is looked up again: a pid alone proves nothing,
 * since pids are used again. The moment between the look and the signal is all that is left to chance.
 */
import type { Outcome } from "../../ports/outcome.ts";
import type { ClockPort } from "../../ports/clock.ts";
import type { ProcessIdentity } from "../../ports/process.ts";

/** Seconds of the site's time that a process gets to end by itself. */
const GRACE = 10;
/** Seconds after KILL in which the kernel takes it away; a process stuck in the kernel may take longer. */
const AFTER_KILL = 5;
const LOOK = 0.5;

/**
 * The process as it is now. `gone`: no process of this pid and start time is left. `holds it no more`: it lives and let go of
 * the device. `not known`: it, or its files, may not be looked at.
 */
export type DeviceHold = "holds it" | "holds it no more" | "gone" | "not known";

export interface EndPorts {
  readonly find: (identity: ProcessIdentity) => DeviceHold;
  readonly clock: Pick<ClockPort, "sleep">;
  readonly signal: (pid: number, signal: "SIGTERM" | "SIGKILL") => void;
}

async function goneWithin(identity: ProcessIdentity, seconds: number, ports: EndPorts): Promise<boolean> {
  for (let waitS = 0; waitS < seconds; waitS += LOOK) {
    if (ports.find(identity) === "gone") return true;
    await ports.clock.sleep(LOOK);
  }
  return ports.find(identity) === "gone";
}

const refusal = (message: string, code: string | null = null): Outcome => ({
  kind: "not-applied",
  why: "refused",
  code,
  message,
  evidence: {},
});

/** Sends a signal to the very process, or says why not. null: sent. */
function send(identity: ProcessIdentity, name: "SIGTERM" | "SIGKILL", ports: EndPorts): Outcome | null {
  const state = ports.find(identity);
  if (state === "not known")
    return refusal(
      `whether process ${identity.pid} still is the one that was shown is not known; nothing was signalled`,
    );
  if (state !== "holds it")
    return refusal(`process ${identity.pid} is no longer the one that was shown; nothing was signalled`);
  try {
    ports.signal(identity.pid, name);
    return null;
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    if (code === "ESRCH") return null;
    return refusal(
      `process ${identity.pid} may not be signalled by this user (${code}); run Handrail as root or as its owner`,
    );
  }
}

/** Between the last look and this one it may have ended by itself: that is what was asked for. */
const afterTermAlone = (identity: ProcessIdentity, ports: EndPorts): Outcome =>
  ports.find(identity) === "gone"
    ? { kind: "applied", evidence: { pid: identity.pid, by: "TERM" } }
    : {
        kind: "unknown",
        message: `TERM was sent to ${identity.pid}, KILL was not: it may still end`,
        evidence: {},
      };

/** TERM, ten seconds, KILL. */
export async function endProcess(identity: ProcessIdentity, ports: EndPorts): Promise<Outcome> {
  const termRefusal = send(identity, "SIGTERM", ports);
  if (termRefusal !== null) return termRefusal;
  if (await goneWithin(identity, GRACE, ports)) return { kind: "applied", evidence: { pid: identity.pid, by: "TERM" } };
  const killRefusal = send(identity, "SIGKILL", ports);
  if (killRefusal !== null) return afterTermAlone(identity, ports);
  if (await goneWithin(identity, AFTER_KILL, ports))
    return { kind: "applied", evidence: { pid: identity.pid, by: "KILL" } };
  const message = `process ${identity.pid} was sent KILL and is still there, which is how a process stuck in the kernel looks`;
  return { kind: "unknown", message, evidence: { pid: identity.pid } };
}
