/** A page is kept in the journal as far as an event can hold it; what cannot be kept is asked about all the same. */
import { expect, it } from "vitest";
import { documentIn, forRecord } from "../../src/engine/document-record.ts";
import { aDocument, aStep } from "../support/document.ts";
import { entered } from "./moments.ts";

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

it("is read with the previews that its steps had then, and is none where none was kept", () => {
  const step = { step: "detach", phase: "detach", preview: null };
  const steps = [aStep({ ...step, item_key: "vol-1" }), aStep({ ...step, item_key: "vol-2" })];
  const document = aDocument({ targets: [{ key: "ctx-a", label: "vm-a", shown: [], steps }] });
  const history = entered();
  history.add("step.previewed", history.place("vol-1"), { preview: { matched: 3 } });
  const asked = { approval: "detach#1", page_digest: "d", risk: "change", typed: null, covers: [] } as const;
  const read = documentIn(history.state, { ...asked, document });
  expect(read?.targets[0]?.steps.map(({ preview }) => preview)).toEqual([{ matched: 3 }, null]);
  expect(documentIn(history.state, asked)).toBeNull();
});
