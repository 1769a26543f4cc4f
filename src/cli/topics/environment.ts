import { OWN_VARIABLES, VARIABLES, type Variable } from "../variables.ts";
import type { Topic } from "./topic.ts";

const term = ({ names, says }: Variable): readonly [string, string] => [names.join(", "), says];

export const environment: Topic = {
  name: "environment",
  says: "every environment variable that is read",
  text: [
    "An option beats the environment, and the environment beats the configuration. What is set to nothing counts as not set. A secret of the configuration may come from any variable: `{ env: NAME }`.",
    VARIABLES.map(term),
    "Set by Handrail or npm for their own parts; leave these alone:",
    OWN_VARIABLES.map(term),
    "NODE_OPTIONS and DEV are taken away before Node.js starts: whoever may set them could load code into a program that holds credentials.",
  ],
};
