/** An error CloudStack answers with: HTTP status, its own second code, and the text. */
export class Refusal extends Error {
  readonly code: number;
  readonly cs: number;
  constructor(code: number, text: string, cs = 4350) {
    super(text);
    this.code = code;
    this.cs = cs;
  }
}

/** An id that names nothing. CloudStack blames the parameter. */
export function unknownId(name: string, value: string): Refusal {
  return new Refusal(
    431,
    `Unable to execute API command due to invalid value. Invalid parameter ${name} value=${value} due to incorrect ` +
      "long value format, or entity does not exist or due to incorrect parameter annotation for the field in api cmd class.",
    9999,
  );
}

/** A required parameter that is not there. */
export function missing(command: string, name: string): Refusal {
  return new Refusal(
    431,
    `Unable to execute API command ${command.toLowerCase()} due to missing parameter ${name}`,
    9999,
  );
}
