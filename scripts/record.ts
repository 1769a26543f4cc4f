/**
 * Makes the recorded lab run that `handrail demo` shows where no MariaDB can be had:
 *
 *     handrail replay RUN --lab --json | node scripts/record.ts > recorded/pgtest1.jsonl
 *
 * What names the machine and the person is replaced, and the hashes are left out, since they no longer fit.
 */
import { text } from "node:stream/consumers";
import { z } from "zod";

const PERSON = { uid: 1000, login: "oncall", sudo_user: null, ssh_client: null, tty: "136:0", host: "oma", pid: 4711 };
const event = z.looseObject({ type: z.string(), body: z.looseObject({}) });

const lines = (await text(process.stdin)).trim().split("\n");
for (const line of lines) {
  const found = event.parse(JSON.parse(line));
  const body = { ...found.body };
  if (found.type === "run.created") {
    body["file"] = "runbooks.yaml";
    body["server"] = { ...(body["server"] as object), hostname: "oma" };
  }
  if (found.type === "approval.given") body["by"] = PERSON.login;
  if (found.type === "evidence.collected") body["output"] = "(left out of the recording)\n";
  process.stdout.write(`${JSON.stringify({ ...found, actor: PERSON, boot_id: "recorded", body, hash: "" })}\n`);
}
