/** What other programs may ask of Handrail about an appliance. */
import { COMMON } from "../../../serve/routes.ts";
import { type Extension } from "../../../serve/route.ts";
import { acceptanceBody, failureBody, successBody } from "./answers.ts";
import { cleanup } from "./cleanup.ts";

export const endpoint: Extension = {
  description: "The cleanup of failed test failovers, for other programs.",
  routes: [
    {
      method: "POST",
      path: "/api/v1/failover/{vm_name}/cleanup-failed",
      id: "cleanupFailed",
      says: "Cleans a failed or stuck test failover of one VM up. The body is ignored. Answers when the run goes no further.",
      headers: { Prefer: "`respond-async`: answer at once with 202 and the run's address" },
      answers: {
        ...COMMON,
        200: { says: "the VM is recovered; every success criterion was seen to hold", body: successBody },
        202: { says: "the run was begun; Location has its address", body: acceptanceBody },
        400: { says: "the path holds no VM name; nothing was begun", body: failureBody },
        404: { says: "no VM bears the name", body: failureBody },
        409: {
          says: "being recovered already, two VMs of the name, or an approval is needed: `next` says how to go on",
          body: failureBody,
        },
        500: { says: "it failed, is in doubt, or something did not answer", body: failureBody },
        503: {
          says: "the server is being stopped, or too many runs wait for their turn (Retry-After); nothing was begun",
          body: failureBody,
        },
      },
      handle: cleanup,
    },
  ],
  health: {
    says: "Whether database, Volume Daemon (with the database behind it) and CloudStack answer.",
    parts: ["database", "volume_daemon", "cloudstack"],
  },
};
