import type { Topic } from "./topic.ts";

export const doubt: Topic = {
  name: "doubt",
  says: "what it means that a step is in doubt, and what to do then (exit 3)",
  text: [
    "A change that was sent has one of three outcomes: applied, not applied, or unknown. Unknown is what is left when the answer was lost, the other side failed after it had begun, or Handrail was killed in the middle. Such a step is in doubt: nobody knows whether it happened. It is never tried again in the hope that it did not.",
    "While something is in doubt it stands first everywhere: on the board, in `handrail journal list`, in reports. No other run is begun for that VM before it is known what became of it. Other VMs are not held up.",
    "What to do:",
    [
      [
        "handrail resume RUN",
        "looks: it asks database, daemon or CloudStack whether the change is there, and goes on when one of them proves it either way. Do this first: the look itself changes nothing",
      ],
      [
        "look yourself",
        "if no look can tell, the question says what was asked and what was answered. See in CloudStack, in the database, on the host",
      ],
      [
        "handrail resolve RUN STEP",
        "with `--as applied` or `--as not-applied`, and `--note` with how you know. It is kept as your word, not as a fact, and the report says so",
      ],
    ],
    "A process that ends with 3 has left such a step. 69 means that nothing is in doubt, but something cannot be reached: `resume` when it answers again. 4 and 5 leave nothing in doubt.",
  ],
};
