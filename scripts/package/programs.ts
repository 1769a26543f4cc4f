/** The programs that a package is made with: they are the distribution's, and said by name where one is missing. */
import { execa, ExecaError } from "execa";

/** What Debian and Ubuntu call the package of each program. */
const PACKAGES: Readonly<Record<string, string>> = {
  tar: "tar",
  xz: "xz-utils",
  "dpkg-deb": "dpkg",
  gzip: "gzip",
  npm: "npm",
  git: "git",
  sha256sum: "coreutils",
};

export interface Call {
  readonly cwd?: string;
  /** Beside those of this process. */
  readonly env?: Readonly<Record<string, string>>;
  /** What it prints is seen at once, and not answered. */
  readonly shown?: boolean;
}

/** What a program printed. Throws where it is not there, with what to install, and where it failed. */
export async function output(
  program: string,
  args: readonly string[],
  { cwd, env, shown }: Call = {},
): Promise<string> {
  try {
    const { stdout } = await execa(program, args, {
      ...(cwd === undefined ? {} : { cwd }),
      ...(env === undefined ? {} : { env }),
      stdin: "ignore",
      stdout: shown === true ? "inherit" : "pipe",
      stderr: "inherit",
      stripFinalNewline: false,
    });
    return stdout ?? "";
  } catch (error) {
    if (!(error instanceof ExecaError)) throw error;
    if (error.code === "ENOENT")
      throw new Error(`${program} is not here; install it: apt install ${PACKAGES[program] ?? program}`, {
        cause: error,
      });
    throw new Error(`${program} ${args.join(" ")} failed with ${error.exitCode ?? "a signal"}`, { cause: error });
  }
}
