/** Loaded before Handrail in a test: on SIGUSR2 something breaks inside it, in the way that HANDRAIL_TEST_FAULT names. */
const oops = () => new Error("made by a test");

const FAULTS = {
  handler: () =>
    process.stdin.once("data", () => {
      throw oops();
    }),
  async: () =>
    setTimeout(() => {
      throw oops();
    }, 1),
  rejection: () => void Promise.reject(oops()),
  // Every page has a line across it, which nothing but its drawing makes.
  render: () => {
    // oxlint-disable-next-line no-extend-native -- it is broken on purpose
    String.prototype.repeat = () => {
      throw oops();
    };
  },
  clock: () => {
    const Real = Date;
    const by = Number(process.env.HANDRAIL_TEST_CLOCK_S) * 1000;
    globalThis.Date = class extends Real {
      constructor(...args) {
        super(...(args.length === 0 ? [Real.now() + by] : args));
      }
      static now() {
        return Real.now() + by;
      }
    };
  },
  abort: () => process.abort(),
  memory: () => {
    const kept = [];
    for (;;) kept.push(Array.from({ length: 100_000 }, () => ({})));
  },
};

process.on("SIGUSR2", () => FAULTS[process.env.HANDRAIL_TEST_FAULT]());
