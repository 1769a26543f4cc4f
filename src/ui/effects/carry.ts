/** Carries effects out: a row for each, and one that has no row does not compile. */
import type { Effect, EffectOf } from "../effect.ts";
import type { Drive } from "./drive.ts";
import type { Host } from "./host.ts";
import { writeNote } from "./notes.ts";
import { followRun, readLeft, readReplay, writeReport } from "./past.ts";
import type { Poll } from "./poll.ts";
import type { Order } from "../order.ts";
import type { Reader } from "../read/text.ts";
import { openReport, openText } from "./read.ts";
import { readDetail, readRows, tryPrinted } from "./site.ts";

/** All that effects reach. */
export interface Reach {
  readonly host: Host;
  readonly drive: Drive;
  readonly poll: Poll;
  readonly copy: (text: string) => void;
  readonly reader: Reader;
  readonly remember: (order: Partial<Order>) => void;
  /** Stops the process for Ctrl-Z. */
  readonly suspend: () => void;
  /** Draws every cell of the window. */
  readonly redraw: () => void;
  /** Ends the console. */
  readonly quit: (exit: number) => void;
}

type Carrier<T extends Effect["type"]> = (effect: EffectOf<T>, reach: Reach) => void | Promise<void>;

const CARRIERS: { readonly [T in Effect["type"]]: Carrier<T> } = {
  start: ({ request }, { drive }) => drive.start(request),
  approve: ({ method, digest }, { drive }) => drive.operator?.approved(method, digest),
  refuse: ({ says }, { drive }) => {
    drive.operator?.rejected(says);
    drive.operator?.chosen(null);
  },
  choose: ({ choice, note }, { drive }) => drive.operator?.chosen(choice, note),
  pause: ({ cause }, { drive }) => drive.pause(cause),
  note: ({ run_id, text }, { host }) => writeNote(host, run_id, text),
  report: ({ run_id }, { host }) => writeReport(host, run_id),
  copy: ({ text }, { copy }) => copy(text),
  "open text": ({ name, text }, { host, reader }) => openText(host, reader, { name, text }),
  "open report": ({ run_id }, { host, reader }) => openReport(host, reader, run_id),
  remember: ({ order }, { remember }) => remember(order),
  suspend: (_effect, { suspend }) => suspend(),
  redraw: (_effect, { redraw }) => redraw(),
  quit: ({ exit }, { quit }) => quit(exit),
  "read board": (_effect, { poll }) => poll.refresh(),
  "read runs": (_effect, { poll }) => poll.readRuns(),
  "read detail": ({ key }, { host }) => readDetail(host, key),
  "read left": (effect, { host }) => readLeft(host, effect),
  "read replay": (effect, { host }) => readReplay(host, effect),
  follow: (effect, { host }) => followRun(host, effect),
  "read rows": (effect, { host }) => readRows(host, effect),
  "try printed": ({ keys }, { host }) => tryPrinted(host, keys),
};

function carryOne<T extends Effect["type"]>(effect: EffectOf<T>, type: T, reach: Reach): void | Promise<void> {
  return CARRIERS[type](effect, reach);
}

/** Carries an effect out; resolves when it is answered. */
export async function carry(effect: Effect, reach: Reach): Promise<void> {
  await carryOne(effect, effect.type, reach);
}
