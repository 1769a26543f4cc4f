/** How a target stands: as the site reads it, unless a run of Handrail that is open says more. */
import type { Doubt } from "../../engine/doubt.ts";
import { clean } from "../../engine/words.ts";
import { isEmpty } from "../run-of-target.ts";
import type { Advice, BoardTarget, Reading, RunSummary } from "../sources.ts";

export interface TargetStanding extends Pick<Reading, "status" | "glyph" | "tone" | "rank"> {
  readonly ages: boolean;
  readonly advice: Advice;
}

/** What needs somebody stands first. */
const RANKS = { doubt: 0, left: 1, stuck: 2, driven: 3, others: 4 } as const;

/** Whether a target waits for somebody. */
export const needsSomebody = ({ rank }: Pick<TargetStanding, "rank">): boolean => rank <= RANKS.stuck;

const DOUBT = { status: "in doubt", glyph: "doubt", tone: "unknown", rank: RANKS.doubt, ages: true } as const;
const LEFT = { status: "left in the middle", glyph: "doubt", tone: "unknown", rank: RANKS.left, ages: true } as const;
const DRIVEN = {
  status: "being recovered",
  glyph: "running",
  tone: "running",
  rank: RANKS.driven,
  ages: true,
} as const;

const TAKE_UP = { suggestion: "Take the run up again", key: "u" } as const;

const doubtSaid = ({ status, title }: Doubt): string =>
  status === "applied"
    ? `a change was done, as the other side says, and nobody has seen yet whether it worked: ${clean(title)}`
    : `a change was sent and nobody knows what became of it: ${clean(title)}`;

/** Who is at it, and how far they are. */
function drivenSaid({ driver, at: place = "" }: RunSummary): string {
  return `${clean(driver)} drives a run for it just now${place === "" ? "" : `: ${clean(place)}`}`;
}

function readStanding({ stuck, reading }: BoardTarget): TargetStanding {
  const { status, glyph, tone, rank, idle, advice } = reading;
  return { status, glyph, tone, rank: stuck ? RANKS.stuck : RANKS.others + rank, ages: !idle, advice };
}

/** How a target stands, with the run that speaks for it. */
export function standingOf(target: BoardTarget, run: RunSummary | undefined): TargetStanding {
  const doubt = run?.doubts.find((entry) => entry.target === target.key);
  if (doubt !== undefined)
    return { ...DOUBT, advice: { suggestion: "Look what became of it", key: "u", why: doubtSaid(doubt) } };
  if (run?.status === "left")
    return { ...LEFT, advice: { ...TAKE_UP, why: "a run of Handrail was left in the middle of it" } };
  if (run?.status === "driven")
    return { ...DRIVEN, advice: { suggestion: "Follow it", key: "F", why: drivenSaid(run) } };
  const standing = readStanding(target);
  if (run?.status !== "paused" || isEmpty(run) || !target.stuck) return standing;
  return { ...standing, advice: { ...TAKE_UP, why: `run ${run.run_id} for it is ${clean(run.outcome)}` } };
}
