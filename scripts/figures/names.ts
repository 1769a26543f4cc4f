/**
 * Which single words are no names of things or acts: participles, pronouns, adverbs, prepositions. A reader has to look up what
 * `found` or `at` stands for; `row` or `index` says it. The words are those that were met in the code, and every `…ed`.
 */
const WORDS = new Set(
  (
    "found made one at seen wanted asked known told said given taken done gone left kept held sent written shown chosen " +
    "drawn read all now here there once still again both each other others same such none it its that this those these who " +
    "whose what which where when why how only alone already besides beside before after above below behind since until " +
    "otherwise else away together then thus too very more less most least"
  ).split(" "),
);
/** Nouns and verbs that end like a participle. */
const NOUNS = new Set(["bed", "embed", "exceed", "feed", "need", "proceed", "red", "seed", "speed"]);
/** `read` is the verb as well, and names what reads. */
const VERBS = new Set(["read"]);

/** Whether a declared name is such a word. Names of several words are not judged. */
export const isNoName = (name: string): boolean =>
  !VERBS.has(name) && !NOUNS.has(name) && (WORDS.has(name) || /^[a-z]{2,}ed$/u.test(name));
