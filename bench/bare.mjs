// The yardstick: the statements of a run in their order on as many connections, and as many durable appends, with nothing
// around them. argv: a JSON file {mysql, trips: [{thread, kind, text}], appends, bytes, journal}.
import { readFileSync, rmSync } from "node:fs";
import Database from "better-sqlite3";
import mysql from "mysql2/promise";

const plan = JSON.parse(readFileSync(process.argv[2], "utf8"));
rmSync(plan.journal, { force: true });
const db = new Database(plan.journal);
db.pragma("journal_mode = WAL");
db.pragma("synchronous = FULL");
db.exec("CREATE TABLE event (seq INTEGER PRIMARY KEY, body TEXT) STRICT");
const append = db.prepare("INSERT INTO event (body) VALUES (?)");
const body = "x".repeat(plan.bytes);
const threads = new Map();
let appended = 0;
for (const [at, trip] of plan.trips.entries()) {
  let connection = threads.get(trip.thread);
  if (connection === undefined) threads.set(trip.thread, (connection = await mysql.createConnection(plan.mysql)));
  if (trip.kind === "Prepare") await connection.prepare(trip.text);
  else
    await connection.query(trip.text).catch((error) => {
      // Handrail asks this of every server, and most accounts are told no.
      if (!trip.text.startsWith("SHOW ")) throw error;
    });
  while (appended < ((at + 1) * plan.appends) / plan.trips.length) {
    append.run(body);
    appended += 1;
  }
}
await Promise.all([...threads.values()].map((connection) => connection.end()));
db.close();
