/** How long after the last answer of a look a change is handed over: what happens in between, no look can see. */
import type { Ports } from "../../src/ports/ports.ts";

type Call<A extends readonly unknown[], T> = (...question: A) => Promise<T>;

/** Ports that note, for each change that is handed over, the milliseconds since the last answer to any read. */
export function timed(ports: Ports, gaps: number[]): Ports {
  let last = performance.now();
  const read =
    <A extends readonly unknown[], T>(ask: Call<A, T>): Call<A, T> =>
    async (...question) => {
      const answer = await ask(...question);
      last = performance.now();
      return answer;
    };
  const send =
    <A extends readonly unknown[], T>(hand: Call<A, T>): Call<A, T> =>
    (...change) => {
      gaps.push(performance.now() - last);
      return hand(...change);
    };
  const { sql, volume, cloudstack, process } = ports;
  return {
    ...ports,
    sql: {
      identity: () => sql.identity(),
      read: read((query, columns) => sql.read(query, columns)),
      preview: (change) => sql.preview(change),
      apply: send((change, approved, tag, keep) => sql.apply(change, approved, tag, keep)),
      settle: (change, approved, intent) => sql.settle(change, approved, intent),
      beforeIntent: () => sql.beforeIntent(),
    },
    volume: { ...volume, look: read(volume.look), operations: read(volume.operations), submit: send(volume.submit) },
    cloudstack: { ...cloudstack, list: read(cloudstack.list), submit: send(cloudstack.submit) },
    process: { ...process, holders: read(process.holders), service: read(process.service) },
  };
}

/** `median 1.9 ms, largest 7.4 ms of 212`. */
export function gapText(gaps: readonly number[]): string {
  const sorted = gaps.toSorted((a, b) => a - b);
  const ms = (value: number | undefined): string => `${(value ?? 0).toFixed(1)} ms`;
  return `median ${ms(sorted[Math.floor(sorted.length / 2)])}, largest ${ms(sorted.at(-1))} of ${sorted.length}`;
}
