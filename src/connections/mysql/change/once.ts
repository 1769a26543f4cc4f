/** Makes a value when it is first asked for, and no second time: so it can be made while the server works, or later. */
export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => (made ??= { value: make() }).value;
}
