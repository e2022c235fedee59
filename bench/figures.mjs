/** The median of several figures. */
export function median(figures) {
  const sorted = [...figures].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

/** Prints a comparison: minimum / median / maximum of each side, and the ratio of the medians. */
export function printRatio(what, ours, other) {
  const [mine, theirs] = [median(ours.msEach), median(other.msEach)];
  const show = ({ label, msEach }) => {
    const range = [Math.min(...msEach), median(msEach), Math.max(...msEach)];
    return `${label} ${range.map((ms) => (ms / 1000).toFixed(3)).join(" / ")} s`;
  };
  console.log(`${what}: ratio ${(mine / theirs).toFixed(2)}  (${show(ours)}; ${show(other)})`);
}
