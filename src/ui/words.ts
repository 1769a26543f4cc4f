/** What a site calls its things, for every text of the screen. */
export interface SiteWords {
  /** What is recovered: one of it, and several. */
  readonly target: string;
  readonly targets: string;
  /** Who lists them. */
  readonly list: string;
  /** All that is asked about one of them. */
  readonly sources: string;
  /** What is read to find out what became of a change. */
  readonly world: string;
  /** The record that makes the list, and the name of the place where a target is; '' where there is none. */
  readonly record: string;
  readonly place: string;
}

/** The words for a site of which nobody knows any. */
export const PLAIN_WORDS: SiteWords = {
  target: "target",
  targets: "targets",
  list: "the site",
  sources: "every source",
  world: "the world",
  record: "list",
  place: "",
};

/** A text of the key table with the site's words in it. */
export const inWords = (text: string, words: SiteWords): string =>
  text.replaceAll("{targets}", words.targets).replaceAll("{target}", words.target);

/** The same as a title. */
export function titleIn(text: string, words: SiteWords): string {
  const title = inWords(text, words);
  return `${title.slice(0, 1).toUpperCase()}${title.slice(1)}`;
}
