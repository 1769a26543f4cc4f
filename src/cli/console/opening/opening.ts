/**
 * What a console shows before its program is loaded: the first frame as the last console drew it, which is the same text where
 * the same is asked for in a terminal of the same size. It is there in a quarter of the time, and nothing on it is news: that
 * the database is being asked, and the keys. See docs/decisions.md.
 */

/** The size of a terminal, in cells. */
export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** A first frame on the terminal that nobody answers for yet. */
export interface Painting {
  /** What was written. Where the console would write the same, `tap.ts` writes nothing. */
  readonly text: string;
  /** The console has the terminal from here on. */
  takeOver(): void;
  /** Gives the terminal back as it was, unless the console has it: before anything else is said on it, and at any end. */
  end(): void;
}

/** How a console was asked for, and what it shows so far. */
export interface Opening {
  /** All that its first frame depends on, on one line. */
  readonly key: string;
  readonly size: Size;
  /** null where nothing was kept. */
  readonly painting: Painting | null;
}

const PLACE = Symbol.for("handrail.opening");

/** Left by the way in, which is a bundle of its own; null where no console was asked for. */
export const openingNow = (): Opening | null => (Reflect.get(globalThis, PLACE) as Opening | undefined) ?? null;

/** Leaves it where the program finds it. */
export const leaveOpening = (opening: Opening | null): void =>
  void Reflect.set(globalThis, PLACE, opening ?? undefined);

/** Before anything is said on the terminal that is not the console's. */
export const endOpening = (): void => openingNow()?.painting?.end();
