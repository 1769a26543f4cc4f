// A process that appends: PATH NAME COUNT. Exits 1 when an append is refused.
import { openJournal } from "../../src/journal/open.ts";
import { makeRedactor } from "../../src/text/redact.ts";

const [path = "", name = "", count = "0"] = process.argv.slice(2);
let ids = 0;
const journal = openJournal({
  path,
  create: true,
  actor: { uid: 0, login: name, sudo_user: null, ssh_client: null, tty: null, host: "h", pid: process.pid },
  clock: { wall: () => new Date().toISOString(), monoMs: () => performance.now(), bootId: "b" },
  ids: () => `${name}-${(ids += 1)}`,
  redactor: (salt) => makeRedactor({ secrets: [], salt }),
});
if (!journal.ok) throw new Error(journal.error.message);
const place = { target_key: null, phase_id: null, step_id: null, item: null, attempt_id: null };
for (let index = 0; index < Number(count); index += 1) {
  const appended = journal.value.append([
    { run_id: "run-1", type: "note", schema_v: 1, ...place, body: { name, index } },
  ]);
  if (!appended.ok) process.exitCode = 1;
}
journal.value.close();
