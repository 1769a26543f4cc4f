/** A text for a program that shows it: what its file is called, and its words, or the file that has them. */
export type ReadableText = { readonly name: string } & ({ readonly text: string } | { readonly file: string });

/** Shows a text and comes back once the person has left it; '' where that went well, else why it did not. */
export type Reader = (text: ReadableText) => Promise<string>;
