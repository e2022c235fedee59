/** Number of one-letter edits (insert, delete, replace, swap neighbours) that turn one word into the other. */
function distance(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1];
      let edits = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (same ? 0 : 1),
      );
      const swapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      if (row > 1 && column > 1 && swapped) {
        edits = Math.min(edits, (beforeLast[column - 2] ?? 0) + 1);
      }
      current.push(edits);
    }
    beforeLast = last;
    last = current;
  }
  return last[to.length] ?? 0;
}

/** The name that a mistyped word most likely means; undefined if no name is close enough. */
export function nearName(word: string, names: readonly string[]): string | undefined {
  const typed = word.toLowerCase();
  const started = names.filter((name) => typed.length >= 3 && name.startsWith(typed));
  if (started.length === 1) return started[0];
  const ranked = names
    .map((name) => ({ name, edits: distance(typed, name) }))
    .sort((a, b) => a.edits - b.edits);
  const [best] = ranked;
  // With more than a third of the letters wrong, it is probably another word.
  const allowed = Math.max(1, Math.floor(Math.max(word.length, best?.name.length ?? 0) / 3));
  return best !== undefined && best.edits <= allowed ? best.name : undefined;
}

/** ` Did you mean x?`, or an empty text if no name is close enough. */
export function suggestion(word: string, names: readonly string[], prefix = ""): string {
  const near = nearName(word, names);
  return near === undefined ? "" : ` Did you mean ${prefix}${near}?`;
}
