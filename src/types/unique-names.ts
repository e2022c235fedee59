/**
 * The names with which fields can travel: a name that is empty or was there before gets a number, all
 * others stay. Arrow's readers in Java keep the columns of a struct by their names and refuse empty ones.
 */
export function uniqueNames(names: readonly string[]): readonly string[] {
  const given = new Set(names);
  const used = new Set<string>();
  return names.map((name, index) => {
    let unique = name;
    for (let number = index + 1; unique === "" || used.has(unique); number++) {
      const numbered = `${name}_${number}`;
      if (!given.has(numbered)) unique = numbered;
    }
    used.add(unique);
    return unique;
  });
}
