/** What a scene must not do; its word is counted, its text says what was seen. */
export class Fault extends Error {
  readonly word: string;

  constructor(word: string, detail: string) {
    super(`${word}: ${detail}`);
    this.word = word;
  }
}
