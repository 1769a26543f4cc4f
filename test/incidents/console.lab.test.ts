/** Each incident recovered from the board, by a person: in the words of its runbook, and of no product. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HANDRAIL } from "../support/program.ts";
import { GALERA, galeraWorld } from "./galera-world.ts";
import { replicaWorld } from "./replica-world.ts";
import { needs } from "../support/needs.ts";
import { openPty, type Pty } from "../support/pty.ts";
import { approve, rest } from "../support/walk.ts";
import {
  binaryLogWorld,
  metadataLockWorld,
  migratingWorld,
  queueWorld,
  serviceWorld,
  type OwnWorld,
} from "./worlds.ts";

interface Incident {
  readonly name: string;
  make(): Promise<OwnWorld>;
  /** What the board says. */
  readonly board: string;
  readonly columns: string;
  /** A question before the pages, and the key of its answer. */
  readonly question?: readonly [string, string];
  /** The pages that are asked about. */
  readonly pages: readonly string[];
  /** How the world is then. */
  readonly right: object;
}

const WORLDS: readonly Incident[] = [
  {
    name: "queue",
    make: queueWorld,
    board: "1 of 2 queues need you",
    columns: "QUEUE    JOBS POISON",
    pages: ["Take them out"],
    right: [{ attempts: 0 }, { attempts: 3 }],
  },
  {
    name: "migrating",
    make: migratingWorld,
    board: "volumes need you",
    columns: "STATE",
    pages: ["Close the migration"],
    right: [{ state: "Ready" }, { state: "Destroy", there: 0 }, { state: "Ready" }],
  },
  {
    name: "binary logs",
    make: binaryLogWorld,
    board: "1 of 1 servers need you",
    columns: "DAYS",
    pages: ["Purge and let"],
    right: { logs: 2, days: 3 },
  },
  {
    name: "metadata lock",
    make: metadataLockWorld,
    board: "tables need you",
    columns: "WAITING",
    pages: ["End it"],
    right: { waiting: 0, rows: [{ note: "a" }, { note: "b" }] },
  },
  {
    name: "service",
    make: serviceWorld,
    board: "1 of 1 services need you",
    columns: "STATE",
    pages: ["Restart"],
    right: { starts: 1 },
  },
  {
    name: "replica",
    make: replicaWorld,
    board: "1 of 1 replicas need you",
    columns: "REPLICA",
    pages: ["Repair"],
    right: { note: "from the primary", applies: "Yes" },
  },
];

const GALERA_WORLD: Incident = {
  name: "galera",
  make: galeraWorld,
  board: "1 of 1 nodes need you",
  columns: "STATUS",
  question: ["Is every other node down", "1"],
  pages: ["Make it primary"],
  right: { status: "Primary", bootstraps: 1 },
};

async function open({ site }: OwnWorld): Promise<Pty> {
  const t = openPty(HANDRAIL, ["--file", site.file], { env: { ...process.env, ...site.env }, cwd: site.root });
  await t.waitFor("need you");
  return t;
}

/** Approves a page; gives what stood on the screen. */
async function page(t: Pty, title: string): Promise<string> {
  await t.waitFor(title);
  const text = t.text();
  await approve(t, title);
  return text;
}

/** Answers a question; gives what stood on the screen. */
async function decide(t: Pty, asks: string, key: string): Promise<string> {
  await t.waitFor(asks);
  const text = t.text();
  await rest();
  await t.press(key);
  return text;
}

function recovers({ make, board, columns, question, pages, right }: Incident): void {
  let world: OwnWorld;

  beforeAll(async () => {
    world = await make();
  });
  afterAll(() => world.down());

  it("is recovered from the board, page by page", async () => {
    await world.spoil();
    const t = await open(world);
    const seen: string[] = [];
    try {
      await t.waitFor(board);
      // Until the runbooks are read a key of theirs begins none.
      await t.waitFor("asks before every change");
      expect(t.text()).toContain(columns);
      seen.push(t.text());
      await t.press("d");
      seen.push(await page(t, "APPROVAL to begin"));
      if (question !== undefined) seen.push(await decide(t, ...question));
      for (const title of pages) seen.push(await page(t, `APPROVAL: ${title}`));
      await t.waitFor("the run is closed, exit 0");
      seen.push(t.text());
    } finally {
      t.kill();
      await t.ended;
    }
    expect(await world.state()).toMatchObject(right);
    expect(seen.join("\n")).not.toMatch(/\bVMs?\b|JobLog|appliance|CloudStack|Volume Daemon/u);
  });
}

describe.each(WORLDS)("$name", (incident) => {
  recovers(incident);
});

describe("galera", await needs(GALERA), () => {
  recovers(GALERA_WORLD);
});

describe("the detail of a target", () => {
  it("shows what its runbook lists, and what the probes see that it names", async () => {
    const world = await queueWorld();
    await world.spoil();
    const t = await open(world);
    try {
      await t.waitFor("asks before every change");
      await t.press("enter");
      await t.waitFor("not as expected");
      expect(t.text()).toContain("No job of mail was tried more than 100 times");
      expect(t.text()).toMatch(/jobs 2, poison 1/u);
    } finally {
      t.kill();
      await t.ended;
      await world.down();
    }
  });
});
