/** A value that must not be seen. It prints as `***` wherever a value is printed by accident. */

const inspect = Symbol.for("nodejs.util.inspect.custom");

/** Holds a secret out of reach of string building, JSON, spreading and inspection. Only {@link Secret.reveal} gives it. */
export class Secret {
  readonly #value: string;
  /** What it is called in the journal instead: `‹secret:NAME 1a2b3c4d›`. */
  readonly name: string;

  constructor(name: string, value: string) {
    this.name = name;
    this.#value = value;
  }

  /** The value itself: for the one call that needs it, never for a message. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return "***";
  }

  toJSON(): string {
    return "***";
  }

  [Symbol.toPrimitive](): string {
    return "***";
  }

  [inspect](): string {
    return "***";
  }
}
