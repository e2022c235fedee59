import { StatefulProcessor, state, type StateHandles } from "../../src/cluster/index.js";
import type { DataFrame, SparkSession } from "../../src/index.js";
declare const spark: SparkSession;
class Totals extends StatefulProcessor {
  states = { total: state.value("n BIGINT, sum BIGINT"), seen: state.map("coin STRING", "price DOUBLE"), items: state.list("id BIGINT") };
  async *handleInputRows(key: { coin: string }, rows: AsyncIterable<{ coin: string; id: bigint }>, { total, seen, timers }: StateHandles<this>) {
    const old = await total.get();
    let n = old?.n ?? 0n;
    for await (const row of rows) n += row.id;
    const x: number | null = (await seen.getValue({ coin: "a" }))?.price ?? null;
    await total.update({ n });
    yield { coin: key.coin, n, x, at: timers.processingTimeMs };
  }
}
export async function f(df: DataFrame, typed: DataFrame<{ coin: string; id: bigint }>, bad: DataFrame<{ coin: string; id: number }>) {
  const a = await df.groupBy("coin").transformWithState({ processor: Totals, outputSchema: "coin STRING, n BIGINT", outputMode: "update", timeMode: "None" });
  const b = await typed.groupBy("coin").transformWithState({ processor: Totals, outputSchema: "coin STRING, n BIGINT", outputMode: "update", timeMode: "None" });
  // @ts-expect-error id is a number
  await bad.groupBy("coin").transformWithState({ processor: Totals, outputSchema: "coin STRING, n BIGINT", outputMode: "update", timeMode: "None" });
  const n: bigint | null | undefined = (await b.collect())[0]?.n;
  return [a, n];
}
