/** Time as a port: a lab's time scale divides every wait. */
export interface ClockPort {
  /** Real monotonic milliseconds since boot. */
  monoMs(): number;
  /** Waits `seconds` of the site's time; ends early, returning false, when the signal fires. */
  sleep(seconds: number, signal?: AbortSignal): Promise<boolean>;
  /** Seconds of the site's time that passed since a `monoMs()` reading. */
  since(monoMs: number): number;
  readonly scale: number;
}
