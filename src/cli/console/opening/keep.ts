/** Keeps the first frame of a console for the next one that is asked the same. */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { fileName, openingFolder } from "./key.ts";

type Env = Readonly<Record<string, string | undefined>>;

/** First frames that are kept: one for each size of a window that somebody has, and some more. */
const MOST = 24;

/** Only the newest ones stay. */
function prune(folder: string): void {
  const files = readdirSync(folder).map((name) => `${folder}/${name}`);
  const old = files.map((file) => ({ file, at: statSync(file).mtimeMs })).toSorted((a, b) => b.at - a.at);
  for (const { file } of old.slice(MOST)) rmSync(file, { force: true });
}

function textIn(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

/** Keeps a first frame under its key. Where it cannot be written the next console paints later. */
export function keepFrame(env: Env, key: string, text: string): void {
  const folder = openingFolder(env);
  if (folder === null) return;
  const file = `${folder}/${fileName(key)}`;
  const content = `${key}\n${text}`;
  try {
    if (textIn(file) === content) return;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const draft = `${file}.${process.pid}`;
    writeFileSync(draft, content, { mode: 0o600 });
    renameSync(draft, file);
    prune(folder);
  } catch {
    // A comfort, no record.
  }
}
