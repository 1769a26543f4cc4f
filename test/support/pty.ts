/** A real terminal: a program in a PTY, its bytes in an emulator, its keys as a person presses them. */
import { readFileSync } from "node:fs";
import { StringDecoder } from "node:string_decoder";
import pty from "@lydell/node-pty";
import xterm from "@xterm/headless";
import type { SlowLine } from "./slow-line.ts";

export interface Pty {
  readonly pid: number;
  /** One key after the other, as fast as a person. Counts them. */
  press(...keys: readonly string[]): Promise<void>;
  presses(): number;
  lines(): string[];
  text(): string;
  waitFor(text: string | RegExp, ms?: number): Promise<void>;
  resize(columns: number, rows: number): void;
  /** Whether the alternate screen, the wheel as arrow keys and marked pastes are on, and the cursor hidden, after all that was written. */
  modes(): Readonly<Record<"alternate" | "hidden" | "wheel" | "paste", boolean>>;
  written(): string;
  readonly ended: Promise<number>;
  kill(): void;
  /** The line drops: the terminal is gone, and whoever it was the terminal of reads the end, or an error. */
  drop(): void;
}

const NAMED: Readonly<Record<string, string>> = {
  enter: "\r",
  escape: "\u001b",
  pagedown: "\u001b[6~",
  down: "\u001b[B",
  "ctrl-c": "\u0003",
  "ctrl-d": "\u0004",
  "ctrl-z": "\u001a",
  "ctrl-\\": "\u001c",
};

const pause = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));

interface PtyWish {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly columns?: number;
  readonly rows?: number;
  /** What lies between the program and the person; without it they sit at the same machine. */
  readonly line?: SlowLine;
}

export function openPty(
  file: string,
  args: readonly string[],
  { env, cwd, columns = 80, rows = 24, line }: PtyWish,
): Pty {
  const terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 1000 });
  const child = pty.spawn(file, [...args], {
    name: "xterm-256color",
    cols: columns,
    rows,
    cwd,
    env: { ...(env as Record<string, string>), TERM: "xterm-256color", LANG: "C.UTF-8", CI: "" },
  });
  let written = "";
  let count = 0;
  const decoder = new StringDecoder("utf8");
  const arrive = (data: Buffer): void => {
    written += decoder.write(data);
    terminal.write(data);
  };
  child.onData((data) => (line === undefined ? arrive(Buffer.from(data)) : line.down(data, arrive)));
  const send = (keys: string): void => {
    if (line === undefined) child.write(keys);
    else line.up(keys, (piece) => child.write(piece.toString()));
  };
  const ended = new Promise<number>((resolve) =>
    child.onExit(({ exitCode, signal }) => resolve(signal ? 128 + signal : exitCode)),
  );
  const lines = (): string[] => {
    const buffer = terminal.buffer.active;
    return Array.from(
      { length: terminal.rows },
      (_unused, at) => buffer.getLine(buffer.baseY + at)?.translateToString(true) ?? "",
    );
  };
  const last = (on: string, off: string): boolean => written.lastIndexOf(on) > written.lastIndexOf(off);
  return {
    pid: child.pid,
    press: async (...keys) => {
      for (const key of keys) {
        count += 1;
        send(NAMED[key] ?? key);
        await pause(40);
      }
    },
    presses: () => count,
    lines,
    text: () => lines().join("\n"),
    waitFor: async (text, ms = 300_000) => {
      const until = Date.now() + ms;
      for (;;) {
        const shown = lines().join("\n");
        if (typeof text === "string" ? shown.includes(text) : text.test(shown)) return;
        if (Date.now() > until) throw new Error(`not on the screen: ${String(text)}\n${shown}`);
        await pause(20);
      }
    },
    resize: (width, height) => {
      terminal.resize(width, height);
      child.resize(width, height);
    },
    modes: () => ({
      alternate: last("\u001b[?1049h", "\u001b[?1049l"),
      hidden: last("\u001b[?25l", "\u001b[?25h"),
      wheel: last("\u001b[?1007h", "\u001b[?1007r"),
      paste: last("\u001b[?2004h", "\u001b[?2004l"),
    }),
    written: () => written,
    ended,
    kill: () => child.kill("SIGKILL"),
    drop: () => {
      if (!("destroy" in child) || typeof child.destroy !== "function")
        throw new Error("this terminal cannot be dropped");
      child.destroy();
    },
  };
}

/** The pid of the descendant whose command line names this program. */
export function descendant(pid: number, program: string): number | null {
  const children = (() => {
    try {
      return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ").filter(Boolean).map(Number);
    } catch {
      return [];
    }
  })();
  for (const child of children) {
    if (readFileSync(`/proc/${child}/cmdline`, "utf8").includes(program)) return child;
    const deeper = descendant(child, program);
    if (deeper !== null) return deeper;
  }
  return null;
}

const statOf = (pid: number): string => {
  try {
    return readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch {
    return "";
  }
};

/** Whether a process has ended; one that nobody has asked about yet has. */
export const hasEnded = (pid: number): boolean => !/\) [^ZX] /u.test(statOf(pid));

/** The pid of the process that started this one; 0 where it has ended. */
export const parentOf = (pid: number): number => Number(/\) \S (\d+)/u.exec(statOf(pid))?.[1] ?? 0);
