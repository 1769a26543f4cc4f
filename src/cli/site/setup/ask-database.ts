/** The questions about one database. */
import { isLoopback } from "../../../connections/base-url.ts";
import { askTls, type Prompt } from "../../../packs/setup.ts";
import type { DatabaseAnswers } from "./answers.ts";

const portProblem = (text: string): string | null =>
  /^\d{1,5}$/u.test(text) && Number(text) >= 1 && Number(text) <= 65_535 ? null : "a port is a number from 1 to 65535";

/** Asks how a database is reached, with what Enter takes; what is empty has to be said. */
export async function askDatabase(prompt: Prompt, mysql: DatabaseAnswers): Promise<DatabaseAnswers> {
  const host = await prompt.ask("Host, or path of its socket", mysql.host);
  const isSocket = host.startsWith("/");
  const port = isSocket ? mysql.port : await prompt.ask("Port", mysql.port, portProblem);
  const name = await prompt.ask("Database", mysql.database || undefined);
  const user = await prompt.ask("User", mysql.user || undefined);
  const password = await prompt.secret("Password", user === mysql.user ? mysql.password : null);
  const tls = await askSafety(prompt, host, mysql);
  return { host, port, database: name, user, password, tls };
}

const isNear = (host: string): boolean => host.startsWith("/") || isLoopback(host);

/**
 * How the way to a host is kept safe. What does not leave this machine needs no certificate, unless the file says so of this
 * very host; authorities that the file names are not asked about, since no answer of one line could name them again.
 */
async function askSafety(
  prompt: Prompt,
  host: string,
  { tls, host: first }: DatabaseAnswers,
): Promise<DatabaseAnswers["tls"]> {
  if (isNear(host)) return host === first ? tls : null;
  return tls !== null && typeof tls === "object" ? tls : askTls(prompt);
}
