/** Opens the console on this terminal and gives it back whatever happens. */
import { userInfo } from "node:os";
import type { Console, ConsoleWish } from "../../ui/console.ts";
import type { OpenedConsole } from "../../ui/open.tsx";
import type { SiteWords } from "../../ui/words.ts";
import type { SiteInfo, Sources, StartRequest } from "../../ui/sources.ts";
import { pack, packOf, type Site } from "../packs.ts";
import { flag, option, type Values } from "../command.ts";
import { EXIT } from "../../engine/exit.ts";
import { lineWidth, Stop, type Io } from "../io.ts";
import { siteSources } from "./sources.ts";
import { COLOURS, decideColour, isUtf8 } from "../terminal/colour.ts";
import { decideTheme, THEMES } from "../terminal/theme.ts";
import { watchKeyboard } from "../terminal/hang-up.ts";
import { ringText } from "../terminal/ring.ts";
import { commandText } from "../site/name.ts";
import { labName } from "../site/lab-name.ts";
import { safeText } from "../../text/safe-text.ts";
import { HandOver } from "./hand-over.ts";
import { openOver } from "./opening/take-over.ts";
import { rememberSite } from "./last-site.ts";
import { readMemory, writeMemory } from "./memory.ts";
import { farewellText } from "../terminal/farewell.ts";

/** How long a step that runs may take to end after the terminal or the system asked us to go. */
const GRACE_MS = 5000;

/** What the screen calls a site's things: on one of no product as its runbooks do. */
async function wordsOf(site: Site, values: Values, io: Io): Promise<SiteWords> {
  const pack = packOf(site);
  if (pack.wordsFor === undefined) return pack.words;
  const [{ offerOn }, { sitePorts }] = await Promise.all([import("./offer.ts"), import("../session/site-ports.ts")]);
  const connections = await sitePorts(site);
  try {
    return pack.wordsFor((await offerOn(values, io.env, { pack, connections })).runbooks);
  } finally {
    await connections.close();
  }
}

/** What is said of a site on every frame. */
export async function siteInfo(values: Values, io: Io): Promise<SiteInfo> {
  const { chooseSite } = await import("../site/config.ts");
  const site = await chooseSite(values, io.env);
  return {
    name: site.name,
    lab: labName(values, io.env),
    scale: site.lab?.scale ?? 1,
    // The bar names the lab already.
    banners: site.lab === null ? packOf(site).bannersOf(site) : [],
    command: (words) => commandText(values, io.env, words),
    operator: userInfo().username,
    readOnly: flag(values, "read-only"),
    words: await wordsOf(site, values, io),
  };
}

/** What is known of the site without reading anything: all that the first frame waits for. */
function firstSight(values: Values, io: Io): SiteInfo {
  const lab = labName(values, io.env);
  const name = lab === null ? "" : `lab-${lab}`;
  const command = (words: string): string => commandText(values, io.env, words);
  return {
    name,
    lab,
    scale: 1,
    banners: [],
    command,
    operator: userInfo().username,
    readOnly: flag(values, "read-only"),
    words: pack.words,
  };
}

/** What an option says that takes one of a few names; `auto` where it is not given. */
function choiceIn<T extends string>(values: Values, name: string, choices: readonly T[]): T | "auto" {
  const wish = option(values, name) ?? "auto";
  const choice = [...choices, "auto" as const].find((each) => each === wish);
  if (choice === undefined) throw new Stop(EXIT.usage, `--${name} is ${choices.join(", ")}, not ${safeText(wish)}`);
  return choice;
}

const SIGNALS = [
  ["SIGTERM", EXIT.terminated],
  ["SIGHUP", EXIT.hungUp],
  ["SIGINT", EXIT.interrupted],
  ["SIGQUIT", EXIT.quit],
] as const;

/** Signals that a key of the terminal sends. */
const KEYS: ReadonlySet<string> = new Set(["SIGINT", "SIGQUIT"]);

/** A signal ends the run between two steps, within the grace, and then the console. */
function watchSignals(console: Console, hand: HandOver): () => void {
  const disposers = SIGNALS.map(([signal, exit]) => {
    const leave = (): void => {
      if (hand.isAway && KEYS.has(signal)) return;
      console.pause({ by: signal, exit });
      void console.settled(GRACE_MS).then((isSettled) => {
        if (!isSettled) console.sayLeft();
        console.quit(exit);
      });
    };
    process.on(signal, leave);
    return () => void process.off(signal, leave);
  });
  return () => {
    for (const undo of disposers) undo();
  };
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms).unref());

/** Lets a bug end the console in order: the terminal first, then the message. */
function watchBugs(fail: (error: unknown) => void): () => void {
  process.on("uncaughtException", fail);
  process.on("unhandledRejection", fail);
  return () => {
    process.off("uncaughtException", fail);
    process.off("unhandledRejection", fail);
  };
}

/** What a console looks at: the site, or a recording. */
interface World {
  readonly sources: Sources;
  readonly first: SiteInfo;
  /** What is known of the site once it was looked up. */
  readonly site: () => Promise<SiteInfo>;
}

const siteWorld = (values: Values, io: Io): World => ({
  sources: siteSources({ values, io }, async () => (await import("../session/stored.ts")).openStored(values, io)),
  first: firstSight(values, io),
  site: () => siteInfo(values, io),
});

/** What the console is given of this process and its terminal. */
async function wishOf(
  values: Values,
  io: Io,
  { sources, first }: World,
  hand: HandOver,
): Promise<Omit<ConsoleWish, "open">> {
  const { ASCII, UNICODE } = await import("../../ui/theme.ts");
  return {
    site: first,
    sources,
    timers: {
      now: () => Date.now(),
      later: (ms, callback) => {
        const timer = setTimeout(callback, ms);
        return () => clearTimeout(timer);
      },
    },
    glyphs: isUtf8(io.env) && !flag(values, "ascii") ? UNICODE : ASCII,
    theme: decideTheme(io.env, choiceIn(values, "theme", THEMES)),
    calm: flag(values, "no-animation"),
    // OSC 52: the terminal at the person's end takes it, also through SSH; it moves nothing on the screen.
    copy: (text) => void process.stdout.write(`\u001b]52;c;${Buffer.from(text).toString("base64")}\u0007`),
    ring: (text) => void process.stdout.write(ringText(text, io.env)),
    order: readMemory(io.env),
    remember: (order) => writeMemory(io.env, order),
    suspend: hand.stop,
    reader: hand.read,
  };
}

/**
 * A run that was left at once is still under way in here; its outcome belongs to whoever looks next. Without a run only looks
 * are, and nobody waits for those where the terminal went away.
 */
const endsAtOnce = ({ driving: isDriving, exit }: OpenedConsole["console"], isBroken: boolean): boolean =>
  (isDriving || exit === EXIT.hungUp) && !isBroken;

/** Ends the process, or lets it end: what the screen is gone for is said on the normal one. */
async function leave({ console }: OpenedConsole, sources: Sources, io: Io, isBroken: boolean): Promise<void> {
  io.out(farewellText(console.farewell, lineWidth(io)));
  if (endsAtOnce(console, isBroken)) process.exit(console.exit || EXIT.interrupted);
  // After a bug it ends as well, since nobody would see how it goes on; `main` says first what happened.
  if (console.driving) {
    setImmediate(() => process.exit(EXIT.bug));
    return;
  }
  await Promise.race([console.atRest(), pause(GRACE_MS)]);
  await sources.close();
}

/** Opens the console on the whole screen; `opening` says where it begins. */
export async function open(
  values: Values,
  io: Io,
  opening: ConsoleWish["open"],
  world: World = siteWorld(values, io),
): Promise<number> {
  process.env["FORCE_COLOR"] = decideColour(io.env, choiceIn(values, "color", COLOURS)) ? "1" : "0";
  const hand: HandOver = new HandOver(() => screen, io);
  const [{ openConsole }, wish] = await Promise.all([import("../../ui/open.tsx"), wishOf(values, io, world, hand)]);
  const whole = { ...wish, ...(opening === undefined ? {} : { open: opening }) };
  const { screen, takeOver, end } = openOver(openConsole, whole, io.stdin);
  hand.begin();
  const unwatch = watchSignals(screen.console, hand);
  takeOver();
  const unwatchKeyboard = watchKeyboard(io.stdin);
  let isBroken = false;
  let unwatchBugs = (): void => undefined;
  const failure = new Promise<never>((_resolve, reject) => {
    unwatchBugs = watchBugs(reject);
  });
  try {
    await screen.drawn;
    screen.console.setSite(await world.site());
    rememberSite(values, io.env);
    void screen.console.begin().catch((error: unknown) => process.emit("uncaughtException", error as Error));
    return await Promise.race([screen.left, failure]);
  } catch (error) {
    screen.console.quit(EXIT.bug);
    isBroken = true;
    throw error;
  } finally {
    unwatchKeyboard();
    end();
    await screen.close();
    unwatch();
    unwatchBugs();
    hand.end();
    await leave(screen, world.sources, io, isBroken);
  }
}

/** The board with a row under the cursor. */
export const openBoard = (values: Values, io: Io, opening: { select: string; hint: string }): Promise<number> =>
  open(values, io, opening);

/** The screen of one run, and out again when it has ended. */
export const openRun = ({ values, io, start }: { values: Values; io: Io; start: StartRequest }): Promise<number> =>
  open(values, io, { start });

/** A past run on the screen. */
export const openReplay = (values: Values, io: Io, replay: string): Promise<number> => open(values, io, { replay });

/** A recorded run on the screen, without any world behind it. */
export function openRecording(io: Io, replay: string, sources: Sources): Promise<number> {
  const first = { ...firstSight({}, io), name: "recording", lab: "recorded run", banners: [], readOnly: true };
  return open({}, io, { replay }, { sources, first, site: () => Promise.resolve(first) });
}
