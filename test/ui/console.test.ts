import { afterEach, expect, test } from "vitest";
import { see } from "./person.ts";
import { openScreen, type Screen } from "./screen.tsx";
import { makeWorld, vmNamed } from "./world.ts";

let screen: Screen | null = null;
afterEach(async () => {
  await screen?.close();
  screen = null;
});

async function opened(...args: Parameters<typeof openScreen>): Promise<Screen> {
  screen = await openScreen(...args);
  return screen;
}

const frame = (name: string, width: number): string => `../frames/${name}-${width}.txt`;
const SIZES = [
  { columns: 80, rows: 24 },
  { columns: 120, rows: 40 },
  { columns: 200, rows: 50 },
];

test("shows at first sight which VMs need somebody and what to do", async () => {
  const s = await opened(makeWorld());
  await s.waitFor("2 of 3 VMs need you");
  await expect(s.text()).toMatchFileSnapshot(frame("board", 80));
});

test.each([
  { columns: 120, rows: 40 },
  { columns: 200, rows: 50 },
])("stands list and detail side by side in a wide window ($columns wide)", async (size) => {
  const s = await opened(makeWorld(), size);
  await s.waitFor("2 of 3 VMs need you");
  await expect(s.text()).toMatchFileSnapshot(frame("board", size.columns));
});

test.each(SIZES)(
  "recovers one VM from the board with few presses, every page approved ($columns wide)",
  async (size) => {
    const world = makeWorld();
    const s = await opened(world, size);
    await s.waitFor("pgtest1");
    await s.press("c");
    await s.waitFor("APPROVAL to begin");
    await expect(s.text()).toMatchFileSnapshot(frame("approval-start", size.columns));
    await see(s);
    await s.advance(500);
    await s.press("a");
    await s.waitFor("DECISION");
    await expect(s.text()).toMatchFileSnapshot(frame("decision", size.columns));
    await s.advance(500);
    await s.press("1");
    await s.waitFor("APPROVAL: 2 Detach");
    await see(s);
    await s.advance(500);
    await s.press("a");
    await s.waitFor("waiting for the Volume Daemon");
    await s.advance(12_000);
    await expect(s.text()).toMatchFileSnapshot(frame("run", size.columns));
    expect(world.sent).toEqual(["detach vol-1"]);
    world.finish();
    await s.waitFor("step 2 of 2");
    world.finish();
    await s.waitFor("APPROVAL: 3 Delete");
    await expect(s.text()).toMatchFileSnapshot(frame("approval-destroy", size.columns));
    await s.advance(500);
    await s.press("pgtest1");
    await see(s);
    await s.advance(500);
    await s.press("a");
    await s.waitFor("waiting for CloudStack");
    world.finish();
    await s.waitFor("deleteSnapshot id=vol-2");
    world.finish();
    await s.waitFor("the run is closed, exit 0");
    await expect(s.text()).toMatchFileSnapshot(frame("end", size.columns));
    expect(world.sent).toEqual(["detach vol-1", "detach vol-2", "deleteSnapshot vol-1", "deleteSnapshot vol-2"]);
    await s.press("q");
    await s.waitFor("VMs need you");
  },
);

async function atDestroyPage(size = {}): Promise<Screen> {
  const world = makeWorld();
  const s = await opened(world, size);
  await s.waitFor("pgtest1");
  await s.press("c");
  await s.waitFor("APPROVAL to begin");
  await see(s);
  await s.advance(500);
  await s.press("a");
  await s.waitFor("DECISION");
  await s.advance(500);
  await s.press("1");
  await s.waitFor("APPROVAL: 2 Detach");
  await see(s);
  await s.advance(500);
  await s.press("a");
  await s.waitFor("waiting for the Volume Daemon");
  world.finish();
  await s.waitFor("step 2 of 2");
  world.finish();
  await s.waitFor("APPROVAL: 3 Delete");
  return s;
}

test("nothing is approved by Enter, by paste or by what was typed ahead", async () => {
  const s = await atDestroyPage();
  await s.press("pgtest1");
  await s.waitFor("Type pgtest1 to approve: ▌");
  await s.advance(2000);
  await s.paste("pgtest1");
  await s.waitFor("has to be typed");
  await s.advance(500);
  await s.press("pgx");
  await s.waitFor("not the name: Backspace");
  await s.press("backspace", "test1", "a", "enter");
  await s.waitFor("Enter never approves");
  await s.press("enter", "enter");
  await s.waitFor("APPROVAL: 3 Delete");
  expect(s.world.sent).toHaveLength(2);
  await see(s);
  await s.advance(500);
  await s.press("a");
  await s.waitFor("waiting for CloudStack");
});

test("Escape is no: nothing of the page is done and the run can be taken up again", async () => {
  const s = await atDestroyPage();
  await s.advance(500);
  await s.press("p", "escape");
  await s.waitFor("the name was cleared, and nothing was refused; Esc once more is no");
  expect(s.text()).toContain("Type pgtest1 to approve: ▌");
  await s.press("escape");
  await s.waitFor("paused, rejected");
  expect(s.world.sent).toHaveLength(2);
  await s.press("u");
  await s.waitFor("APPROVAL: 3 Delete");
});

test.each(SIZES)(
  "Ctrl-C asks what to do with the step that runs, and pauses after it ($columns wide)",
  async (size) => {
    const world = makeWorld();
    const s = await opened(world, size);
    await s.waitFor("pgtest1");
    await s.press("c");
    await s.waitFor("APPROVAL to begin");
    await see(s);
    await s.advance(500);
    await s.press("a");
    await s.waitFor("DECISION");
    await s.advance(500);
    await s.press("1");
    await s.waitFor("APPROVAL: 2");
    await see(s);
    await s.advance(500);
    await s.press("a");
    await s.waitFor("waiting for the Volume Daemon");
    await s.press("ctrl-c");
    await s.waitFor("Under way: Detach volume vol-1");
    await expect(s.text()).toMatchFileSnapshot(frame("leave", size.columns));
    await s.press("p");
    await s.waitFor("pausing after this step");
    world.finish();
    await s.waitFor("paused, interrupted");
    expect(world.sent).toEqual(["detach vol-1"]);
  },
);

test.each(SIZES)(
  "shows first what was left in doubt, with its evidence, and sends nothing by itself ($columns wide)",
  async (size) => {
    const world = makeWorld();
    const first = await opened(world, size);
    await first.waitFor("pgtest1");
    await first.press("c");
    await first.waitFor("APPROVAL to begin");
    await see(first);
    await first.advance(500);
    await first.press("a");
    await first.waitFor("DECISION");
    await first.advance(500);
    await first.press("1");
    await first.waitFor("APPROVAL: 2");
    await see(first);
    await first.advance(500);
    await first.press("a");
    await first.waitFor("waiting for the Volume Daemon");
    await first.close();
    world.runs = [
      {
        run_id: "20261122-0312-k7f3",
        created: "",
        runbook: "small-cleanup",
        title: "",
        operator: "ada",
        targets: [{ key: "ctx-pgtest1", label: "pgtest1" }],
        outcome: "left in the middle, in doubt",
        status: "left",
        driver: "",
        doubts: [
          {
            run_id: "r-1",
            target: "ctx-pgtest1",
            label: "pgtest1",
            phase: "detach",
            step: "detach",
            item: "vol-1",
            title: "Detach volume vol-1",
            status: "intended" as const,
            reason: "",
            event: "e-1",
            at: "2026-01-02T03:00:00.000Z",
          },
        ],
      },
    ];
    const s = await opened(world, size);
    await s.waitFor("IN DOUBT");
    await expect(s.text()).toMatchFileSnapshot(frame("doubt", size.columns));
    expect(world.sent).toHaveLength(1);
    await s.press("escape");
    await s.waitFor(/1 in doubt, (?:no VM|\d) of \d/u);
    await s.press("u");
    await s.waitFor("IN DOUBT");
    await s.press("l");
    await s.waitFor("finding out what became of it");
  },
);

test.each(SIZES)(
  "replays a run in the same screens, step by step and to the next decision ($columns wide)",
  async (size) => {
    const s = await atDestroyPage(size);
    await s.close();
    const again = await opened(s.world, { ...size, open: { replay: "20261122-0312-k7f3" } });
    await again.waitFor("REPLAY: nothing is executed");
    await again.press("n", "n", "n");
    await again.waitFor("approved start, detach; keep=keep");
    await expect(again.text()).toMatchFileSnapshot(frame("replay", size.columns));
    await again.press("left");
    await again.waitFor("approved start; keep=keep");
    // The page that was asked about before this moment, whole, as it stood there.
    await again.press("v");
    await again.waitFor("2 Detach the volumes  as it was asked about");
    await again.waitFor("In short: 2 x detach");
    await again.press("G");
    await again.waitFor(/Page [0-9a-f]{16}: an answer counts for this page alone/u);
    await again.press("q");
    await again.waitFor("approved start; keep=keep");
    expect(s.world.sent).toHaveLength(2);
  },
);

test("a replay that the journal does not have leaves a board with its VMs and its keys", async () => {
  const s = await opened(makeWorld(), { open: { replay: "20261122-0312-none" } });
  await s.waitFor("2 of 3 VMs need you");
  expect(s.text()).toContain("the journal has no run 20261122-0312-none");
  expect(s.text()).toContain("c Cleanup Failed Job");
  s.world.vms = [vmNamed("late")];
  await s.advance(3000);
  await s.waitFor("1 of 1 VMs need you");
});

test.each(SIZES)("marks the source that does not agree on a volume ($columns wide)", async (size) => {
  const s = await opened(makeWorld(), size);
  await s.waitFor("pgtest1");
  await s.press("enter");
  await s.waitFor("THEY DISAGREE");
  await expect(s.text()).toMatchFileSnapshot(frame("detail", size.columns));
});

test("says in one line that a window is too small, and comes back", async () => {
  const s = await opened(makeWorld());
  await s.waitFor("pgtest1");
  await s.resize(50, 10);
  await s.waitFor("Handrail needs 60x15");
  await s.resize(100, 30);
  await s.waitFor("2 of 3 VMs need you");
  expect(s.lines().every((text) => text.length <= 100)).toBe(true);
});

test("marks several VMs and asks for one typed word for all of them", async () => {
  const s = await opened(makeWorld());
  await s.waitFor("pgtest1");
  await s.press("*", "c");
  await s.waitFor("for 2 VMs");
  expect(s.world.sent).toEqual([]);
});

test("no hostile name reaches the terminal as an escape", async () => {
  const world = makeWorld();
  world.vms = [
    "\u001b[2Jgone",
    "pg\u200btest1",
    "\u001b]8;;http://x\u0007link",
    "a\rb",
    "\u202etxet",
    "\u0085next",
  ].map((name) => vmNamed(name));
  const s = await opened(world);
  await s.waitFor("\\x1b[2Jgone");
  const foreign = s
    .written()
    // oxlint-disable-next-line no-control-regex -- looking for control characters is the point
    .replace(/\u001b\[[0-9;?]*[A-Za-z]/gu, "")
    .replace(/[\r\n]/gu, "");
  // oxlint-disable-next-line no-control-regex -- looking for control characters is the point
  expect(foreign).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u200b\u202e]/u);
  expect(s.text()).toContain("pg<U+200B>test1");
});

test("draws nothing when nothing changes", async () => {
  const s = await opened(makeWorld());
  await s.waitFor("2 of 3 VMs need you");
  const before = s.written().length;
  await s.advance(10_000);
  await s.advance(10_000);
  expect(s.written().length).toBe(before);
});

test.each(SIZES)("shows what the person's own SQL would hit, beside the plan ($columns wide)", async (size) => {
  const world = makeWorld();
  const said = {
    title: "the document's SQL: clear the snapshot tracking",
    sql: "UPDATE ossea_volumes SET snapshot_id = ''",
    instead: "clears the tracking of the selected VMs only",
  };
  world.printed = [
    { ...said, kind: "reaches", table: "ossea_volumes", rows: 41, own: 2, others: ["17", "18", "19"] },
    {
      title: "the plan's option 3: insert the next job step",
      sql: "INSERT INTO job_steps (job_id, name, seq) SELECT job_id, 'vm-creation', 6 FROM job_steps",
      instead: "does this only where it is chosen, with the next free number of the one job",
      kind: "refused",
      why: "Duplicate entry for key 'uk_job_steps_job_seq' (1062)",
    },
  ];
  const s = await opened(world, size);
  await s.waitFor("pgtest1");
  await s.press("p");
  await s.waitFor("Look before touching anything");
  await expect(s.text()).toMatchFileSnapshot(frame("plan", size.columns));
  await s.press("p");
  await s.waitFor("Hits 41 rows of ossea_volumes; 2 belong to the selected VMs.");
  expect(s.text()).toContain("It fails: Duplicate entry");
  expect(world.sent).toEqual([]);
  await expect(s.text()).toMatchFileSnapshot(frame("printed", size.columns));
});

test.each(SIZES)("lists the VMs of a run over many, opens one and comes back ($columns wide)", async (size) => {
  const world = makeWorld();
  world.vms = ["alpha", "beta", "gamma", "delta"].map((label) => vmNamed(label));
  const s = await opened(world, size);
  await s.waitFor("4 of 4 VMs need you");
  await s.press("*", "c");
  await s.waitFor("APPROVAL to begin");
  await s.press("pagedown");
  await see(s);
  await s.advance(500);
  await s.press("a");
  await s.waitFor("DECISION");
  await s.advance(500);
  await s.press("1");
  await s.waitFor("APPROVAL: 2 Detach");
  await s.press("pagedown", "pagedown");
  await see(s);
  await s.advance(500);
  await s.press("a");
  await s.waitFor("waiting for the Volume Daemon");
  world.fail("the volume is busy");
  await s.waitFor("1 failed, 1 under way, 2 waiting");
  await s.waitFor("op-2");
  expect(s.text().indexOf("✗ failed")).toBeLessThan(s.text().indexOf("▸ under way"));
  await expect(s.text()).toMatchFileSnapshot(frame("many", size.columns));
  await s.press("down", "enter");
  await s.waitFor("beta: 2 Detach the volumes");
  expect(s.text()).not.toContain("4 VMs: ");
  await expect(s.text()).toMatchFileSnapshot(frame("many-one", size.columns));
  await s.press("escape");
  await s.waitFor("4 VMs: ");
});

test("Enter is a key also where it arrives in one piece with the text before and the key behind it", async () => {
  const s = await opened(makeWorld(), { columns: 80, rows: 24 });
  await s.waitFor("pgtest1");
  await s.press("/");
  s.console.type("pgtestx\u007f1\rj");
  await s.waitFor("The journal is empty");
  expect(s.console.model.board).toMatchObject({ filter: "pgtest1", filtering: false });
});
