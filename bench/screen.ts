/** What stands on the screen of a program: it sends only what differs, so that its bytes alone do not say it. */
import type pty from "@lydell/node-pty";
import xterm from "@xterm/headless";

export interface Screen {
  text(): string;
  /** Resolves once this stands there. */
  shows(text: string): Promise<void>;
}

/** Reads along in a window of 80x24. */
export function screenOf(child: ReturnType<typeof pty.spawn>): Screen {
  const terminal = new xterm.Terminal({ cols: 80, rows: 24, allowProposedApi: true });
  const waiting = new Set<() => void>();
  const text = (): string => {
    const { active } = terminal.buffer;
    const lines = Array.from({ length: terminal.rows }, (_unused, row) => active.getLine(active.baseY + row));
    return lines.map((line) => line?.translateToString(true) ?? "").join("\n");
  };
  child.onData((data) =>
    terminal.write(data, () => {
      for (const look of waiting) look();
    }),
  );
  return {
    text,
    shows: (wanted) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (!text().includes(wanted)) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
  };
}
