/** Writes a site into the configuration, and its secrets beside it. */
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { distrustOf, distrustOfFolders } from "../../../files/trust.ts";
import { fileTrouble } from "../../../files/trouble.ts";
import { EXIT } from "../../../engine/exit.ts";
import { Stop } from "../../io.ts";
import { parseConfig, type ConfigText } from "../parse-yaml.ts";

export interface ConfigPlace {
  /** The configuration file, without links. */
  readonly path: string;
  /** What stands in it already; null where there is no such file. */
  readonly config: ConfigText | null;
  /** The file of a secret of a site, by its name: `mysql`, `api-key`. */
  readonly secret: (site: string, name: string) => string;
}

/** Where a configuration is going to be written. Stops where others could change it, or where what is there is not to be read. */
export function placeOf(file: string): ConfigPlace {
  const path = existsSync(file) ? realpathSync(file) : file;
  const distrust = existsSync(path) ? distrustOf(path) : distrustOfFolders(nearest(dirname(path)));
  if (distrust !== null) throw new Stop(EXIT.badFile, `nothing can be set up in ${path}: ${distrust}`);
  // Whoever may not write there hears of it before the first question.
  orStop(path, () => accessSync(nearest(dirname(path)), constants.W_OK | constants.X_OK));
  const secret = (site: string, name: string): string => join(dirname(path), "secrets", `${site}-${name}`);
  return { path, config: configAt(path), secret };
}

function configAt(path: string): ConfigText | null {
  if (!existsSync(path)) return null;
  const config = parseConfig(orStop(path, () => readFileSync(path, "utf8")));
  if (config.ok) return config.value;
  throw new Stop(
    EXIT.badFile,
    `${path} is there and cannot be read: ${config.error}. Mend it, or name another with --config`,
  );
}

const nearest = (folder: string): string => (existsSync(folder) ? folder : nearest(dirname(folder)));

/** Writes the secrets, then the configuration that names them: whatever ends between the two leaves a configuration that works. */
export function write(
  { path, secret }: ConfigPlace,
  name: string,
  secrets: Readonly<Record<string, string>>,
  text: string,
): void {
  for (const [key, value] of Object.entries(secrets)) writeWhole(secret(name, key), `${value}\n`, 0o600);
  writeWhole(path, text, existsSync(path) ? statSync(path).mode & 0o777 : 0o600);
}

/** What the system refuses of a file, as a {@link Stop}. */
function orStop<T>(path: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    throw new Stop(EXIT.badFile, `${path}: ${fileTrouble(error)}`);
  }
}

/** A file is replaced in one step, and is never there with half of its text or with other rights. */
function writeWhole(path: string, text: string, mode: number): void {
  const fresh = `${path}.${process.pid}.new`;
  orStop(path, () => {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(fresh, text, { mode: 0o600, flag: "wx" });
    chmodSync(fresh, mode);
    renameSync(fresh, path);
  });
}
