/**
 * Tells another program, by one signed POST each, that a run needs somebody, failed, is in doubt or ended. It never holds
 * a run up: the queue is bounded, a notice is tried a few times, and what could not be delivered is said at the end.
 */
import { countText } from "../engine/words.ts";
import { createHmac } from "node:crypto";
import { endClaim } from "../engine/claims/end.ts";
import type { EventOf, OnEvent, RunEvent } from "../engine/events.ts";
import { foldAccount, type Account } from "../engine/account.ts";
import { receiptOf, type Receipt } from "../engine/receipt.ts";
import type { Reader } from "../engine/record.ts";
import type { RunState } from "../engine/state.ts";
import { wordText } from "../engine/wire-words.ts";

export type NoticeKind = "approval-needed" | "failed" | "in-doubt" | "paused" | "ended";

/** The body of a notice, version 2. Texts are as the journal has them, redacted. */
export interface Notice {
  readonly version: 2;
  readonly notice: NoticeKind;
  /** The event's own id: the same notice sent twice has the same. */
  readonly id: string;
  /** When it happened, ISO 8601 UTC. */
  readonly at: string;
  readonly run_id: string;
  readonly runbook: string;
  readonly site: string;
  readonly lab: string | null;
  readonly targets: readonly string[];
  readonly says: string;
  /** The command to go on with, or null when there is nothing to go on with. */
  readonly next: string | null;
  /** The receipt of the run, where it was paused or has ended; null else. */
  readonly receipt: Receipt | null;
}

/** Delivers one POST, once. Gives back what went wrong, or null. */
export type Post = (body: Notice, headers: Readonly<Record<string, string>>) => Promise<string | null>;

export interface WebhookOptions {
  readonly post: Post;
  readonly secret: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly complain: (text: string) => void;
  /** A command of this program as it can be copied, with the site that the run is of. */
  readonly command: (words: string) => string;
  /** A question counts as unanswered after so long, milliseconds. */
  readonly patience?: number;
  /** Pauses before the second and every further try, milliseconds. */
  readonly pauses?: readonly number[];
  /** How long the end of a session waits for what is still queued, milliseconds. */
  readonly grace?: number;
}

export interface Webhook {
  readonly reader: Reader;
  /** Waits for what is queued, within the grace; says how many notices were not delivered. */
  drain(): Promise<void>;
}

const MOST = 50;

/** The signature of a notice: HMAC-SHA256 over `TIMESTAMP.BODY`, hexadecimal. `timestamp` is seconds since 1970. */
export const signature = (secret: string, timestamp: string, body: string): string =>
  createHmac("sha256", secret).update(`${timestamp}.${body}`).digest("hex");

/** A run as far as it was followed. */
interface Followed {
  readonly first: RunEvent;
  readonly account: Account;
}

const labelsOf = (state: RunState, event: RunEvent): string[] =>
  state.targets.filter(({ key }) => event.target_key === null || event.target_key === key).map(({ label }) => label);

interface Wording {
  readonly kind: NoticeKind;
  readonly says: string;
}

function pauseWording({ reason, says }: EventOf<"run.paused">["body"]): Wording {
  if (reason === "approval-needed" || reason === "decision-needed") return { kind: "approval-needed", says };
  return {
    kind: reason === "in-doubt" || reason === "failed" ? reason : "paused",
    says: `${wordText(reason)}: ${says}`,
  };
}

function endWording(state: RunState, { body }: EventOf<"run.closed">): Wording {
  const ends = state.targets.map((target) => `${target.label}: ${endClaim(state, target).message}`);
  return { kind: body.exit === 0 ? "ended" : "failed", says: ends.join("; ") };
}

function markWording(state: RunState, event: EventOf<"step.marked">): Wording | null {
  const { mark, says } = event.body;
  if (mark !== "failed" && mark !== "in-doubt") return null;
  return { kind: mark, says: `${event.step_id ?? ""} for ${labelsOf(state, event).join(", ")}: ${says}` };
}

const silent = (): null => null;

/** What somebody elsewhere is told of each event; null: nothing. */
const WORDINGS: OnEvent<[state: RunState], Wording | null> = {
  "run.paused": (_state, { body }) => pauseWording(body),
  "run.closed": endWording,
  "step.marked": markWording,
  "run.created": silent,
  "run.resumed": silent,
  "phase.expanded": silent,
  "phase.ended": silent,
  "step.read": silent,
  "step.previewed": silent,
  "approval.requested": silent,
  "approval.given": silent,
  "approval.rejected": silent,
  "approval.expired": silent,
  "rung.entered": silent,
  "rung.observed": silent,
  "rung.ended": silent,
  "decision.requested": silent,
  "decision.made": silent,
  "step.intent": silent,
  "step.undo-prepared": silent,
  "step.accepted": silent,
  "step.outcome": silent,
  "step.reconciled": silent,
  "step.verified": silent,
  "criterion.observed": silent,
  "hold.observed": silent,
  "hold.looked": silent,
  "step.lapsed": silent,
  "evidence.collected": silent,
  "operator.resolved": silent,
  "operator.note": silent,
  "operator.approved": silent,
  "joblog.written": silent,
  "clock.jumped": silent,
};

/** The row of a type takes events of that type: the compiler cannot follow that through the table. */
const wording = (state: RunState, event: RunEvent): Wording | null =>
  (WORDINGS[event.type] as (state: RunState, event: RunEvent) => Wording | null)(state, event);

function noticeOf(run: Followed, event: RunEvent, { kind, says }: Wording, command: WebhookOptions["command"]): Notice {
  const { state } = run.account;
  const { created: plan, run_id } = state;
  const over = event.type === "run.closed" || event.type === "run.paused";
  return {
    version: 2,
    notice: kind,
    id: event.event_id,
    at: event.wall_time,
    run_id,
    runbook: plan.runbook.id,
    site: plan.site.name,
    lab: plan.site.lab,
    targets: labelsOf(state, event),
    says,
    next: state.closed === null ? command(`resume ${run_id}`) : null,
    receipt: over ? receiptOf(run.account, run.first) : null,
  };
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));

/** Sends one after the other; a queue that is full loses its newest, which are counted. */
class Sender {
  readonly #options: WebhookOptions;
  readonly #queue: Notice[] = [];
  #lost = 0;
  #why = "";
  #working: Promise<void> | null = null;
  #stopped = false;

  constructor(options: WebhookOptions) {
    this.#options = options;
  }

  add(notice: Notice): void {
    if (this.#queue.length >= MOST) {
      this.#lost += 1;
      this.#why ||= "too many were waiting";
      return;
    }
    this.#queue.push(notice);
    this.#working ??= this.#work();
  }

  async #work(): Promise<void> {
    for (let notice = this.#queue[0]; notice !== undefined && !this.#stopped; notice = this.#queue[0]) {
      const trouble = await this.#deliver(notice);
      if (this.#stopped) break; // counted with the queue
      this.#queue.shift();
      if (trouble === null) continue;
      this.#lost += 1;
      this.#why = trouble;
    }
    this.#working = null;
  }

  async #deliver(notice: Notice): Promise<string | null> {
    const { post, secret, now, pauses = [500, 2_000] } = this.#options;
    for (let attempt = 0; ; attempt += 1) {
      const timestamp = String(Math.floor(now() / 1000));
      const headers = {
        "x-handrail-timestamp": timestamp,
        "x-handrail-signature": `sha256=${signature(secret, timestamp, JSON.stringify(notice))}`,
      };
      const trouble = await post(notice, headers);
      const pause = pauses[attempt];
      if (trouble === null || pause === undefined || this.#stopped) return trouble;
      await sleep(pause);
    }
  }

  async drain(): Promise<void> {
    const { grace = 5_000, complain } = this.#options;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, grace);
    });
    await Promise.race([this.#working ?? Promise.resolve(), late]);
    clearTimeout(timer);
    this.#stopped = true;
    const missing = this.#lost + this.#queue.length;
    if (missing === 0) return;
    const reason = this.#why === "" ? "the receiver is slow" : this.#why;
    complain(
      `${countText(missing, "notice was", "notices were")} not delivered (${reason}); the run itself is not affected`,
    );
  }
}

const follow = (latest: Followed | null, event: RunEvent): Followed => ({
  first: latest?.first ?? event,
  account: foldAccount(latest?.account ?? null, event),
});

/** What an event asks a person; null where it asks nothing. */
function questionIn(event: RunEvent): string | null {
  if (event.type === "decision.requested") return event.body.question;
  return event.type === "approval.requested" ? "a page waits to be approved" : null;
}

/** Makes the reader that sends notices. */
export function webhook(options: WebhookOptions): Webhook {
  const { patience = 60_000 } = options;
  const sender = new Sender(options);
  const sentKeys = new Set<string>();
  let latest: Followed | null = null;
  let asking: NodeJS.Timeout | undefined;
  const tell = (from: Followed, event: RunEvent, kind: NoticeKind, says: string): void => {
    // A phase in which everything fails is one piece of news for each target and kind.
    const key = `${event.type} ${event.target_key ?? ""} ${kind}`;
    if (event.type === "step.marked" && sentKeys.has(key)) return;
    sentKeys.add(key);
    sender.add(noticeOf(from, event, { kind, says }, options.command));
  };
  return {
    reader: (event, past = false) => {
      clearTimeout(asking);
      const current = follow(latest, event);
      latest = current;
      if (past) return;
      const word = wording(current.account.state, event);
      if (word !== null) return tell(current, event, word.kind, word.says);
      const says = questionIn(event);
      if (says === null) return;
      asking = setTimeout(() => tell(current, event, "approval-needed", `asked at the console: ${says}`), patience);
      asking.unref();
    },
    drain: async () => {
      clearTimeout(asking);
      await sender.drain();
    },
  };
}
