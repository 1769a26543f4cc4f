import type { RunEvent } from "./events.ts";

/** Who wrote an event, as login, uid and host. */
export function actorText({ actor }: Pick<RunEvent, "actor">): string {
  const sudo = actor.sudo_user === null ? "" : `, sudo by ${actor.sudo_user}`;
  const from = actor.ssh_client === null ? "" : `, from ${actor.ssh_client}`;
  return `${actor.login} (uid ${actor.uid}${sudo}${from}) on ${actor.host}`;
}
