/** Draws a window anew, whatever the terminal shows by now. */
import type { Instance } from "ink";
import type { Console } from "../console.ts";

export function redraw(instance: Instance, console: Console): void {
  // Ink forgets what it drew, and so do we, since this is no frame.
  instance.clear();
  console.store.tick();
}
