/** Whether the screen is for a dark or a light terminal: by `--theme`, else by the terminal's own answer where it can be asked. */
import type { Theme } from "../../ui/theme.ts";
import type { Io } from "../io.ts";

/** What `--theme` may say. */
export const THEMES = ["dark", "light", "auto"] as const;

/** Terminals that would print the question, or never answer it. GNU screen calls itself as tmux does, which answers. */
const answers = ({ TERM: term = "", TMUX: tmux = "" }: Io["env"]): boolean =>
  !["", "dumb", "unknown", "linux"].includes(term) &&
  !term.startsWith("vt") &&
  (tmux !== "" || !term.startsWith("screen"));

/** The theme; null where the terminal is to be asked. The Linux console is dark. */
export function decideTheme(env: Io["env"], wish: (typeof THEMES)[number]): Theme | null {
  if (wish !== "auto") return wish;
  if (env["TERM"] === "linux") return "dark";
  return answers(env) ? null : "any";
}
