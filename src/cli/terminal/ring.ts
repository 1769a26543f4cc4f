/** Calls somebody at the terminal: bell, a notice of the desktop where the terminal can give one, and the title. */
import { clean } from "../../engine/words.ts";

const ESC = "\u001b";
const BEL = "\u0007";
const MOST = 80;

/** A sequence for the terminal around tmux; tmux hands it on where it is allowed to. */
const throughTmux = (sequence: string): string => `${ESC}Ptmux;${sequence.replaceAll(ESC, ESC + ESC)}${ESC}\\`;

/**
 * What is written to ring with a text; '' takes the title back that was there before. A terminal that is none of xterm's kind
 * gets its bell alone: it would print the rest.
 */
export function ringText(text: string, env: NodeJS.ProcessEnv): string {
  const { TERM: term = "", TMUX: tmux = "" } = env;
  const isPlain = term === "" || term === "dumb" || term === "linux" || term.startsWith("vt");
  if (text === "") return isPlain ? "" : `${ESC}[23;0t`;
  if (isPlain) return BEL;
  const words = clean(text).slice(0, MOST);
  const notice = `${ESC}]9;Handrail: ${words}${BEL}`;
  // The title of before is kept by the terminal, and given back at the next key.
  return `${BEL}${tmux === "" ? notice : throughTmux(notice)}${ESC}[22;0t${ESC}]2;! ${words}${BEL}`;
}
