// Puts the benchmark's rows back before each round, outside the timed process.
import { readFileSync } from "node:fs";
import mysql from "mysql2/promise";

const plan = JSON.parse(readFileSync(process.argv[2], "utf8"));
const connection = await mysql.createConnection(plan.mysql);
await connection.query("UPDATE bench_rows SET note = 'old'");
await connection.end();
