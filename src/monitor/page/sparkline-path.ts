/** The SVG paths of a small line, and of the area below it. Null values interrupt both. */
export function sparklinePath(
  values: readonly (number | null)[],
  width: number,
  height: number,
): { readonly line: string; readonly area: string } {
  const most = Math.max(...values.map((value) => value ?? 0), Number.MIN_VALUE);
  const x = (index: number): number => (index / Math.max(1, values.length - 1)) * width;
  // A line of 1.5 pixels must not be cut at the edges.
  const y = (value: number): number => height - 1 - (value / most) * (height - 2);
  const [line, area]: [string[], string[]] = [[], []];
  let begin = -1;
  const end = (index: number): void => {
    if (begin !== -1)
      area.push(`L${x(index).toFixed(1)} ${height}L${x(begin).toFixed(1)} ${height}Z`);
    begin = -1;
  };
  for (const [index, value] of values.entries()) {
    if (value === null) {
      end(index - 1);
      continue;
    }
    const point = `${begin === -1 ? "M" : "L"}${x(index).toFixed(1)} ${y(value).toFixed(1)}`;
    line.push(point);
    area.push(point);
    if (begin === -1) begin = index;
  }
  end(values.length - 1);
  return { line: line.join(""), area: area.join("") };
}
