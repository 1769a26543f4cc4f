/** What is made of a list that is as long as the site: a frame is drawn for each key, and the list changes with each answer. */

/** Makes something of each list once, and keeps it for as long as that list lives. `make` reads nothing else that changes. */
export function keptFor<List extends object, Made>(make: (list: List) => Made): (list: List) => Made {
  const values = new WeakMap<List, { readonly value: Made }>();
  return (list) => {
    const entry = values.get(list);
    if (entry !== undefined) return entry.value;
    const value = make(list);
    values.set(list, { value });
    return value;
  };
}
