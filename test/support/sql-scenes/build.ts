/** Makes the scene of a seed. */
import { jobs } from "./appliance.ts";
import { broken } from "./breakers.ts";
import { drawChange } from "./changes.ts";
import { drawOf } from "./draw.ts";
import type { Flavour } from "./flavours.ts";
import { offerInterferences } from "./interferences.ts";
import { largeJoin, many, ordered, picked, swapped } from "./recipes.ts";
import { drawRelatives } from "./relatives.ts";
import type { Interference, Scene, SceneChange } from "./scene.ts";
import { Stage } from "./stage.ts";
import { drawTables } from "./tables.ts";
import { drawTriggers } from "./triggers.ts";

/** So many of a hundred scenes; what is left are ordinary ones. */
const THEMES: readonly (readonly [string, number, (stage: Stage) => SceneChange])[] = [
  ["large join", 2, largeJoin],
  ["picked", 8, picked],
  ["ordered", 7, ordered],
  ["swapped", 6, swapped],
  ["broken", 7, broken],
  ["jobs", 8, jobs],
  ["many", 4, many],
];

function ordinary(stage: Stage): SceneChange {
  const tables = drawTables(stage);
  offerInterferences(stage, tables);
  drawRelatives(stage, tables.main);
  drawTriggers(stage, tables);
  return drawChange(stage, tables);
}

/** Where double quotes name things, some statements use them. */
function quoted({ sql, touched }: SceneChange, { draw, flavour }: Stage): string {
  if (!flavour.mode.includes("ANSI_QUOTES") || !draw.once(2)) return sql;
  return touched.reduce((text, table) => text.replaceAll(new RegExp(`\\b${table}\\b`, "gu"), `"${table}"`), sql);
}

/** Of the changes of rows that somebody else could make, one, in some scenes. */
function drawSince({ draw, interferences }: Stage): Interference | null {
  const changes = interferences.filter(({ what }) => what.endsWith("changed") && what !== "source changed");
  return draw.once(8) && changes.length > 0 ? draw.pick(changes) : null;
}

/** The scene of a seed, in a session of that flavour. */
export function sceneOf(seed: number, flavour: Flavour): Scene {
  const stage = new Stage(seed, drawOf(seed), flavour);
  const { draw, setup, triggers, interferences } = stage;
  let left = draw.below(100);
  const theme = THEMES.find(([, share]) => (left -= share) < 0);
  const change = (theme?.[2] ?? ordinary)(stage);
  const meanwhile = draw.once(3) && interferences.length > 0 ? draw.pick(interferences) : null;
  const sql = quoted(change, stage);
  const since = meanwhile === null ? drawSince(stage) : null;
  const teardown = stage.teardown();
  return { ...change, sql, seed, theme: theme?.[0] ?? "ordinary", setup, triggers, meanwhile, since, teardown };
}
