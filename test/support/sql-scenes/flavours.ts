/** Sessions of five kinds: each has a time zone and a mode of its own, as a server's administrator may have set them. */

export interface Flavour {
  readonly zone: string;
  readonly mode: string;
  /** The second, by Unix time, at which the clocks of the zone are put back, and by how much. */
  readonly fallsBack: number;
  readonly repeatS: number;
}

interface Zone {
  readonly name: string;
  readonly standardS: number;
  readonly summerS: number;
  readonly begins: string;
  readonly ends: string;
}

/** One summer of four zones: of others the tests know nothing. */
const ZONES: readonly Zone[] = [
  { name: "Europe/Berlin", standardS: 3600, summerS: 7200, begins: "2024-03-31T01:00Z", ends: "2024-10-27T01:00Z" },
  {
    name: "America/New_York",
    standardS: -18000,
    summerS: -14400,
    begins: "2024-03-10T07:00Z",
    ends: "2024-11-03T06:00Z",
  },
  {
    name: "Australia/Lord_Howe",
    standardS: 37800,
    summerS: 39600,
    begins: "2023-09-30T15:30Z",
    ends: "2024-04-06T15:00Z",
  },
  {
    name: "America/St_Johns",
    standardS: -12600,
    summerS: -9000,
    begins: "2024-03-10T05:30Z",
    ends: "2024-11-03T04:30Z",
  },
];

const STRICT = "STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION";
const MODES = [STRICT, `${STRICT},NO_BACKSLASH_ESCAPES`, "TRADITIONAL", `${STRICT},ANSI_QUOTES`, ""] as const;

const secondOf = (instant: string): number => Date.parse(instant.replace("Z", ":00Z")) / 1000;

/** An instant as UTC writes it. */
export const utcText = (second: number): string => new Date(second * 1000).toISOString().slice(0, 19).replace("T", " ");

const [BERLIN] = ZONES as readonly [Zone];
const around = (zone: Zone) => ({ fallsBack: secondOf(zone.ends), repeatS: zone.summerS - zone.standardS });

export const FLAVOURS: readonly Flavour[] = MODES.map((mode, at) => {
  const zone = ZONES[at];
  return zone === undefined ? { zone: "+05:30", mode, ...around(BERLIN) } : { zone: zone.name, mode, ...around(zone) };
});

/** What the server has to know of the zones: its own tables of them are empty where nobody filled them. */
export const ZONE_TABLES: readonly string[] = ZONES.flatMap(({ name, standardS, summerS, begins, ends }, at) => {
  const id = 9001 + at;
  return [
    `REPLACE INTO mysql.time_zone (Time_zone_id, Use_leap_seconds) VALUES (${id}, 'N')`,
    `REPLACE INTO mysql.time_zone_name (Name, Time_zone_id) VALUES ('${name}', ${id})`,
    `REPLACE INTO mysql.time_zone_transition_type VALUES (${id}, 0, ${standardS}, 0, 'STD'), (${id}, 1, ${summerS}, 1, 'DST')`,
    `REPLACE INTO mysql.time_zone_transition VALUES (${id}, ${secondOf(begins)}, 1), (${id}, ${secondOf(ends)}, 0)`,
  ];
});
