import { BaseSequencer, type TestSpecification } from "vitest/node";

/** The files that take longest, longest first. Begun last, one of them would run alone at the end, beside an idle core. */
const LONG = (
  "random worlds virtio prefixes crash ui/console claims holds-cli ladder-resume holds " +
  "mutations scenarios batch docs/blocks serve/endpoint refusals-followed cli/sql-faults connections/scenes"
)
  .split(" ")
  .map((name) => `/test/${name}.lab.test.ts`);

function rank(file: TestSpecification): number {
  const place = LONG.findIndex((end) => file.moduleId.endsWith(end));
  return place === -1 ? LONG.length : place;
}

/** The order in which test files are begun: the long ones first, the rest as vitest has it. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).toSorted((left, right) => rank(left) - rank(right));
  }
}
