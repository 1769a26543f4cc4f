/** The command line as a table. Dispatch, `--help` and the docs are made from it. */
import { batchOptions } from "./batch-options.ts";
import type { CommandSpec, OptionSpec } from "./command.ts";

const site: Record<string, OptionSpec> = {
  lab: { says: "use the lab (HANDRAIL_LAB=NAME for another than `default`); not together with --site" },
  site: { takes: "NAME", says: "the site of the configuration to work on" },
  config: { takes: "FILE", says: "read this configuration instead of the user's and the system's" },
};
const file: Record<string, OptionSpec> = {
  file: { takes: "FILE", says: "read the runbooks from FILE instead of the shipped ones" },
};
const json: Record<string, OptionSpec> = { json: { says: "one JSON document, or one event a line" } };
const vm: Record<string, OptionSpec> = {
  vm: { takes: "NAME", multiple: true, says: "a VM by its name or key; may be given several times" },
  "all-stuck": { says: "every VM that the runbook calls stuck" },
};
const phases: Record<string, OptionSpec> = {
  phases: { takes: "A,B", says: "only these phases act; those that only look always run" },
  from: { takes: "PHASE", says: "this phase and those after it" },
  until: { takes: "PHASE", says: "up to this phase, itself included" },
};
const decide: OptionSpec = { takes: "STEP=CHOICE", multiple: true, says: "answer a gate or a rescue beforehand" };
const deciding: Record<string, OptionSpec> = {
  grant: { takes: "FILE", says: "approve what this grant covers" },
  decide,
  plain: { says: "lines of plain text instead of the screen; the default without a terminal" },
};

const screen: Record<string, OptionSpec> = {
  color: { takes: "WHEN", says: "always, never or auto (the default: as NO_COLOR and its like say)" },
  ascii: { says: "draw with plain characters only" },
  "no-animation": { says: "redraw only when something has changed, not to count seconds" },
  "screen-reader": { says: "no screen: everything as sentences, one after the other" },
};

export const COMMANDS: readonly CommandSpec[] = [
  {
    name: "console",
    usage: "[console] [--lab | --site NAME] [--read-only]",
    says: "the board of VMs on the whole screen; this is what handrail alone opens in a terminal",
    options: { "read-only": { says: "look, never touch" }, ...screen, ...site, ...file },
    rest: { least: 0, most: 0 },
    load: () => import("./console.ts"),
  },
  {
    name: "run",
    usage:
      "run RUNBOOK (--vm NAME… | --all-stuck | --retry RUN) [--phases A,B | --from A --until B] [--plain | --json] [--grant FILE] [--decide STEP=CHOICE…]",
    says: "carry a runbook out, asking before every change",
    options: {
      ...vm,
      ...batchOptions,
      ...phases,
      "dry-run": { says: "the same as `handrail plan`" },
      ...deciding,
      ...screen,
      ...json,
      ...site,
      ...file,
    },
    rest: { least: 1, most: 1 },
    load: () => import("./run.ts"),
  },
  {
    name: "plan",
    usage: "plan RUNBOOK (--vm NAME… | --all-stuck) [--phases A,B] [--json]",
    says: "what a run would do now: reads and previews, and carries nothing out; exit 5 when changes are pending",
    options: { ...vm, ...phases, decide, ...json, ...site, ...file },
    rest: { least: 1, most: 1 },
    load: () => import("./plan.ts"),
  },
  {
    name: "rehearse",
    usage: "rehearse RUNBOOK (--vm NAME… | --all-stuck) [--fault FAULT…] | rehearse --journal RUN [--file FILE]",
    says: "the whole runbook on a throw-away lab that is given the real site's state; or a recorded run once more, from its journal",
    options: {
      ...vm,
      ...phases,
      fault: {
        takes: "FAULT",
        multiple: true,
        says: "what goes wrong in it, as after `lab fault`: 'cloudstack-fail-job command=revertSnapshot'",
      },
      decide,
      journal: { takes: "RUN", says: "the recorded run that answers every question" },
      ...json,
      ...site,
      ...file,
    },
    rest: { least: 0, most: 1 },
    load: () => import("./rehearse.ts"),
  },
  {
    name: "resume",
    usage: "resume RUN [--grant FILE] [--decide STEP=CHOICE…]",
    says: "take a paused or killed run up again; what is in doubt is looked at first",
    options: { ...deciding, ...screen, ...json, ...site },
    rest: { least: 1, most: 1 },
    load: () => import("./resume.ts"),
  },
  {
    name: "resolve",
    usage: "resolve RUN STEP --as applied|not-applied --note TEXT [--leave-failed] [--vm NAME] [--item KEY]",
    says: "say what became of a step in doubt, after looking for yourself; kept as your word, not as a fact",
    options: {
      as: { takes: "OUTCOME", says: "applied, or not-applied" },
      note: { takes: "TEXT", says: "how you know; at least 15 characters" },
      "leave-failed": { says: "with not-applied: the step counts as failed, and is not asked about again" },
      vm: { takes: "NAME", says: "whose step, when several VMs have it in doubt" },
      item: { takes: "KEY", says: "which instance of a repeated step" },
      ...site,
    },
    rest: { least: 2, most: 2 },
    load: () => import("./resolve.ts"),
  },
  {
    name: "approve",
    usage: "approve RUN STEP [--json]",
    says: "show the page that a paused run waits for, and approve it for the next resume; nothing is executed",
    options: { json: { says: "print the page as one JSON document, and approve nothing" }, ...site },
    rest: { least: 2, most: 2 },
    load: () => import("./approve.ts"),
  },
  {
    name: "note",
    usage: "note RUN TEXT",
    says: "write a note into the journal of a run, whoever drives it",
    options: { ...site },
    rest: { least: 2, most: 2 },
    load: () => import("./note.ts"),
  },
  {
    name: "grant",
    usage: "grant RUNBOOK (--vm NAME… | --all-stuck | --standing [--rate 10/h]) [--phases A,B] [--expires 1h] -o FILE",
    says: "show what a run may do and write an approval for it beforehand",
    options: {
      ...vm,
      ...phases,
      expires: { takes: "TIME", says: "how long it is good: 30m, 1h (the default), 2d" },
      standing: { says: "for `serve`: any VM that a caller names, test failovers only" },
      rate: { takes: "RATE", says: "with --standing, at most so many runs: 10/h (the default), 2/m, 50/d" },
      o: { takes: "FILE", says: "where to write the grant (mode 0600)" },
      ...site,
      ...file,
    },
    rest: { least: 1, most: 1 },
    load: () => import("./grant.ts"),
  },
  {
    name: "explain",
    usage: "explain RUNBOOK [--json]",
    says: "say in plain sentences what a runbook would do, without asking the world",
    options: { ...json, ...file },
    rest: { least: 1, most: 1 },
    load: () => import("./explain.ts"),
  },
  {
    name: "setup",
    usage: "setup [--site NAME] [--config FILE]",
    says: "ask for the connections of a site, try each, and write the configuration and its secrets",
    options: {
      site: { takes: "NAME", says: "the name of the site, asked for else" },
      config: { takes: "FILE", says: "write this configuration instead of the user's own" },
    },
    rest: { least: 0, most: 0 },
    load: () => import("./setup.ts"),
  },
  {
    name: "config",
    usage: "config [--lab | --site NAME] [--json]",
    says: "each value that is in force, and where it came from; secrets are not shown",
    options: { ...json, ...site },
    rest: { least: 0, most: 0 },
    load: () => import("./origins.ts"),
  },
  {
    name: "doctor",
    usage: "doctor [--site NAME] [--json]",
    says: "look at configuration, journal, database, rights, daemons and clocks: what works, what does not, how to mend it",
    options: { ...json, ...site, ...file },
    rest: { least: 0, most: 0 },
    load: () => import("./doctor.ts"),
  },
  {
    name: "lint",
    usage: "lint [FILE]",
    says: "check a runbook file; every problem with its place",
    options: { ...json },
    rest: { least: 0, most: 1 },
    load: () => import("./lint.ts"),
  },
  {
    name: "replay",
    usage: "replay RUN [--plain | --json]",
    says: "show a past run again from the journal; nothing is executed",
    options: { plain: { says: "lines of plain text instead of the screen" }, ...screen, ...json, ...site },
    rest: { least: 1, most: 1 },
    load: () => import("./replay.ts"),
  },
  {
    name: "report",
    usage: "report RUN [-o FILE] [--json]",
    says: "write the post-incident report of a run (Markdown); with --json its receipt alone",
    options: { o: { takes: "FILE", says: "write to FILE (mode 0600; never over an existing one)" }, ...json, ...site },
    rest: { least: 1, most: 1 },
    load: () => import("./report.ts"),
  },
  {
    name: "undo",
    usage: "undo RUN [STEP]",
    says: "take back what a run changed in the database; rows that were changed since stay as they are",
    options: { plain: { says: "plain text; the default while there is no console" }, ...json, ...site },
    rest: { least: 1, most: 2 },
    load: () => import("./undo.ts"),
  },
  {
    name: "sql",
    usage: "sql STATEMENT [--vm NAME… --touches TABLE=N] | sql --check FILE",
    says: "run one SQL statement with preview, approval, journal and undo; or only classify statements",
    options: {
      vm: { takes: "NAME", multiple: true, says: "the rows must belong to this VM; may be given several times" },
      touches: { takes: "TABLE=N", multiple: true, says: "the statement must touch exactly N rows of TABLE" },
      check: {
        takes: "FILE",
        says: 'read lines of {"sql": …} from FILE (- for stdin), say what each is taken for and why; no server',
      },
      plain: { says: "plain text; the default while there is no console" },
      ...json,
      ...site,
      ...file,
    },
    rest: { least: 0, most: 1 },
    load: () => import("./sql.ts"),
  },
  {
    name: "journal",
    usage: "journal list | show RUN | verify [--anchor SEQ:HASH]",
    says: "look at the journal, or prove that it was not changed",
    options: {
      anchor: { takes: "SEQ:HASH", says: "a head that was printed before: it must still be in the chain" },
      ...json,
      ...site,
    },
    rest: { least: 1, most: 2 },
    load: () => import("./journal.ts"),
  },
  {
    name: "serve",
    usage: "serve [--port N] [--site NAME | --lab]",
    says: "the endpoint that other programs call (docs/endpoint.md); ends by a signal, its runs pause",
    options: {
      port: { takes: "N", says: "listen on this port instead of the configured one (0: any free one)" },
      ...site,
      ...file,
    },
    rest: { least: 0, most: 0 },
    load: () => import("./serve.ts"),
  },
  {
    name: "lab",
    usage: "lab up [--server mysql] | down | reset | world NAME | status | ledger | fault NAME [--name LAB]",
    says: "a small false appliance with a real MariaDB, or MySQL, to try everything on",
    options: {},
    rest: { least: 0, most: 99 },
    raw: true,
    load: () => import("./lab.ts"),
  },
  {
    name: "demo",
    usage: "demo",
    says: "bring a lab up with five stuck VMs: on the screen in a terminal, played through without one",
    options: {
      keep: { says: "leave the lab running afterwards, also when this is killed" },
      plain: { says: "ask line by line instead of on the screen" },
      recorded: { says: "show a recorded run instead, without a lab" },
    },
    rest: { least: 0, most: 0 },
    load: () => import("./demo.ts"),
  },
];
