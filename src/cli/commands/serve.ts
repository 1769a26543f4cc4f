/** `handrail serve`: the endpoint that other programs call, on this host. */
import { randomUUID } from "node:crypto";
import { isLoopback } from "../../connections/base-url.ts";
import type { RunLineView } from "../../serve/desk.ts";
import { listen } from "../../serve/listen.ts";
import { safeText } from "../../text/safe-text.ts";
import { option, type Invocation, type Values } from "../command.ts";
import { chooseSite } from "../site/config.ts";
import { EXIT } from "../../engine/exit.ts";
import { Stop, type Io } from "../io.ts";
import { packOf } from "../packs.ts";
import { openSiteJournal } from "../session/journal.ts";
import { redaction, siteKeyring, sitePorts } from "../session/site-ports.ts";
import { checkedRunbook } from "../runbook/cache.ts";
import { findBook } from "../runbook/library.ts";
import { makeDesk } from "../endpoint/desk.ts";
import type { Book } from "../endpoint/work.ts";
import { settingsOf, type ServeSettings } from "../site/settings.ts";
import { readStanding, StandingGrants } from "../session/standing.ts";
import { wordText } from "../../engine/wire-words.ts";

/** Time and chance, for the endpoint. */
const TIME_AND_CHANCE = { time: () => new Date(), elapsedMs: () => performance.now(), newId: randomUUID };

/** How long streams and idle connections may stay once every run has paused, milliseconds. */
const GRACE_MS = 2_000;

export interface Served {
  readonly url: string;
  /** Begins nothing more, lets running steps end, pauses their runs, answers who waits. */
  stop(): Promise<void>;
}

async function serveSettings({ values, io }: Invocation): Promise<ServeSettings> {
  const { serve } = await settingsOf(values, io.env);
  if (serve === null) {
    throw new Stop(
      EXIT.badFile,
      "the configuration has no `serve`; it needs at least serve: { token: { file: PATH } } (docs/endpoint.md)",
    );
  }
  const port = portOf(values) ?? serve.port;
  refuseRemote(serve);
  remarkGrants(serve.standing_grants, io);
  return { ...serve, port };
}

/** The port that the command line names. */
function portOf(values: Values): number | null {
  const text = option(values, "port");
  if (text === undefined) return null;
  if (!/^\d{1,5}$/u.test(text)) throw new Stop(EXIT.usage, `--port ${text} is no port`);
  return Number(text);
}

function refuseRemote(serve: ServeSettings): void {
  if (!isLoopback(serve.host) && !serve.allow_remote) {
    throw new Stop(
      EXIT.badFile,
      `serve.host ${serve.host} can be reached from elsewhere, and the endpoint speaks plain HTTP; put a proxy with TLS in front of 127.0.0.1, or set serve.allow_remote: true`,
    );
  }
}

/** Stops where a grant cannot be read; one that has expired is only told of. */
function remarkGrants(files: readonly string[], io: Io): void {
  for (const file of files) {
    const standing = readStanding(file);
    if (!standing.ok) throw new Stop(EXIT.badFile, standing.error);
    if (standing.value.expires_at <= new Date().toISOString())
      io.err(`handrail: ${file} expired at ${standing.value.expires_at}; it approves nothing\n`);
  }
}

/** The runbook behind the product's own routes, read once: a changed file is another runbook after the next start. */
async function bookOf(runbook: string, { values, io }: Invocation): Promise<Book> {
  const { file } = await findBook(values, io.env, runbook);
  return { file, book: await checkedRunbook(file, runbook, io.env) };
}

/** Opens everything and listens. A world that does not answer is no reason not to: `/healthz` tells. */
export async function startServe(invocation: Invocation): Promise<Served> {
  const { values, io } = invocation;
  const settings = await serveSettings(invocation);
  const site = await chooseSite(values, io.env);
  const { runbook, extension } = await packOf(site).endpoint();
  const own = runbook === null ? null : await bookOf(runbook, invocation);
  const keyring = siteKeyring(site);
  keyring.add(settings.token);
  const redact = redaction(keyring);
  const journal = openSiteJournal({ env: io.env, site: site.name, redactor: keyring.redactor, readOnly: false });
  const connections = await sitePorts(site, keyring);
  const log = (line: string): void => io.err(`${new Date().toISOString()} ${safeText(redact(line))}\n`);
  const standing = new StandingGrants(settings.standing_grants, journal);
  const quiet: Io = { ...io, stdin: io.stdin, person: false, out: () => undefined, err: (text) => log(text.trim()) };
  const { max_runs: maxRuns, max_waiting: maxWaiting, host, port, token, rate } = settings;
  const world = { site, connections, journal };
  const desk = makeDesk({ values, io: quiet, own, ...world, standing, maxRuns, maxWaiting, log });
  const close = async (): Promise<void> => {
    try {
      await connections.close();
    } finally {
      journal.close();
    }
  };
  const listening = await listen({ desk, extension, token, rate, log, host, port, ...TIME_AND_CHANCE });
  if (!listening.ok) {
    await close();
    throw new Stop(EXIT.unreachable, `cannot listen on ${host}:${port}: ${listening.error}`);
  }
  for (const run of desk.left()) log(`${leftText(run)}; ${desk.resumeWith(run.run_id)}`);
  for (const banner of connections.banners) log(banner);
  return {
    url: `http://${hostText(host)}:${listening.value.port}`,
    stop: async () => {
      await desk.stop();
      await listening.value.stop(GRACE_MS);
      await close();
    },
  };
}

const leftText = ({ run_id, targets, in_doubt: isInDoubt, status }: RunLineView): string =>
  `run ${run_id} of ${targets.map(({ label }) => label).join(", ")} is ${isInDoubt ? "IN DOUBT" : wordText(status)}`;

/** A host as a URL has it: an address of version 6 in brackets. */
const hostText = (host: string): string => (host.includes(":") ? `[${host.replaceAll(/[[\]]/gu, "")}]` : host);

const ENDS = [
  ["SIGTERM", EXIT.terminated],
  ["SIGINT", EXIT.interrupted],
  ["SIGHUP", EXIT.hungUp],
] as const;

/** Resolves at the first signal. A second one leaves at once with its own code; what is under way is then in doubt. */
const untilSignal = (): Promise<void> =>
  new Promise((resolve) => {
    let isStopping = false;
    for (const [signal, code] of ENDS) {
      process.on(signal, () => {
        if (isStopping) process.exit(code);
        isStopping = true;
        resolve();
      });
    }
  });

/** Listens until a signal ends it, which is how it is meant to end: 0, once its runs have paused and calls are answered. */
export async function run(invocation: Invocation): Promise<number> {
  const { io } = invocation;
  // Watched from the beginning: whoever reads "listening" may end it in the same moment.
  const end = untilSignal();
  const server = await startServe(invocation);
  io.out(`listening on ${server.url}\n`);
  await end;
  io.err("handrail: stopping; running steps end and their runs pause (a second signal leaves at once)\n");
  await server.stop();
  return EXIT.done;
}
