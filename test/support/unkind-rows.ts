/** The worlds that are as unkind as the real thing, each with its exit and what must hold afterwards. */
import { undecided, wholeWay, type Told } from "./endings.ts";
import {
  begunAnew,
  keptAsItIs,
  mended,
  mendedAfter431,
  putBackByWord,
  resumed,
  rollbackFinished,
  saidByHand,
  settledByItself,
  waitsForSnapshot,
} from "./unkind.ts";

export interface Row {
  readonly world: string;
  readonly vm: string;
  readonly decide?: readonly string[];
  /** Several where the time that a machine takes decides which of them. */
  readonly exit: number | readonly number[];
  readonly must: string;
  readonly hold: (told: Told) => Promise<void> | void;
}

const WEB = "web-frontend-02";

export const PUT_BACK =
  "the volumes are put back, the snapshots left are kept and tracked, the report says so, and the next run recovers";

/** The word of a failed job is no proof: a revert is in doubt until somebody says that it was not done. */
const revertFails = [1, 2, 3].map((k): Row => ({
  world: `revert-fails:${k}`,
  vm: WEB,
  exit: 3,
  must: `in doubt, and nothing after it; left as failed by a word, ${PUT_BACK}`,
  hold: putBackByWord(k),
}));

export const UNKIND: readonly Row[] = [
  ...revertFails,
  {
    world: "already-detached-431:in-cloudstack",
    vm: "pgtest1",
    exit: 1,
    must: "431 is no proof while the daemon says mapped; a new run mends the record",
    hold: mendedAfter431,
  },
  {
    world: "daemon-killed",
    vm: "pgtest1",
    exit: [1, 3],
    must: "the detach is found done, the operation closed, the record mended",
    hold: mended,
  },
  {
    world: "daemon-killed:before-cloudstack",
    vm: "pgtest1",
    exit: [1, 3],
    must: "the detach is found not done, and a new run does it",
    hold: begunAnew,
  },
  {
    world: "daemon-database-lost",
    vm: "pgtest1",
    exit: [1, 3],
    must: "the detach is found done by CloudStack's own job, the record is mended",
    hold: mended,
  },
  {
    world: "lost-poll",
    vm: "pgtest1",
    exit: 1,
    must: "failed is no proof: it was done; the record is mended",
    hold: mended,
  },
  { world: "all-slow", vm: "pgtest1", exit: 0, must: "slow is not wrong", hold: wholeWay },
  { world: "revert-unknown", vm: "pgtest1", exit: 3, must: "only a word settles a revert", hold: saidByHand },
  { world: "revert-unknown:forgotten", vm: "pgtest1", exit: 3, must: "only a word settles a revert", hold: saidByHand },
  {
    world: "delete-unknown",
    vm: "pgtest1",
    exit: 0,
    must: "gone is deleted, whatever the job says",
    hold: settledByItself,
  },
  {
    world: "attach-unknown",
    vm: "pgtest1",
    exit: 1,
    must: "a refusal inside a job is one; resumed it goes on",
    hold: resumed,
  },
  {
    world: "snapshot-gone",
    vm: WEB,
    exit: 5,
    must: "gone is not reverted: nothing is done while nobody has decided",
    hold: undecided("snapshot-gone"),
  },
  {
    world: "snapshot-gone",
    vm: WEB,
    decide: ["snapshot-gone=keep"],
    exit: 0,
    must: "the volume keeps what the failover wrote, as decided, and the report says so",
    hold: keptAsItIs,
  },
  {
    world: "snapshot-backing-up",
    vm: WEB,
    exit: 4,
    must: "refused before any effect, with what to wait for",
    hold: waitsForSnapshot,
  },
  {
    world: "rollback-failed",
    vm: "pgtest1",
    exit: 0,
    must: "a rollback whose VM is gone is recognised, and what it left is put back",
    hold: rollbackFinished,
  },
  ...["192.168.1.20", "日本語サーバ"].map((vm): Row => ({
    world: vm === "192.168.1.20" ? "odd-name" : "odd-name:cjk",
    vm,
    exit: 0,
    must: "a name that is no host name is a name like any other",
    hold: wholeWay,
  })),
];
