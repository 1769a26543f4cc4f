import type { Topic } from "./topic.ts";

export const concepts: Topic = {
  name: "concepts",
  says: "the words that Handrail uses: runbook, phase, step, run, journal, …",
  text: [
    "What is written down before anything happens:",
    [
      [
        "runbook",
        "a YAML file that says how something is recovered: its phases, in their order. It decides nothing by itself",
      ],
      ["phase", "a part of a runbook that is approved as a whole: detach the volumes, revert the snapshots"],
      ["step", "one read, one question or one change of a phase; `foreach` makes one of it for each volume"],
      ["probe", "a question with an expected answer that changes nothing, such as: is this volume attached?"],
      ["ladder", "phases that are tried one after the other, the mildest first; each such rung has a time box"],
    ],
    "What it acts on:",
    [
      ["site", "one appliance's database, daemons and CloudStack, as the configuration names them"],
      ["lab", "a small false appliance with a real database, to try everything on; it is a site as well"],
      ["target", "what is recovered, here a VM. Two VMs may have one name, so each has a key of its own, too"],
      ["fact", "a value that was read from the world and named, so that later steps can use it"],
      ["JobLog", "the appliance's own tables of jobs and their steps; a run writes its progress there as well"],
      ["VirtIO", "the drivers that a VM needs on CloudStack; they are put into its disk before it starts there"],
    ],
    "What happens:",
    [
      ["plan", "a runbook with its targets and values: what would happen"],
      ["run", "a plan that is carried out, by one operator at a time"],
      ["preview", "what a change would do to which rows: tried in the database, and rolled back"],
      ["approval", "a person's yes to one page (`handrail help approvals`)"],
      ["grant", "a file with approvals that were given beforehand, within bounds"],
      ["intent", "what is about to be sent; it is on the disk before it is sent"],
      ["outcome", "applied, not applied, or unknown; unknown is in doubt (`handrail help doubt`)"],
      ["criterion", "a probe that has to hold at the end, before anything is called recovered"],
      ["lock", "a run holds its VMs alone, against other runs on this host and on others"],
    ],
    "What is left of it:",
    [
      [
        "journal",
        "a file of every event, in order, each chained to the one before it by a hash; nothing is ever changed in it",
      ],
      ["report", "the same for people: what came of it, exact statements, rows, decisions, evidence"],
      ["receipt", "the first part of the report, also as JSON"],
    ],
  ],
};
