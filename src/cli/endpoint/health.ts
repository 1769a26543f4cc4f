/** How well the world of a site is: what its product names, and the connections that the site itself names. */
import { DEFAULT_DATABASE } from "../../connections/site.ts";
import type { Connections } from "../../connections/connect.ts";
import { sentence } from "../../engine/words.ts";
import type { HttpPort } from "../../ports/http.ts";
import { err, type Result } from "../../ports/result.ts";
import { failure, type Failure } from "../../ports/outcome.ts";
import type { SqlPort } from "../../ports/sql.ts";
import type { Health, Part } from "../../serve/desk.ts";
import { packOf, type Site } from "../packs.ts";

type Look = Promise<Result<unknown, Pick<Failure, "message">>>;

const PART_MS = 8_000;

/** Looks at all of it at the same time. */
export async function lookAtHealth(site: Site, connections: Connections): Promise<Health> {
  const looks = packOf(site).health(connections);
  const [parts, named] = await Promise.all([partsOf(looks), partsOf(namedLooks(connections, "database" in looks))]);
  return { parts, connections: named };
}

/** `isFirstNamed`: the product has a name of its own for the database of `mysql`. */
function namedLooks({ databases, http }: Connections, isFirstNamed: boolean): Readonly<Record<string, Look>> {
  const own = Object.entries(databases).filter(([name]) => !(isFirstNamed && name === DEFAULT_DATABASE));
  return Object.fromEntries([
    ...own.map(([name, port]) => [name, askDatabase(port)] as const),
    ...Object.entries(http).map(([name, port]) => [name, askService(port)] as const),
  ]);
}

const askDatabase = (port: SqlPort): Look => port.read({ sql: "SELECT 1 AS one", values: {} }, { one: "int" });

/** Any answer to the first page will do, but one that says of itself that nobody is well behind it. */
async function askService(port: HttpPort): Promise<Result<unknown, Failure>> {
  const reply = await port.ask("/");
  if (!reply.ok || reply.value.status < 500) return reply;
  return err(failure("garbled", `${port.name} answers GET / with ${reply.value.status}.`));
}

async function partsOf(looks: Readonly<Record<string, Look>>): Promise<Health["parts"]> {
  const entries = Object.entries(looks).map(async ([name, look]) => [name, await partOf(look)] as const);
  return Object.fromEntries(await Promise.all(entries));
}

async function partOf(look: Look): Promise<Part> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Part>((resolve) => {
    timer = setTimeout(() => resolve({ well: false, says: `no answer after ${PART_MS / 1000} seconds` }), PART_MS);
  });
  const answer = look.then((got): Part =>
    got.ok ? { well: true, says: "it answers" } : { well: false, says: sentence(got.error.message) },
  );
  const part = await Promise.race([answer, late]);
  clearTimeout(timer);
  return part;
}
