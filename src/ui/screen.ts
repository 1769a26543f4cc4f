/** Any screen as exactly as many lines as the window has: the one place that knows which view belongs to which mode. */
import { approvalBody, approvalHead, decisionBody, decisionHead } from "./ask/view.ts";
import { boardBody, boardHead } from "./board/view.ts";
import { clean } from "../engine/words.ts";
import { fit } from "./cells.ts";
import { detailBody } from "./detail/view.ts";
import { planBody } from "./detail/plan.ts";
import { foot, keysOf } from "./footer.ts";
import { journalBody } from "./runs/view.ts";
import { MODE_TITLES } from "./key-names.ts";
import { frame, MIN, paragraph, rule, tooSmall } from "./layout.ts";
import { apart, fitLine, line, span, type Line } from "./line.ts";
import { modeOf, top, type Model } from "./model.ts";
import { doubtLines } from "./run/doubt.ts";
import { underWay } from "./run/now.ts";
import { rowsLines } from "./rows/view.ts";
import { pageAgain } from "./run/page.ts";
import { runBody, runTitle } from "./run/view.ts";
import type { Look } from "./theme.ts";
import { commandOf } from "./sources.ts";
import { whichLines } from "./which.ts";
import { entryLines } from "./writing.ts";

/** Who is looking at what: never missing, so that nobody takes a lab for the real thing or the other way round. */
function siteBar(model: Model, look: Look, title: string): Line[] {
  const { site } = model;
  const speed = site.scale === 1 ? "" : ` at ${site.scale} times speed`;
  const lab = site.lab === null ? [] : [span("waiting", `LAB ${clean(site.lab)}${speed}`), span("plain", "  ")];
  const only = site.readOnly ? [span("waiting", "READ ONLY  ")] : [];
  const left = [span("accent", "HANDRAIL  "), ...lab, ...only, span("strong", title)];
  const banners = site.banners.map((text) => line(span("danger", `! ${clean(text)}`)));
  return [
    apart(
      left,
      line(span("muted", `${site.lab === null ? `${clean(site.name)} ` : ""}as ${clean(site.operator)}`)),
      look.columns,
      look.glyphs.more,
    ),
    ...banners.slice(0, 2),
  ];
}

/** Lines of the window for what can be scrolled. */
export const bodyRoom = (model: Model, look: Look): number =>
  look.rows - 2 - 2 - Math.min(2, model.site.banners.length);

/** The lines of a screen that scrolls as a whole; null for one that does not. */
export function scrolled(model: Model, look: Look): { readonly lines: Line[]; readonly at: number } | null {
  const width = look.columns;
  switch (top(model)) {
    case "detail":
      return model.detail === null
        ? null
        : { lines: detailBody(model.detail, model.journal.items, look), at: model.detail.scroll };
    case "plan": {
      const plan = model.runbooks?.find(({ id }) => id === model.plan.runbook);
      return {
        lines: plan === undefined ? [line("There is no such plan.")] : planBody(plan, model.plan, look),
        at: model.plan.scroll,
      };
    }
    case "doubt": {
      const state = model.left?.history.stateAt(model.left.history.length) ?? null;
      return model.left === null || state === null
        ? null
        : {
            lines: doubtLines(model.left.summary, state, width, (words) => commandOf(model.site, words)),
            at: model.left.scroll,
          };
    }
    case "rows":
      return model.rows === null ? null : { lines: rowsLines(model.rows, look), at: model.rows.scroll };
    case "page":
      return model.page === null ? null : { lines: pageAgain(model.page.document, width), at: model.page.scroll };
    case "which":
      return model.which === null ? null : { lines: whichLines(model.which, width), at: model.which.scroll };
    case "help":
      return { lines: helpLines(model, look), at: model.help };
    default:
      return null;
  }
}

function helpLines(model: Model, look: Look): Line[] {
  const below = modeOf({ ...model, screens: model.screens.slice(0, -1) });
  const rows = keysOf(below);
  const lines: Line[] = [line(span("strong", MODE_TITLES[below])), line("")];
  for (const { keys, help } of rows) {
    const [first = "", ...rest] = paragraph(help, look.columns - 20).map((one) => one.map(({ text }) => text).join(""));
    lines.push(line("  ", span("accent", fit(keys, 18)), first), ...rest.map((text) => line(" ".repeat(20), text)));
  }
  lines.push(line(""), line(span("strong", "Marks")), line(""));
  const { glyphs } = look;
  lines.push(
    line(
      `  ${glyphs.ok} ok   ${glyphs.bad} failed or stuck   ${glyphs.doubt} in doubt   ${glyphs.running} going on   ${glyphs.waiting} waiting   ${glyphs.planned} planned   ${glyphs.skipped} not needed`,
    ),
  );
  lines.push(
    line(""),
    ...paragraph(
      "Nothing is changed before you approved the page that shows it. Enter never approves; Esc is always no. Everything is written into the journal first.",
      look.columns,
    ),
  );
  return lines;
}

function titleOf(model: Model): string {
  switch (top(model)) {
    case "board":
      return boardHead(model);
    case "detail":
      return clean(model.detail?.vm.label ?? "");
    case "plan":
      return clean(model.runbooks?.find(({ id }) => id === model.plan.runbook)?.title ?? "Plan");
    case "doubt":
      return "A run was left open";
    case "rows":
      return MODE_TITLES.rows;
    default:
      return MODE_TITLES[modeOf(model)];
  }
}

function leaveLines(model: Model, look: Look): Line[] {
  const state = model.run?.state ?? null;
  const going = state === null ? null : underWay(state);
  const what =
    going === null
      ? "No change is under way."
      : `Under way: ${clean(going.slot.title)} of ${clean(going.target.label)}.`;
  return [
    line(""),
    ...paragraph(what, look.columns, going === null ? "ok" : "waiting"),
    line(""),
    line(span("accent", "  p  "), "finish the step that runs, then pause; the run can be taken up again"),
    line(
      span("accent", "  x  "),
      going === null
        ? "leave now; the run can be taken up again"
        : "leave now: the step goes on without us and is in doubt until somebody looks",
    ),
    line(span("accent", "  Esc  "), "stay"),
  ];
}

function body(model: Model, look: Look, height: number): Line[] {
  const found = scrolled(model, look);
  if (found !== null) {
    const at = Math.min(found.at, Math.max(0, found.lines.length - height));
    const more = found.lines.length - at - height;
    const shown = found.lines.slice(at, at + height);
    return more > 0
      ? [...shown.slice(0, -1), line(span("muted", `${look.glyphs.down} ${more + 1} more lines: PgDn`))]
      : shown;
  }
  switch (top(model)) {
    case "board":
      return boardBody(model, look, height);
    case "journal":
      return journalBody(model, look, height);
    case "leave":
      return leaveLines(model, look);
    default:
      return [];
  }
}

/** The whole window. Every line is exactly as wide as it, so nothing can wrap. */
export function screenLines(model: Model, look: Look): Line[] {
  if (tooSmall(look)) {
    const text = `Handrail needs ${MIN.columns}x${MIN.rows}; this is ${look.columns}x${look.rows}. ${model.run === null || model.run.ended !== null ? "" : "The run goes on. "}Ctrl-C leaves.`;
    return frame(look, { head: paragraph(text, look.columns, "waiting").slice(0, look.rows), body: [], foot: [] });
  }
  const lines = screenUnder(model, look);
  if (modeOf(model) !== "writing" || model.entry === null) return lines;
  const words = entryLines(model.entry, look).map((one) => fitLine(one, look.columns, look.glyphs.more));
  const from = Math.max(0, look.rows - 2 - words.length);
  return [...lines.slice(0, from), ...words, ...lines.slice(look.rows - 2)];
}

/** The screen without the line in which somebody writes. */
function screenUnder(model: Model, look: Look): Line[] {
  const feet = foot(model, look);
  const mode = modeOf({ ...model, entry: null });
  const { run } = model;
  if (run?.question?.kind === "page" && (mode === "approval" || mode === "typed"))
    return frame(look, {
      head: approvalHead(run, run.question, look),
      body: approvalBody(run.question, look),
      foot: feet,
    });
  if (run?.question?.kind === "choice" && mode === "decision")
    return frame(look, {
      head: decisionHead(run, run.question, look),
      body: decisionBody(run.question, look),
      foot: feet,
    });
  const shown =
    mode === "replay" || mode === "watching"
      ? model.replay
      : mode === "run" || mode === "ended" || mode === "starting"
        ? run
        : null;
  if (shown !== null) {
    const site = siteBar(model, look, "").slice(0, look.rows > 22 ? 1 : 0);
    const head = [...site, ...runTitle(shown, look)];
    return frame(look, { head, body: runBody(model, shown, look, look.rows - head.length - feet.length), foot: feet });
  }
  const head = [...siteBar(model, look, titleOf(model)), rule(look)];
  return frame(look, { head, body: body(model, look, look.rows - head.length - feet.length), foot: feet });
}
