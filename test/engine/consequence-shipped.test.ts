/** Every choice of the shipped runbooks says what changes it leads to, those behind a question that comes later among them. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { followsOf } from "../../src/engine/consequence.ts";
import type { Choice, PhaseSpec, Runbook } from "../../src/phases/spec.ts";
import { loadRunbooks } from "../../src/runbooks/load.ts";
import { good } from "../support/result.ts";
import { History } from "./history.ts";

const { runbooks } = good(loadRunbooks(readFileSync("runbooks.yaml", "utf8"), "runbooks.yaml"));

interface Asked {
  readonly runbook: Runbook;
  readonly phase: PhaseSpec;
  readonly gate: string;
  readonly choices: readonly Choice[];
}

const questions: Asked[] = runbooks.flatMap(({ runbook }) =>
  runbook.phases.flatMap((phase): Asked[] => [
    ...phase.steps.flatMap((step) =>
      step.does === "gate" ? [{ runbook, phase, gate: step.id, choices: step.choices }] : [],
    ),
    ...[phase.rescue, phase.rung?.climb].flatMap((asked) =>
      asked === undefined ? [] : [{ runbook, phase, gate: phase.id, choices: asked.choices }],
    ),
  ]),
);

/** What was decided before: how a failover ends is what leads to the phases behind that decision. */
const followsAt = ({ runbook, phase, gate, choices }: Asked) => {
  const { state } = new History({ over: { runbook } });
  const ending = phase.within === undefined ? "complete" : "abandon";
  const decisions = gate === "ending" || gate === "way" ? {} : { ending };
  const targets = state.targets.map((target) => ({ ...target, decisions }));
  return followsOf(state, { phase: phase.id, gate }, targets, choices);
};

it.each(questions.map((asked) => [`${asked.runbook.id}, ${asked.phase.id}: ${asked.gate}`, asked] as const))(
  "%s",
  (_name, asked) => {
    const follows = followsAt(asked);
    const wanted = (course: Choice["then"]): RegExp =>
      course === "go-on" ? /leads? to .*\d+ kinds? of change, /u : /nothing/u;
    for (const { id, then: course } of asked.choices) {
      expect(follows[id]?.text).toMatch(wanted(course));
      expect(follows[id]?.brief).toMatch(wanted(course));
    }
  },
);

it("says of the end by hand and of the abandonment alike what cannot be undone", () => {
  const ending = questions.find(({ gate }) => gate === "ending");
  if (ending === undefined) throw new Error("no such gate");
  const follows = followsAt(ending);
  expect(follows["complete"]?.brief).toBe("leads to 12 kinds of change, 1 of which CANNOT be undone");
  expect(follows["abandon"]?.text).toMatch(
    /^leads to 2 Detach the attached volumes, 3 Revert and delete .* CANNOT be/u,
  );
  expect(follows["abandon"]?.brief).toMatch(/^leads to \d+ kinds of change, \d of which CANNOT be undone/u);
});

it("says of a choice that only asks further what that may come to", () => {
  const way = questions.find(({ gate }) => gate === "way");
  if (way === undefined) throw new Error("no such gate");
  const { emergency, plan } = followsAt(way);
  expect(emergency?.text).toMatch(
    /^changes nothing by itself; what is asked after it may lead to \d+ kinds of change, \d of which CANNOT be undone$/u,
  );
  expect(plan?.text).toMatch(/^leads to 1 Nudge.*; what is asked after it may lead to \d+ kinds of change, \d of/u);
});
