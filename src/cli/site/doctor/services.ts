/** The HTTP services of a site: whether each answers at all, and whom its certificate names. */
import type { Connections } from "../../../connections/connect.ts";
import { about, type Finding } from "../../../packs/finding.ts";
import type { HttpPort } from "../../../ports/http.ts";

/** Asks every service for its first page. Any answer will do: which paths there are only runbooks know. */
export const services = ({ http }: Pick<Connections, "http">): Promise<Finding[]> =>
  Promise.all(Object.values(http).map(lookAt));

async function lookAt(service: HttpPort): Promise<Finding> {
  const subject = about(`${service.name} http`);
  const reply = await service.ask("/");
  if (reply.ok) return subject.ok(wordOf(service.name, reply.value.status));
  const mend =
    reply.error.kind === "garbled"
      ? `look whether the URL of the connection ${service.name} names the right service`
      : `see whether it runs, and whether the URL, the tls and the ca of the connection ${service.name} are right`;
  return subject.broken(reply.error.message, mend);
}

/** A refusal of the first page may be about the account or about the page: that is not known here. */
const wordOf = (name: string, status: number): string =>
  status === 401 || status === 403
    ? `${name} answers (GET / with ${status}: it may not take the headers of the connection; a runbook's first look shows that)`
    : `${name} answers (GET / with ${status})`;
