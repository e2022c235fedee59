/**
 * Makes the names of fields unique and non-empty: an empty or repeated name gets a number, other names stay.
 * Arrow's Java readers store the columns of a struct by name and refuse empty names.
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
