/** What is said below a run of several targets that is over: a person's words, not those of the wire. */
import { expect, test } from "vitest";
import { recordSaid } from "../../src/ui/run/now.ts";
import { History } from "../engine/history.ts";

test("targets that ended otherwise each have their end in a person's words", () => {
  const history = new History({ keys: ["ctx-a", "ctx-b"] })
    .begun()
    .done("vol-1")
    .done("vol-2")
    .looked(true, "not counted")
    .add(
      "criterion.observed",
      { target: "ctx-b" },
      {
        criterion: "volumes-off",
        holds: false,
        says: "a volume is still attached",
        evidence: [],
      },
    )
    .closed(1);
  expect(recordSaid(history.state)).toEqual({
    text: "vm-a recovered but unproven, vm-b criteria not met; 2 changes made and seen",
    tone: "danger",
  });
});
