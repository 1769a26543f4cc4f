// A process that opens a journal for writing, then for reading, and says what came of it: PATH [UID].
// As another user it opens them only after all its code is loaded: that one may not be able to read where the code lies.
import Database from "better-sqlite3";
import { openJournal } from "../../src/journal/open.ts";
import { verifyJournal } from "../../src/journal/verify.ts";
import { makeRedactor } from "../../src/text/redact.ts";

const [path = "", uid = ""] = process.argv.slice(2);
if (uid !== "") {
  new Database(":memory:").close();
  process.setgroups?.([]);
  process.setgid?.(Number(uid));
  process.setuid?.(Number(uid));
}
const options = {
  path,
  create: true,
  actor: { uid: 0, login: "x", sudo_user: null, ssh_client: null, tty: null, host: "h", pid: process.pid },
  clock: { wall: () => new Date().toISOString(), monoMs: () => performance.now(), bootId: "b" },
  ids: () => "id",
  redactor: (salt: string) => makeRedactor({ secrets: [], salt }),
};
const write = openJournal(options);
const read = openJournal({ ...options, readOnly: true });
const answer = {
  write: write.ok ? null : write.error,
  read: read.ok ? read.value.head()?.seq : read.error,
  verified: verifyJournal(path).ok,
};
process.stdout.write(`${JSON.stringify(answer)}\n`);
