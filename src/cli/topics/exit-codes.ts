import { EXIT_TEXT } from "../../engine/exit.ts";
import type { Topic } from "./topic.ts";

export const exitCodes: Topic = {
  name: "exit codes",
  says: "what each exit code means, for scripts",
  text: [
    "Every command ends with one of these. A run's own is in its receipt as well (`handrail report RUN --json`).",
    EXIT_TEXT.map(([code, text]) => [String(code), text] as const),
    "What to do about it: 3, `handrail help doubt`. 5, `handrail help approvals`. 69, `handrail doctor`, then `handrail resume RUN`. 75, the message says who holds the lock. 70, please report it, with what HANDRAIL_DEBUG=1 shows.",
  ],
};
