import type { Topic } from "./topic.ts";

export const approvals: Topic = {
  name: "approvals",
  says: "what is asked before a change, how it is answered, and how without a terminal",
  text: [
    "Nothing is changed that nobody approved. A page shows what a phase will do to all chosen VMs: each statement and request with its real values, the rows it would hit before and after, whom it asks, how it could be taken back, what is lost for good, and what happens next. What is approved is what is executed, or it is asked about again.",
    [
      ["change", "press a. Keys of the first 0.4 seconds, pasted text and Enter count for nothing"],
      [
        "destroy",
        "type the word that stands there (the VM's name), then a (Enter, where there are lines): whatever deletes, reverts, ends a process, or cannot be previewed",
      ],
      [
        "no",
        "Esc. Before anything was sent the run ends (exit 4); later it pauses, and can be taken up again with `handrail resume`, or ended with `handrail close`",
      ],
    ],
    "A page that is longer than the window can be approved once its end was seen. An approval has to be used within five minutes. A step that can be previewed only after an earlier one is marked [*]: its contract is approved, and if its rows do not fit that, it is asked about again. What made the run admissible is looked at before every effect; if it is no longer so, approvals are void.",
    "Without a terminal nobody can be asked. There are three ways:",
    [
      [
        "handrail grant",
        "writes a file beforehand. It binds the runbook as it is now, the VMs, each step's contract, shell texts and an expiry. `run --grant FILE` goes on as far as it covers, and ends with exit 5 where it does not",
      ],
      [
        "handrail approve RUN STEP",
        "shows the page that a paused run waits for, at a terminal, and keeps the answer with the page's digest. The next `handrail resume RUN` uses it if the page is still the same",
      ],
      [
        "--decide [NAME:]STEP=CHOICE",
        "answers a question of the runbook beforehand, for all or for one by its name or key; it approves no change",
      ],
    ],
    "There is no option that says yes to everything, and a runbook can neither approve itself nor lower its own risk.",
  ],
};
