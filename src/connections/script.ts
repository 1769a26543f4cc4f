/**
 * Scripts that collect evidence, through zx: a fixed text on a shell's standard input, so that nothing can be pasted
 * into it; no start-up files (bash reads ~/.bashrc when its input is a socket, and zx starts one around ours unless it is told
 * otherwise: `sh` reads none); no secrets around it; output capped and redacted; ended when it takes too long.
 */
import { failure } from "../ports/outcome.ts";
import type { ScriptPort } from "../ports/script.ts";
import { err, ok } from "../ports/result.ts";

/** Characters of output that are kept: what a person can read of an incident, not a log archive. */
const KEPT = 48_000;
const ENVIRONMENT = {
  PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
  LANG: "C.UTF-8",
  TERM: "dumb",
};

function shorten(text: string): { output: string; truncated: boolean } {
  if (text.length <= KEPT) return { output: text, truncated: false };
  const half = KEPT / 2;
  const omittedCount = text.length - KEPT;
  return {
    output: `${text.slice(0, half)}\n[… ${omittedCount} characters left out …]\n${text.slice(-half)}`,
    truncated: true,
  };
}

/** Makes the port. `redact` takes secrets out before anything is kept: the API's command line holds a password. */
export function scriptPort(redact: (text: string) => string): ScriptPort {
  return {
    run: async (script, seconds) => {
      const { $ } = await import("zx/core");
      try {
        const shell = $({
          env: ENVIRONMENT,
          shell: "/bin/sh",
          prefix: "exec ",
          cwd: "/",
          input: script,
          nothrow: true,
          quiet: true,
          timeout: seconds * 1000,
          timeoutSignal: "SIGKILL",
          detached: true,
        });
        const result = await shell`bash --noprofile --norc -s`;
        const late = result.signal === null ? "" : `\n[ended by ${result.signal} after at most ${seconds} s]`;
        return ok({ exit: result.exitCode, ...shorten(redact(`${result.stdall}${late}`)) });
      } catch (error) {
        return err(
          failure(
            "refused",
            `the script could not be started: ${error instanceof Error ? error.message : String(error)}`,
          ),
        );
      }
    },
  };
}
