/** Plays the scenes of many seeds, counts how they end, and keeps what went wrong. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { sceneOf } from "./build.ts";
import { Fault } from "./fault.ts";
import { playScene } from "./play.ts";
import { accountOf, flavourOf, openTheatre, type House, type Theatre } from "./theatre.ts";

export interface Season {
  /** How often each end was met. */
  readonly ends: ReadonlyMap<string, number>;
  /** One text for each seed that showed a fault, with its statement. */
  readonly faults: readonly string[];
}

const STRIDE = 100;

/** The seeds from `first` on, so many of them. `tell` hears now and then how far it is, so that one can go on from there. */
export async function playSeason(
  theatre: Theatre,
  first: number,
  count: number,
  tell: (line: string) => void = () => undefined,
): Promise<Season> {
  const ends = new Map<string, number>();
  const faults: string[] = [];
  for (let seed = first; seed < first + count; seed += 1) {
    const end = await playScene(theatre, seed).catch((error: unknown) => {
      faults.push(report(seed, error));
      return `FAULT ${error instanceof Fault ? error.word : "crash"}`;
    });
    ends.set(end, (ends.get(end) ?? 0) + 1);
    if ((seed - first + 1) % STRIDE === 0) tell(`seeds ${first} to ${seed}: ${faults.length} fault(s)\n`);
  }
  return { ends, faults };
}

function report(seed: number, error: unknown): string {
  const { theme, sql, meanwhile, since } = sceneOf(seed, flavourOf(seed));
  const what = error instanceof Fault ? error.message : String(error instanceof Error ? error.stack : error);
  const others = [...(meanwhile?.statements ?? []), ...(since?.statements ?? [])];
  const beside = others.length === 0 ? "" : ` | ${meanwhile === null ? "since" : "meanwhile"} ${others.join("; ")}`;
  return `HANDRAIL_SEED=${seed} (${theme}, ${accountOf(seed)}, ${flavourOf(seed).zone})\n  ${sql}${beside}\n  ${what.slice(0, 900)}`;
}

/** The ends with their counts, the commonest first. */
export const endLines = ({ ends }: Season): string =>
  [...ends]
    .sort(([, a], [, b]) => b - a)
    .map(([end, count]) => `${String(count).padStart(6)}  ${end}`)
    .join("\n");

export interface Wanted {
  readonly first: number;
  readonly count: number;
  readonly tell?: (line: string) => void;
}

/** The test of so many scenes on one server, and its theatre, for tests beside it. */
export function testSeason(open: () => Promise<House>, { first, count, tell }: Wanted): { theatre(): Theatre } {
  let theatre: Theatre;
  beforeAll(async () => {
    theatre = await openTheatre(await open());
  });
  afterAll(() => theatre.close());
  it(`changes only what was shown, and takes back what it promises (${count} seeds from ${first} on)`, async () => {
    const season = await playSeason(theatre, first, count, tell);
    process.stdout.write(`${endLines(season)}\n`);
    expect(season.faults).toEqual([]);
    // Refusing everything would be no fault, and no use.
    expect(season.ends.get("undone complete") ?? 0).toBeGreaterThanOrEqual(Math.floor(count / 8));
  });
  return { theatre: () => theatre };
}
