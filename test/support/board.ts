/** The board and the console of an incident, as somebody finds them who comes to it. */
import { sayBoard } from "../../src/cli/console/board-lines.ts";
import { WORDS } from "../../src/packs/appliance/board/words.ts";
import { siteSources } from "../../src/cli/console/sources.ts";
import { openStored } from "../../src/cli/session/stored.ts";
import { Console } from "../../src/ui/console.ts";
import { modeOf } from "../../src/ui/mode.ts";
import type { Mode } from "../../src/ui/model.ts";
import { quietIo, type Incident } from "./incident.ts";

const VALUES = { lab: true };
const SITE = {
  name: "lab-incident",
  lab: "incident",
  scale: 60,
  banners: [],
  operator: "test",
  readOnly: false,
  words: WORDS,
};

/** What the board says to somebody who listens. */
export async function boardOf({ env }: Pick<Incident, "env">): Promise<string> {
  const { io, said } = quietIo(env);
  const sources = siteSources({ values: VALUES, io }, () => Promise.resolve(openStored(VALUES, io)));
  try {
    await sayBoard(sources, SITE, { out: io.out, command: (words) => `handrail ${words}` });
  } finally {
    await sources.close();
  }
  return said.out;
}

/** Which screen the console begins with. */
export async function firstScreen({ env }: Pick<Incident, "env">): Promise<Mode> {
  const { io } = quietIo(env);
  const opened = { values: VALUES, io: { ...io, person: true } };
  const sources = siteSources(opened, () => Promise.resolve(openStored(VALUES, io)));
  const timers = { now: () => performance.now(), later: () => () => undefined };
  const console = new Console({ site: SITE, sources, timers, suspend: () => undefined });
  try {
    await console.begin();
    return modeOf(console.model);
  } finally {
    console.quit();
    await console.atRest();
    await sources.close();
  }
}
