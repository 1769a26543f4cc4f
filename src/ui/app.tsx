/** The components: a window of lines in Ink, one reader of keys above everything. */
import { Box, Text, useApp, useWindowSize } from "ink";
import { memo, useEffect, useSyncExternalStore, type ReactNode } from "react";
import type { Console } from "./console.ts";
import type { Line } from "./line.ts";
import { screenLines } from "./screen.ts";
import { STYLES, type Theme } from "./theme.ts";
import { useKeys } from "./use-keys.ts";

/** One line: its spans in the colours of their meanings. It never wraps. */
function Row({ spans, theme }: { readonly spans: Line; readonly theme: Theme }): ReactNode {
  return (
    <Text wrap="truncate-end">
      {spans.map(({ tone, text }, index) =>
        tone === "plain" ? (
          text
        ) : (
          // oxlint-disable-next-line react/no-array-index-key -- a span has no name but its place
          <Text key={index} {...STYLES[theme][tone]}>
            {text}
          </Text>
        ),
      )}
    </Text>
  );
}

export interface AppHooks {
  /** Told how to hand the terminal over, and that the first frame is there. */
  readonly onReady: (suspend: ReturnType<typeof useApp>["suspendTerminal"]) => void;
}

interface WindowProps extends AppHooks {
  readonly console: Console;
  readonly columns: number;
  readonly rows: number;
}

/** The lines of a window of a size. */
const Window = memo(function Window({ console, onReady, columns, rows }: WindowProps): ReactNode {
  const { store } = console;
  const { suspendTerminal } = useApp();
  useSyncExternalStore(store.subscribe, store.version);
  useKeys(console);
  useEffect(() => onReady(suspendTerminal), [onReady, suspendTerminal]);
  console.size = { columns, rows };
  // What a window shows since its size is another one is seen from then on, not from the next key on.
  useEffect(() => console.lookAgain(), [console, columns, rows]);
  const { theme } = store.get().session;
  const lines = screenLines(store.get(), console.look());
  return (
    <Box flexDirection="column" width={columns} height={rows} overflow="hidden">
      {lines.map((spans, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- a line of the screen is its place
        <Row key={index} spans={spans} theme={theme} />
      ))}
    </Box>
  );
});

/** The whole window. Ink says its size a second time at the start, and all of it would be drawn twice without a part of its own. */
export function App({ console, onReady }: Pick<WindowProps, "console" | "onReady">): ReactNode {
  const { columns, rows } = useWindowSize();
  return <Window console={console} onReady={onReady} columns={columns} rows={rows} />;
}
