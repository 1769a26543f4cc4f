/** The components: a window of lines in Ink, one reader of keys above everything. */
import { Box, Text, useApp } from "ink";
import { useEffect, useSyncExternalStore, type ReactNode } from "react";
import type { Console } from "./console.ts";
import type { Line } from "./line.ts";
import { screenLines } from "./screen.ts";
import { STYLES, type Theme } from "./theme.ts";
import { useKeys } from "./use-keys.ts";
import { useWindowSize } from "./use-window-size.ts";

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

/** The whole window. */
export function App({ console, onReady }: { readonly console: Console } & AppHooks): ReactNode {
  const { store } = console;
  const { columns, rows } = useWindowSize();
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
}
