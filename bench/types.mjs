/** Measures what the types cost an editor: the time to check programs with typed frames and the same with untyped frames. */
import { median } from "./figures.mjs";
import { CHAINS, checkProgram, COLUMNS, hoverTexts } from "./type-cost.mjs";
import { chainsProgram, wideProgram } from "./type-programs.mjs";

const ROUNDS = 9;

function medianOf(results, name) {
  return median(results.map((result) => result[name]));
}

/** Prints the median processor times and the instantiations of a program. */
function print(label, results) {
  const times = results.map(({ ms }) => ms);
  const range = [Math.min(...times), median(times), Math.max(...times)];
  console.log(
    `  ${label}: ${range.map((ms) => ms.toFixed(0)).join(" / ")} ms, with loading of the types ${medianOf(results, "wholeMs").toFixed(0)} ms, ${results[0].instantiations} instantiations`,
  );
}

export function benchTypes() {
  const programs = {
    untyped: chainsProgram(CHAINS, { typed: false }),
    typed: chainsProgram(CHAINS, { typed: true }),
    wide: wideProgram(COLUMNS),
  };
  // The first checks load and optimise the compiler, so they do not count.
  for (const text of Object.values(programs)) checkProgram(text);
  const results = { untyped: [], typed: [], wide: [] };
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, text] of Object.entries(programs)) results[name].push(checkProgram(text));
  }
  const { untyped, typed, wide } = results;
  const ratio = (name) => (medianOf(typed, name) / medianOf(untyped, name)).toFixed(2);
  console.log(
    `types of ${CHAINS} chains of five operations, typed to untyped: time ratio ${ratio("ms")}, instantiations ratio ${ratio("instantiations")}, time ratio with loading of the types ${ratio("wholeMs")}`,
  );
  print("typed", typed);
  print("untyped", untyped);
  console.log(`types of a frame with ${COLUMNS} columns:`);
  print("ten operations", wide);
  console.log("the editor's text for three frames after ten operations:");
  for (const text of hoverTexts()) console.log(text.replaceAll(/^/gm, "  "));
}
