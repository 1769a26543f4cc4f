/**
 * A terminal that goes away is a hang-up, also where nobody passes the signal on: a shell may keep it to itself (`nohup`, a
 * trap, `su`), and the kernel tells only the leader of the session. Whatever is under way then ends as after SIGHUP.
 */

/** As SIGHUP does it: in order where a run or the console listens for it, else at once. */
const hangUp = (): void => void process.kill(process.pid, "SIGHUP");

/** What cannot be written any more: true where it is because the terminal is gone, which is then a hang-up. */
export function isTerminalGone(error: NodeJS.ErrnoException, output: NodeJS.WriteStream): boolean {
  if (error.code !== "EIO" || !output.isTTY) return false;
  hangUp();
  return true;
}

/** Watches the keyboard of a screen on which nothing may be drawn for hours. Gives back what ends the watch. */
export function watchKeyboard(stdin: NodeJS.ReadStream): () => void {
  const signals = ["end", "error"] as const;
  for (const name of signals) stdin.once(name, hangUp);
  return () => {
    for (const name of signals) stdin.off(name, hangUp);
  };
}
