/**
 * A person at the console, keys in and model out: the console as the terminal has it, over the real site and its journal,
 * with a clock of its own that makes the waiting short. Reads each page to its end, types names, decides as told.
 */
import { siteSources } from "../../src/cli/console-sources.ts";
import { openStored } from "../../src/cli/stored.ts";
import { pageBelow } from "../../src/ui/ask/view.ts";
import { Console } from "../../src/ui/console.ts";
import { modeOf } from "../../src/ui/model.ts";
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

/** Answers the question that is open: approves a page, or presses the number of the choice that says `choice`. */
async function answer(console: Console, choice: RegExp | null): Promise<void> {
  const question = console.model.run?.question;
  const answered = asked(console);
  if (question?.kind === "page") {
    for (let down = 0; down < 100 && pageBelow(question, console.look()).last > 0; down += 1) {
      const now = console.model.run?.question;
      if (now?.kind === "page" && now.seen) break;
      press(console, "pagedown");
    }
    await until(console, "the page was never armed", () => armed(console));
    press(console, ...Array.from(question.page.typed ?? ""));
    await until(console, "the typed name was never armed", () => armed(console));
    press(console, "a");
  } else if (question?.kind === "choice") {
    const at = question.question.choices.findIndex(({ title }) => choice?.test(title) === true);
    if (at < 0) throw new Error(`${question.question.asks}: no choice says ${String(choice)}`);
    await until(console, "the decision was never armed", () => armed(console));
    press(console, String(at + 1));
  }
  await until(console, "the answer did not count", () => asked(console) !== answered);
}

/** Recovers one VM from the board; gives the exit code of the run. */
export async function byConsole(incident: Incident, vm: string, choice: RegExp | null): Promise<number> {
  const { io } = quietIo(incident.env);
  const opened = { values: VALUES, io: { ...io, person: true } };
  const sources = siteSources(opened, () => Promise.resolve(openStored(VALUES, io)));
  const site = { name: "lab-incident", lab: "incident", scale: 60, banners: [], operator: "test", readOnly: false };
  const console = new Console({ site, sources, timers, suspend: () => undefined });
  try {
    await console.begin();
    press(console, "/", ...Array.from(vm), "enter", "c");
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
      await answer(console, choice);
    }
  } finally {
    console.quit();
    await console.atRest();
    await sources.close();
  }
}
