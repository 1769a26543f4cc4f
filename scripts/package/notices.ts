/** The notices that the licences of the bundled packages ask for. */
import type { Part } from "./parts.ts";

const RULE = "-".repeat(78);

function notice(part: Part): string {
  const texts = part.texts.map(([, text]) => text.replaceAll("\r\n", "\n").trim());
  return [RULE, `${part.name} ${part.version} (${part.licence})`, "", ...texts].join("\n");
}

/** One text for all parts: name, version and licence of each, and the licence's own words. */
export function noticesText(parts: readonly Part[]): string {
  const head = [
    "Handrail is made with the work of others. What is in dist/ or shipped beside it, and on which terms:",
    "",
    ...parts.map((part) => `  ${part.name} ${part.version}: ${part.licence}`),
  ];
  return `${[...head, "", ...parts.map(notice)].join("\n")}\n`;
}
