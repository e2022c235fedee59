/** The programs whose types `npm run bench types` and test/package/type-cost.test.ts check. */

const IMPORTS = `import type { DataFrame, Timestamp } from "sparktide";
import { avg, col, concat_ws, count, max, min, sum, to_date, upper } from "sparktide/functions";
`;

const FRAMES = {
  orders: `{
  id: bigint; customer_id: bigint; status: string | null; region: string | null; total: number | null;
  discount: number | null; quantity: number | null; placed_at: Timestamp | null; tags: string[] | null;
  payload: { sku: string; price: number | null } | null;
}`,
  customers: `{
  customer_id: bigint; name: string | null; country: string | null; region: string | null;
  score: number | null; vip: boolean | null; joined_at: Timestamp | null;
}`,
  events: `{
  event_id: bigint; customer_id: bigint; kind: string | null; value: number | null; at: Timestamp | null;
}`,
};

/**
 * Chains of five operations. `n` makes each chain different, so that the compiler cannot reuse an earlier result. The first
 * list is for frames that know their columns, the second is the same query for frames that do not.
 */
const CHAINS = [
  (n) => [
    [
      `orders.filter((o) => o.total.gt(${n}))`,
      `.withColumn("net_${n}", (o) => o.total.minus(o.discount))`,
      `.select((o) => ({ id: o.id, day_${n}: to_date(o.placed_at), net: o.net_${n}.cast("decimal(18,2)"), status: upper(o.status) }))`,
      `.orderBy("day_${n}", (o) => o.net.desc())`,
      `.limit(${n})`,
    ],
    [
      `orders.filter(col("total").gt(${n}))`,
      `.withColumn("net_${n}", col("total").minus(col("discount")))`,
      `.select(col("id"), to_date(col("placed_at")).alias("day_${n}"), col("net_${n}").cast("decimal(18,2)").alias("net"), upper(col("status")).alias("status"))`,
      `.orderBy("day_${n}", col("net").desc())`,
      `.limit(${n})`,
    ],
  ],
  (n) => [
    [
      `orders.groupBy("region", "status")`,
      `.agg((o) => ({ n_${n}: count("*"), high: max(o.total), low: min(o.total), mean: avg(o.quantity) }))`,
      `.filter((o) => o.n_${n}.gt(1).and(o.high.isNotNull()))`,
      `.select("region", "n_${n}", "high", "mean")`,
      `.orderBy("n_${n}", { ascending: false })`,
    ],
    [
      `orders.groupBy("region", "status")`,
      `.agg(count("*").alias("n_${n}"), max(col("total")).alias("high"), min(col("total")).alias("low"), avg(col("quantity")).alias("mean"))`,
      `.filter(col("n_${n}").gt(1).and(col("high").isNotNull()))`,
      `.select("region", "n_${n}", "high", "mean")`,
      `.orderBy("n_${n}", { ascending: false })`,
    ],
  ],
  (n) => [
    [
      `orders.join(customers, "customer_id")`,
      `.filter((o) => o.score.gt(${n}).and(o.country.eq("X${n}")))`,
      `.withColumn("label_${n}", (o) => concat_ws("-", o.name, o.status))`,
      `.select("id", "label_${n}", "payload.sku", "vip")`,
      `.distinct()`,
    ],
    [
      `orders.join(customers, "customer_id")`,
      `.filter(col("score").gt(${n}).and(col("country").eq("X${n}")))`,
      `.withColumn("label_${n}", concat_ws("-", col("name"), col("status")))`,
      `.select("id", "label_${n}", "payload.sku", "vip")`,
      `.distinct()`,
    ],
  ],
  (n) => [
    [
      `orders.join(events, (o, e) => o.customer_id.eq(e.customer_id).and(e.value.gt(${n})), "full")`,
      `.select((o, e) => ({ id: o.id, other_${n}: e.customer_id, kind: e.kind, value: e.value }))`,
      `.groupBy("kind", "other_${n}")`,
      `.count()`,
      `.orderBy((g) => g.count.desc(), "kind")`,
    ],
    [
      `orders.join(events, orders.col("customer_id").eq(events.col("customer_id")).and(events.col("value").gt(${n})), "full")`,
      `.select(orders.col("id"), events.col("customer_id").alias("other_${n}"), events.col("kind"), events.col("value"))`,
      `.groupBy("kind", "other_${n}")`,
      `.count()`,
      `.orderBy(col("count").desc(), "kind")`,
    ],
  ],
  (n) => [
    [
      `customers.withColumns((c) => ({ day_${n}: to_date(c.joined_at), upper: upper(c.name) }))`,
      `.drop("joined_at", "name")`,
      `.withColumnRenamed("upper", "name_${n}")`,
      `.dropDuplicates("name_${n}", "day_${n}")`,
      `.select((c) => [c.customer_id, c.day_${n}, c.score.plus(${n}).alias("score")])`,
    ],
    [
      `customers.withColumns({ day_${n}: to_date(col("joined_at")), upper: upper(col("name")) })`,
      `.drop("joined_at", "name")`,
      `.withColumnRenamed("upper", "name_${n}")`,
      `.dropDuplicates("name_${n}", "day_${n}")`,
      `.select(col("customer_id"), col("day_${n}"), col("score").plus(${n}).alias("score"))`,
    ],
  ],
  (n) => [
    [
      `events.groupBy((e) => [e.customer_id, to_date(e.at).alias("day_${n}")])`,
      `.pivot("kind", ["click_${n}", "view_${n}"])`,
      `.agg((e) => ({ n: count("*"), total: sum(e.value) }))`,
      `.fillna(0, "click_${n}_n")`,
      `.orderBy("day_${n}")`,
    ],
    [
      `events.groupBy(col("customer_id"), to_date(col("at")).alias("day_${n}"))`,
      `.pivot("kind", ["click_${n}", "view_${n}"])`,
      `.agg(count("*").alias("n"), sum(col("value")).alias("total"))`,
      `.fillna(0, "click_${n}_n")`,
      `.orderBy("day_${n}")`,
    ],
  ],
  (n) => [
    [
      `orders.filter((o) => o.region.eq("r${n}")).union(orders)`,
      `.withColumn("total_${n}", (o) => o.total.multiply(o.quantity))`,
      `.groupBy("customer_id")`,
      `.sum("total_${n}", "quantity")`,
      `.select((o) => ({ customer: o.customer_id, total: o["sum(total_${n})"].divide(o["sum(quantity)"]) }))`,
    ],
    [
      `orders.filter(col("region").eq("r${n}")).union(orders)`,
      `.withColumn("total_${n}", col("total").multiply(col("quantity")))`,
      `.groupBy("customer_id")`,
      `.sum("total_${n}", "quantity")`,
      `.select(col("customer_id").alias("customer"), col("sum(total_${n})").divide(col("sum(quantity)")).alias("total"))`,
    ],
  ],
  (n) => [
    [
      `events.select("*", (e) => e.value.gt(${n}).alias("large_${n}"))`,
      `.join(customers, ["customer_id"], "left")`,
      `.withColumn("local_${n}", (e) => e.region.isin("a", "b").and(e.large_${n}))`,
      `.groupBy("country", "local_${n}")`,
      `.agg((e) => [count("*").alias("n"), sum(e.value).alias("total_${n}"), max(e.at).alias("last")])`,
    ],
    [
      `events.select("*", col("value").gt(${n}).alias("large_${n}"))`,
      `.join(customers, ["customer_id"], "left")`,
      `.withColumn("local_${n}", col("region").isin("a", "b").and(col("large_${n}")))`,
      `.groupBy("country", "local_${n}")`,
      `.agg(count("*").alias("n"), sum(col("value")).alias("total_${n}"), max(col("at")).alias("last"))`,
    ],
  ],
];

function declarations(typed) {
  return Object.entries(FRAMES).map(
    ([name, row]) => `declare const ${name}: DataFrame${typed ? `<${row}>` : ""};\n`,
  );
}

/**
 * A program of `count` chains, each with five operations on a line of its own.
 *
 * @param options.typed whether the frames know their columns
 * @param options.first the number of the first chain
 */
export function chainsProgram(count, { typed, first = 1 }) {
  const chains = Array.from({ length: count }, (_, index) => {
    const n = first + index;
    const lines = CHAINS[index % CHAINS.length](n)[typed ? 0 : 1];
    return `export const chain${n} = ${lines.join("\n  ")};\n`;
  });
  return [IMPORTS, ...declarations(typed), ...chains].join("");
}

/** One chain of each kind, typed and not. Checking it first loads the types of the library. */
export function loadingProgram() {
  const { length } = CHAINS;
  const untyped = chainsProgram(length, { typed: false, first: 1001 });
  return `${chainsProgram(length, { typed: true, first: 2001 })}
export namespace untyped {
${untyped
  .replace(IMPORTS, "")
  .replaceAll("declare const", "const")
  .replaceAll(/: DataFrame;/g, " = null as unknown as DataFrame;")}
}
`;
}

const WIDE_TYPES = ["bigint", "string | null", "number | null", "Timestamp | null"];

/** Ten operations over a frame of many columns. */
export function wideProgram(columns) {
  const names = Array.from({ length: columns }, (_, n) => `c${n}: ${WIDE_TYPES[n % 4]};`);
  return `${IMPORTS}
declare const wide: DataFrame<{ ${names.join(" ")} }>;
declare const other: DataFrame<{ c0: bigint; city: string | null }>;
export const result = wide
  .filter((w) => w.c2.gt(1))
  .withColumn("day", (w) => to_date(w.c3))
  .withColumns((w) => ({ upper: upper(w.c1), more: w.c6.plus(1) }))
  .drop("c10", "c11")
  .withColumnRenamed("c20", "renamed")
  .join(other, "c0", "left")
  .select("*", (w) => w.c14.alias("again"))
  .fillna(0, ["c2", "c6"])
  .orderBy("day", (w) => w.more.desc())
  .select((w) => ({ id: w.c0, day: w.day, last: w.c${columns - 1}, renamed: w.renamed, city: w.city, more: w.more }));
`;
}

/** Three frames after ten operations each, for the text that an editor shows. */
export function hoverProgram() {
  return `${IMPORTS}
${declarations(true).join("")}
export const afterTen = orders
  .filter((o) => o.total.gt(100))
  .withColumn("day", (o) => to_date(o.placed_at))
  .withColumn("net", (o) => o.total.minus(o.discount))
  .drop("tags", "payload")
  .withColumnRenamed("region", "area")
  .select("id", "customer_id", "area", "day", "net")
  .fillna(0, "net")
  .dropDuplicates("id")
  .orderBy("day")
  .limit(10);
export const grouped = orders
  .join(customers, "customer_id", "left")
  .filter((o) => o.vip)
  .withColumns((o) => ({ day: to_date(o.placed_at), country: upper(o.country) }))
  .groupBy("country", "day")
  .agg((o) => ({ orders: count("*"), high: max(o.total), first: min(o.placed_at) }))
  .filter((o) => o.orders.gt(1))
  .withColumn("text", (o) => o.high.cast("string"))
  .drop("first")
  .orderBy("day")
  .distinct();
export const pivoted = events
  .join(customers, (e, c) => e.customer_id.eq(c.customer_id), "full")
  .select((e, c) => ({ customer: c.customer_id, kind: e.kind, value: e.value, at: e.at, name: c.name }))
  .filter((e) => e.value.gt(0))
  .withColumn("day", (e) => to_date(e.at))
  .groupBy("day", "name")
  .pivot("kind", ["click", "view"])
  .agg((e) => ({ n: count("*"), total: sum(e.value) }))
  .withColumnRenamed("name", "customer")
  .unionByName(orders.select((o) => ({ day: to_date(o.placed_at), id: o.id })), { allowMissingColumns: true })
  .orderBy("day");
`;
}
