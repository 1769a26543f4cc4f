/** Descriptions of keys, by the thing that has them. */
export type Descriptions = Readonly<Record<string, Readonly<Record<string, string>>>>;
