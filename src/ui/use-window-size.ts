/** The size of the terminal's window. */
import { useStdout } from "ink";
import { useEffect, useState } from "react";

export interface WindowSize {
  readonly columns: number;
  readonly rows: number;
}

/** What is taken for the size where nobody tells it. */
const USUAL: WindowSize = { columns: 80, rows: 24 };

/** The size of the terminal behind a stream. */
function sizeOf(stdout: NodeJS.WritableStream): WindowSize {
  const { columns = 0, rows = 0 } = stdout as Partial<WindowSize>;
  return { columns: columns || USUAL.columns, rows: rows || USUAL.rows };
}

/**
 * The size of the window, drawn anew when it is another one. Ink's own hook draws everything a second time at the start, since
 * it takes the same size for another one.
 */
export function useWindowSize(): WindowSize {
  const { stdout } = useStdout();
  const [size, setSize] = useState(() => sizeOf(stdout));
  useEffect(() => {
    const look = (): void => {
      const next = sizeOf(stdout);
      setSize((last) => (last.columns === next.columns && last.rows === next.rows ? last : next));
    };
    stdout.on("resize", look);
    // It may have changed since the first frame.
    look();
    return () => void stdout.off("resize", look);
  }, [stdout]);
  return size;
}
