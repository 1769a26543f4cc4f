/**
 * `handrail rehearse RUNBOOK`: the whole runbook on a throw-away lab that holds what was read of the real site,
 * in a database server of the same kind.
 * The rehearsal approves by itself, which only a lab allows; its journal says so and stays when the lab is gone.
 */
import { randomBytes } from "node:crypto";
import type { Server } from "../../connections/mysql/server.ts";
import type { OperatorPort } from "../../engine/operator-port.ts";
import { clean } from "../../engine/words.ts";
import { err, type Result } from "../../ports/result.ts";
import type { Copy, Lab, Labs } from "../../packs/lab.ts";
import { flag, many, type Invocation, type Values } from "../command.ts";
import { chooseSite } from "../site/config.ts";
import { EXIT } from "../../engine/exit.ts";
import { Stop, type Io } from "../io.ts";
import { withPorts } from "../session/site-ports.ts";
import { pack, type Site } from "../packs.ts";
import { runRequest } from "../session/request.ts";
import { carryOutNew } from "../session/new-run.ts";
import { plainFront, type Front } from "../session/carry-out.ts";
import type { Session } from "../session/session.ts";
import { nobody } from "../terminal/operator.ts";

/** The lab's time runs so much faster. */
const SCALE = 20;

const BY = "the rehearsal";

const SERVERS: Readonly<Record<Server["family"], string>> = { mariadb: "MariaDB", mysql: "MySQL" };

function faultsIn(values: Values, labs: Labs): { readonly words: string; readonly text: string }[] {
  try {
    return many(values, "fault").map((words) => ({ words, text: labs.faultText(words) }));
  } catch (error) {
    throw new Stop(EXIT.usage, error instanceof Error ? error.message : String(error));
  }
}

/** A site's server as people call it: `MySQL 9.7.0`. */
const nameOf = ({ family, version }: Server): string => `${SERVERS[family]} ${clean(version.split("-")[0] ?? "")}`;

/** The lab that it all happens on. */
interface Wish {
  readonly labs: Labs;
  readonly name: string;
  readonly site: Site;
  readonly server: Server;
}

async function bringUp({ labs, name, site, server }: Wish, io: Io): Promise<Lab> {
  const lab = await labs.up({ name, scale: SCALE, world: labs.bare, server: server.family, env: io.env });
  if (lab.ok) return lab.value;
  const message = `${clean(site.name)} runs on ${nameOf(server)}, and a rehearsal of it needs a server of that kind`;
  throw new Stop(EXIT.unreachable, `${message}. Nothing was rehearsed. ${lab.error}`);
}

function orStop<T>(read: Result<T, string>): T {
  if (!read.ok) throw new Stop(EXIT.unreachable, `${read.error} Nothing was rehearsed`);
  return read.value;
}

const serverOfReal = (site: Site): Promise<Server> =>
  withPorts(site, async ({ server }) => {
    const answer = await server();
    return orStop(answer.ok ? answer : err(answer.error.message));
  });

const readReal = (site: Site, lab: Lab): Promise<Copy> =>
  withPorts(site, async (connections, redact) => orStop(await lab.copy(connections, redact)));

/** Approves whatever is shown. Decisions are only those that were said beforehand: nobody guesses what a person would choose. */
const rehearsing = (front: Front): OperatorPort => ({
  ...nobody(front.operator.stop),
  approve: ({ digest }) => Promise.resolve({ kind: "approved", method: "rehearsal", by: BY, digest }),
});

const frontOf =
  (isJson: boolean) =>
  (session: Session): Front => {
    const front = plainFront(isJson)(session);
    // The lab is gone afterwards: what is left can be read, but not taken up again.
    const farewell: Front["farewell"] = (state, lines, receipt) =>
      front.farewell(
        state,
        lines.filter((line) => !line.startsWith("take it up again")),
        receipt,
      );
    return { ...front, operator: rehearsing(front), farewell };
  };

function announce(say: (text: string) => void, site: Site, { summary, remark, lacks }: Copy): void {
  say(`REHEARSAL of ${clean(site.name)} as it was at ${new Date().toISOString()}: ${summary}\n`);
  say(`REHEARSAL: all that follows happens on a throw-away lab, ${SCALE} times as fast; it approves by itself\n`);
  say(`REHEARSAL: ${remark}\n`);
  for (const lack of lacks) say(`REHEARSAL: not copied: ${clean(lack)}\n`);
}

/** Reads the real site, rehearses, and gives the exit code that the run would have had. */
export async function rehearseSite({ values, rest, io }: Invocation): Promise<number> {
  const labs = await pack.labs();
  const faults = faultsIn(values, labs);
  const site = await chooseSite(values, io.env);
  const name = `rehearsal-${randomBytes(4).toString("hex")}`;
  const say = flag(values, "json") ? io.err : io.out;
  const server = await serverOfReal(site);
  const lab = await bringUp({ labs, name, site, server }, io);
  try {
    const read = await readReal(site, lab);
    announce(say, site, read);
    say(
      `REHEARSAL: the lab's database is ${nameOf(await lab.server())}; that of ${clean(site.name)} is ${nameOf(server)}\n`,
    );
    await read.load(`as ${site.name} was`);
    for (const { words, text } of faults) {
      await lab.fault(words);
      say(`REHEARSAL: with the fault ${clean(text)}\n`);
    }
    const { site: _site, config: _config, fault: _fault, ...options } = values;
    const inLab: Io = { ...io, person: true, env: { ...io.env, HANDRAIL_LAB: name } };
    const exit = await carryOutNew(
      { ...runRequest(options, rest[0] ?? "", false), site: { lab: true } },
      inLab,
      frontOf(flag(values, "json")),
    );
    say(`REHEARSAL ended with exit ${exit}; nothing of ${clean(site.name)} was changed\n`);
    return exit;
  } finally {
    await lab.down();
  }
}
