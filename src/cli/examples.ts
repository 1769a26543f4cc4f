/** Two command lines or more for each command, as they can be typed, with what each does. Help, manual page and docs show them. */

export interface Example {
  /** What is typed behind the program's name, for a POSIX shell. */
  readonly words: string;
  /** What that does, as the predicate of a sentence without its full stop. */
  readonly does: string;
}

/** What a command shows of itself. */
export type Examples = readonly [Example, Example, ...Example[]];

const example = (words: string, does: string): Example => ({ words, does });

const CLEANUP = "failed-execution-cleanup";

/** By the name of the command. */
export const EXAMPLES = {
  console: [
    example("console --lab", "opens the board of the lab"),
    example("console --site appliance --read-only", "looks at a real site, without a key that could change anything"),
  ],
  run: [
    example(`run ${CLEANUP} --vm pgtest2 --lab --plain`, "recovers one VM, and asks for each page line by line"),
    example(
      `run ${CLEANUP} --vm pgtest2 --vm web-frontend-02 --grant cleanup.grant --json`,
      "recovers two VMs without anybody there, as far as the grant goes",
    ),
  ],
  plan: [
    example(`plan ${CLEANUP} --vm pgtest2 --lab`, "shows each statement's rows and each request, and changes nothing"),
    example(`plan ${CLEANUP} --all-stuck --phases detach,snapshots`, "the same for two phases, of every stuck VM"),
  ],
  rehearse: [
    example(`rehearse ${CLEANUP} --vm pgtest2 --lab`, "carries it out on a copy of the site that is thrown away"),
    example(
      `rehearse ${CLEANUP} --vm pgtest2 --fault 'cloudstack-fail-job command=revertSnapshot'`,
      "the same, and one job of CloudStack fails in it",
    ),
    example("rehearse --journal last --lab", "drives the last run once more, from its journal"),
  ],
  resume: [
    example("resume last", "takes the last run up, and looks first at what is in doubt"),
    example("resume last --grant cleanup.grant --plain", "the same with an approval that was written beforehand"),
  ],
  close: [
    example('close last --note "mended by hand in CloudStack, see INC-4711"', "ends it, and keeps your reason"),
    example(
      'close 20261112-0301 --note "superseded by the run of the night shift"',
      "ends the run whose id begins so, on the site of the configuration",
    ),
  ],
  resolve: [
    example(
      'resolve last detach --as applied --note "the volume list of CloudStack shows it free"',
      "says that the step was carried out, and how you know",
    ),
    example(
      'resolve last revert --as not-applied --leave-failed --note "no revert job in CloudStack since 02:10"',
      "says that it was not, and leaves it so",
    ),
  ],
  approve: [
    example("approve last start", "shows the first page that the last run waits for, and asks"),
    example("approve last snapshots --json", "prints the page of a phase, and approves nothing"),
  ],
  note: [
    example('note last "asked the storage team, they answer at 9"', "writes it beside the last run"),
    example('note last "console of pgtest1 shows a login" --lab', "the same in the lab's journal"),
  ],
  grant: [
    example(
      `grant ${CLEANUP} --vm pgtest2 --expires 1h -o cleanup.grant`,
      "approves one recovery, for an hour, by a file that only you can read",
    ),
    example(
      `grant ${CLEANUP} --standing --rate 10/h --expires 30d -o cleanup.standing`,
      "approves what callers of the endpoint may have done",
    ),
  ],
  explain: [
    example(`explain ${CLEANUP}`, "says what it would do, phase by phase"),
    example("explain mine --file mine.yaml --json", "the same of a runbook of yours, as data"),
  ],
  setup: [
    example("setup", "asks for the connections of the first site, and writes the configuration"),
    example("setup --site staging --config staging.yaml", "the same for a site of that name, in a file of its own"),
  ],
  config: [
    example("config", "shows each value of the only site, or of the default one"),
    example("config --lab --json", "shows those of the lab, as data"),
  ],
  doctor: [
    example("doctor", "looks at the only site, or at the default one"),
    example("doctor --lab --json", "looks at the lab, and prints the findings as data"),
  ],
  runbooks: [
    example("runbooks", "lists those that came with Handrail and those of the configuration"),
    example("runbooks --file mine.yaml", "lists those of a file of yours"),
  ],
  diff: [
    example("diff old.yaml new.yaml", "says what somebody has to look at before the new file is used"),
    example("diff old.yaml#restart new.yaml#restart --json", "the same of one runbook, as data"),
  ],
  lint: [
    example("lint", "checks the runbooks that came with Handrail"),
    example("lint mine.yaml", "checks a file of yours; exit 65 where something is wrong"),
    example("lint ~/.config/handrail/runbooks", "checks every file of a folder"),
  ],
  replay: [
    example("replay last --plain", "shows the last run again, as lines"),
    example("replay last --json --lab", "prints its events, one a line"),
  ],
  report: [
    example("report last -o incident.md", "writes the report of the last run into a file"),
    example("report last --json", "prints its receipt: what came of it, and how that was seen"),
  ],
  undo: [
    example("undo last", "takes back what the last run changed in the database, after asking"),
    example("undo last close-jobs --lab", "takes back one step of it"),
  ],
  sql: [
    example(
      `sql "SELECT vm_name, current_status FROM vm_replication_contexts" --lab`,
      "answers at once, since this only looks",
    ),
    example(
      `sql "UPDATE failover_jobs SET status = 'failed' WHERE id = 7" --vm pgtest2 --touches failover_jobs=1`,
      "shows the row before and after, asks, changes it, and can take it back",
    ),
    example("sql --check statements.jsonl", "says what each statement of a file is taken for; no server is asked"),
  ],
  journal: [
    example("journal list", "lists the runs, the newest first, and above them what is in doubt"),
    example("journal verify", "proves that nothing was edited, and prints the head to write down"),
    example("journal backup journal-copy.db", "copies it whole, also while a run goes on, and verifies the copy"),
  ],
  serve: [
    example("serve --site appliance", "answers the calls of other programs, on loopback"),
    example("serve --lab --config serve.yaml --port 0", "the same for the lab, on any free port"),
  ],
  lab: [
    example("lab up", "starts the lab, with five stuck VMs in it"),
    example("lab world mixed-volumes", "loads another broken state into it"),
    example("lab down --rm", "ends it, and removes its folder"),
  ],
  demo: [
    example("demo", "plays on the screen, and without a terminal by itself"),
    example("demo --recorded", "shows a recorded run, without a lab"),
  ],
  help: [
    example("help doubt", "says what it means that a step is in doubt"),
    example("help run", "is the same as `run --help`"),
  ],
} as const satisfies Readonly<Record<string, Examples>>;
