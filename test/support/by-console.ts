/**
 * A person at the console, keys in and model out: the console as the terminal has it, over the real site and its journal,
 * with a clock of its own that makes the waiting short. Reads each page to its end, types names, decides as told.
 */
import { siteSources } from "../../src/cli/console/sources.ts";
import { openStored } from "../../src/cli/session/stored.ts";
import { isAllSeen } from "../../src/ui/ask/sight.ts";
import { pageBelow } from "../../src/ui/ask/view.ts";
import { Console } from "../../src/ui/console.ts";
import { modeOf } from "../../src/ui/mode.ts";
import type { Timers } from "../../src/ui/store.ts";
import { quietIo, type Incident } from "./incident.ts";

/** So much faster than the person's clock does the console's run; it counts keys only after a question stood for 0.4 s. */
const FAST = 20;
/** A limit for what hangs. */
const MOST_MS = 300_000;
const VALUES = { lab: true };

const pause = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));

const timers: Timers = {
  now: () => performance.now() * FAST,
  later: (ms, then) => {
    const timer = setTimeout(then, ms / FAST);
    return () => clearTimeout(timer);
  },
};

async function until(console: Console, what: string, holds: () => boolean): Promise<void> {
  const end = Date.now() + MOST_MS;
  while (!holds()) {
    const { message, run } = console.model;
    if (Date.now() > end)
      throw new Error(`${what}; the console is at ${modeOf(console.model)}: ${message.text} ${run?.notice}`);
    await pause(5);
  }
}

function press(console: Console, ...keys: readonly string[]): void {
  for (const key of keys) console.press({ key: key === " " ? "space" : key, text: key.length === 1 ? key : "" });
}

const armed = (console: Console): boolean => (console.model.run?.question?.armedAt ?? Infinity) < timers.now();

/** The page or the question itself: scrolling and typing make new ones of what is around it. */
function asked(console: Console): unknown {
  const open = console.model.run?.question;
  return open?.kind === "page" ? open.page : open?.question;
}

/** Words that somebody writes where a choice asks how they know. */
const WORDS = "looked at the storage itself, not at a record of it";

/** Answers the question that is open: approves a page, or presses the number of the first choice that `choices` say. */
async function answer(console: Console, choices: readonly RegExp[]): Promise<void> {
  const question = console.model.run?.question;
  const answered = asked(console);
  if (question?.kind === "page") {
    for (let down = 0; down < 100 && pageBelow(question, console.look()).last > 0; down += 1) {
      const now = console.model.run?.question;
      if (now?.kind === "page" && now.sight !== null && isAllSeen(now.sight)) break;
      press(console, "pagedown");
    }
    await until(console, "the page was never armed", () => armed(console));
    press(console, ...Array.from(question.page.typed ?? ""));
    await until(console, "the typed name was never armed", () => armed(console));
    press(console, "a");
  } else if (question?.kind === "choice") {
    const offered = question.question.choices;
    const wanted = choices.find((choice) => offered.some(({ title }) => choice.test(title)));
    const at = offered.findIndex(({ title }) => wanted?.test(title) === true);
    if (at < 0) throw new Error(`${question.question.asks}: no choice says ${choices.map(String).join(" or ")}`);
    await until(console, "the decision was never armed", () => armed(console));
    press(console, String(at + 1));
    if (console.model.entry !== null) press(console, ...Array.from(WORDS), "enter");
  }
  await until(console, "the answer did not count", () => asked(console) !== answered);
}

/** Carries the run on the screen to its end; gives its exit code. */
async function toTheEnd(console: Console, choices: readonly RegExp[]): Promise<number> {
  for (;;) {
    await until(
      console,
      "nothing is asked",
      () =>
        ["approval", "typed", "decision"].includes(modeOf(console.model)) ||
        (console.model.run ?? { ended: null }).ended !== null,
    );
    const ended = console.model.run?.ended;
    if (ended?.refused) throw new Error(ended.refused);
    if (ended) return ended.exit;
    await answer(console, choices);
  }
}

/** Every VM that is stuck. */
export const ALL = "*";

/** How often somebody goes on after a run that did not end well. */
const MOST_RUNS = 6;

/**
 * Recovers one VM from the board, or with `ALL` every stuck one in one run, with `choices` where something is asked; gives
 * the exit codes of the runs. After one that did not recover the key is pressed that the screen offers: R begins anew, u
 * takes it up again.
 */
export async function byConsole(incident: Incident, vm: string, ...choices: readonly RegExp[]): Promise<number[]> {
  const { io } = quietIo(incident.env);
  const opened = { values: VALUES, io: { ...io, person: true } };
  const sources = siteSources(opened, () => Promise.resolve(openStored(VALUES, io)));
  const site = { name: "lab-incident", lab: "incident", scale: 60, banners: [], operator: "test", readOnly: false };
  const console = new Console({ site, sources, timers, suspend: () => undefined });
  try {
    await console.begin();
    press(console, ...(vm === ALL ? ["*"] : ["/", ...Array.from(vm), "enter"]), "c");
    const exits: number[] = [];
    for (let runs = 0; runs < MOST_RUNS; runs += 1) {
      exits.push(await toTheEnd(console, choices));
      const over = console.model.run;
      if (exits.at(-1) === 0 || choices.length === 0) return exits;
      press(console, over?.state?.closed === null ? "u" : "R");
      await until(
        console,
        "no other run is begun",
        () => console.model.run !== over && modeOf(console.model) !== "ended",
      );
    }
    return exits;
  } finally {
    console.quit();
    await console.atRest();
    await sources.close();
  }
}
