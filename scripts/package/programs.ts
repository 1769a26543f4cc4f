/** The programs that a package is made with: they are the distribution's, and said by name where one is missing. */
import { spawn } from "node:child_process";

/** What Debian and Ubuntu call the package of each program. */
const PACKAGES: Readonly<Record<string, string>> = {
  tar: "tar",
  xz: "xz-utils",
  "dpkg-deb": "dpkg",
  gzip: "gzip",
  npm: "npm",
};

export interface Call {
  readonly cwd?: string;
  /** Beside those of this process. */
  readonly env?: Readonly<Record<string, string>>;
}

/** What a program printed. Throws where it is not there, with what to install, and where it failed. */
export function output(program: string, args: readonly string[], { cwd, env }: Call = {}): Promise<string> {
  const child = spawn(program, args, { cwd, env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "inherit"] });
  const said: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => said.push(chunk));
  return new Promise((resolve, reject) => {
    child.on("error", () => {
      reject(new Error(`${program} is not here; install it: apt install ${PACKAGES[program] ?? program}`));
    });
    child.on("close", (code) => {
      if (code === 0) resolve(Buffer.concat(said).toString("utf8"));
      else reject(new Error(`${program} ${args.join(" ")} failed with ${code ?? "a signal"}`));
    });
  });
}
