import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { sparklinePath } from "./sparkline-path.js";

const [WIDTH, HEIGHT] = [120, 28];

/** A small line of the last hour. Screen readers skip it, because the row has the newest value. */
export function Sparkline({
  values,
}: {
  readonly values: readonly (number | null)[];
}): JSX.Element {
  const { line, area } = useMemo(() => sparklinePath(values, WIDTH, HEIGHT), [values]);
  return (
    <svg
      class="sparkline"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <path class="area" d={area} />
      <path class="line" d={line} />
    </svg>
  );
}
