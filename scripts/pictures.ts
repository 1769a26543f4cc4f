/** Draws the golden frames of the tests as SVG: what the pages show is what the tests saw. */
import { readFileSync } from "node:fs";

const CELL = { width: 8.4, height: 18 };
const COLOURS: readonly (readonly [RegExp, string])[] = [
  [/^(?:HANDRAIL|==|APPROVAL|DECISION|A STEP FAILED|THE RUNG)/u, "#7fdbff"],
  [/CANNOT BE UNDONE|cannot be undone|✗|IN DOUBT|THEY DISAGREE|ODD|Not theirs|It fails/u, "#ff6b6b"],
  [/▌/u, "#ffffff"],
  [/✓/u, "#8ce99a"],
  [/◌|▸|waiting/u, "#ffd43b"],
  [/^──|^─/u, "#868e96"],
];

const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** One frame as a picture. */
export function picture(frame: string, title: string): string {
  const lines = frame.replace(/\n$/u, "").split("\n");
  const columns = Math.max(80, ...lines.map((line) => Array.from(line).length));
  const width = Math.ceil(columns * CELL.width) + 24;
  const height = lines.length * CELL.height + 24;
  const rows = lines.map((line, at) => {
    const colour = COLOURS.find(([pattern]) => pattern.test(line))?.[1] ?? "#dee2e6";
    return `<text x="12" y="${12 + (at + 0.8) * CELL.height}" fill="${colour}" xml:space="preserve">${escaped(line)}</text>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(title)}">`,
    `<rect width="100%" height="100%" rx="8" fill="#1b1e23"/>`,
    `<g font-family="ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="14">`,
    ...rows,
    "</g>",
    "</svg>",
    "",
  ].join("\n");
}

const PICTURES = {
  board: "The board: which VMs need somebody",
  detail: "One VM as each source has it",
  "approval-destroy": "An approval of what cannot be undone",
  run: "A run: where it stands",
  failure: "A step failed: what can be done about it",
  climb: "A rung of the ladder that did not work",
  many: "A run over several VMs, the failed ones first",
  printed: "What the SQL of your own documents would hit",
  doubt: "A run that was left in the middle",
  replay: "A replay",
} as const;

/** All pictures of the docs by their file. */
export function pictures(root: URL): Record<string, string> {
  return Object.fromEntries(
    Object.entries(PICTURES).map(([name, title]) => [
      `docs/pictures/${name}.svg`,
      picture(readFileSync(new URL(`test/frames/${name}-80.txt`, root), "utf8"), title),
    ]),
  );
}
