/** A page is kept in the journal as far as an event can hold it; what cannot be kept is asked about all the same. */
import { expect, it } from "vitest";
import { forRecord } from "../../src/engine/document-record.ts";
import { aDocument, aStep } from "../support/document.ts";

const ofSteps = (count: number) =>
  aDocument({
    targets: [
      {
        key: "k",
        label: "l",
        shown: [],
        steps: Array.from({ length: count }, () => aStep({ message: "x".repeat(600), preview: { matched: 1 } })),
      },
    ],
  });

it("is kept without the previews, which the events of its steps have", () => {
  const steps = forRecord(ofSteps(3_000))?.targets[0]?.steps;
  expect(steps).toHaveLength(3_000);
  expect(steps?.every(({ preview }) => preview === null)).toBe(true);
});

it("is not kept where it is larger than an event may be", () => {
  expect(forRecord(ofSteps(20_000))).toBeUndefined();
});
