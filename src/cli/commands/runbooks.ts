/** `handrail runbooks`: every runbook that there is, where it comes from, and whether it is sound. */
import { countText } from "../../text/sentence.ts";
import { safeText } from "../../text/safe-text.ts";
import { EXIT } from "../../engine/exit.ts";
import { flag, type Invocation } from "../command.ts";
import { loadLibrary, type BrokenFile, type LibraryBook, type Origin } from "../runbook/library.ts";

const ORIGINS: Readonly<Record<Origin, string>> = {
  shipped: "came with Handrail",
  configuration: "named by the configuration",
  "command line": "named by --file",
};

const bookLines = ({ runbook, digest, file, origin }: LibraryBook): string[] => [
  `${safeText(runbook.id)}${runbook.version === undefined ? "" : ` ${safeText(runbook.version)}`}: ${safeText(runbook.title)}`,
  `  ${safeText(file)} (${ORIGINS[origin]}), digest ${digest.slice(0, 16)}${runbook.action === undefined ? "" : `, key ${runbook.action.key}`}`,
];

const brokenLines = ({ path, origin, message }: BrokenFile): string[] => [
  `BROKEN ${safeText(path)} (${ORIGINS[origin]})`,
  ...message.split("\n").map((line) => `  ${safeText(line)}`),
];

/** Exit 65 where a file is broken; the others are listed all the same. */
export async function run({ values, io }: Invocation): Promise<number> {
  const { books, broken } = await loadLibrary(values, io.env);
  if (flag(values, "json")) {
    const runbooks = books.map(({ runbook: { id, title, version = null }, digest, file, origin }) => ({
      id,
      title,
      version,
      digest,
      file,
      origin,
    }));
    io.out(`${JSON.stringify({ schema: 1, runbooks, broken })}\n`);
  } else {
    const lines = [...books.flatMap(bookLines), ...broken.flatMap(brokenLines)];
    const summary = `${countText(books.length, "runbook")}${broken.length === 0 ? "" : `, ${countText(broken.length, "broken file")}`}`;
    io.out(`${[...lines, summary].join("\n")}\n`);
  }
  return broken.length === 0 ? EXIT.done : EXIT.badFile;
}
