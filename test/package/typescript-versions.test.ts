/** The public types in a user's project, with each supported TypeScript. */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PackedProject } from "./packed-project.js";

/** The newest release of each supported line. */
const VERSIONS = ["5.4.5", "5.5.4", "5.6.3", "5.7.3", "5.8.3", "5.9.3", "6.0.3", "7.0.2"];

/**
 * Dependencies whose own declarations need TypeScript 5.7: they give type arguments to Uint8Array and similar types, which
 * TS2315 reports. With an older TypeScript, only `skipLibCheck: true` hides these errors.
 */
const NEWER_DEPENDENCIES =
  /^node_modules\/(@bufbuild\/protobuf|flatbuffers)\/\S+: error TS2315: Type '\w+Array' is not generic\.$/;

/** Whether a version needs the exception above. */
const isBefore57 = (version: string): boolean => /^5\.[456]\./.test(version);

/** Does not import sparktide/testing, which needs an optional package. */
const PROGRAM = `
import { LongType, SparkSession, StructField, StructType, type Column, type DataFrame, type RowOfSchema, type Tables, type Timestamp } from "sparktide";
import { col, count, max, sum, to_date, upper } from "sparktide/functions";
import { LocalSpark } from "sparktide/local";
import { weather } from "sparktide/sources";

declare module "sparktide" {
  interface Tables {
    "sales.orders": {
      id: bigint; customer_id: bigint; status: string | null; total: number | null; discount: number | null;
      placed_at: Timestamp | null; payload: { sku: string; price: number | null } | null;
    };
  }
}
type Customer = { customer_id: bigint; name: string; region: string | null };
type RowOf<Frame> = Frame extends DataFrame<infer Row> ? Row : never;
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function same<A, B>(_same: Same<A, B>): void {}

declare const session: SparkSession;
const orders = session.table("sales.orders");
same<RowOf<typeof orders>, Tables["sales.orders"]>(true);
declare const customers: DataFrame<Customer>;

const net = orders
  .filter((o) => o.total.gt(100).and(o.status.eq("paid")))
  .withColumn("net", (o) => o.total.minus(o.discount))
  .withColumns((o) => ({ day: to_date(o.placed_at), state: upper(o.status) }))
  .drop("payload", "day", "state")
  .withColumnRenamed("status", "old")
  .select("id", "old", "net")
  .orderBy("net", { ascending: false });
same<RowOf<typeof net>, { id: bigint; old: string | null; net: number | null }>(true);

const joined = orders.join(customers, "customer_id", "left").select("id", "name", "payload.sku");
same<RowOf<typeof joined>, { id: bigint; name: string | null; sku: string | null }>(true);

const sides = orders
  .join(customers, (o, c) => o.customer_id.eq(c.customer_id), "full")
  .select((o, c) => ({ left: o.customer_id, right: c.customer_id, name: c.name }));
same<RowOf<typeof sides>["name"], string | null>(true);

const grouped = orders.groupBy("status").pivot("customer_id", ["a", "b"]).agg((o) => ({ n: count("*"), high: max(o.total) }));
same<keyof RowOf<typeof grouped>, "status" | "a_n" | "b_n" | "a_high" | "b_high">(true);
const counted = orders.groupBy((o) => [o.customer_id, to_date(o.placed_at).alias("day")]).count();
same<RowOf<typeof counted>["count"], bigint>(true);

const named: Column<string | null> = orders.col("payload.sku");
const untyped: DataFrame = orders;
untyped.select("anything", col("else"), sum("total")).filter("total > 1");

// @ts-expect-error: the name is misspelt
orders.select("totl");
// @ts-expect-error: the name is misspelt
orders.filter((o) => o.totl.gt(1));
// @ts-expect-error: the right side has no such column
orders.join(customers, "total");

export async function main(): Promise<void> {
  await using spark = await SparkSession.builder().local().dataSources(weather).create();
  const schema = new StructType([StructField("id", LongType(), false)]);
  const rows: RowOfSchema<typeof schema>[] = await (await spark.sql("SELECT 1 AS id")).to(schema).collect();
  for await (const row of joined.toLocalIterator()) same<typeof row, RowOf<typeof joined>>(true);
  orders.writeStream.foreachBatch(async (batch) => {
    await batch.filter((o) => o.total.gt(1)).count();
  });
  await using local = await LocalSpark.start();
  // @ts-expect-error: the imports have their own types, not any
  const wrong: number = [rows, local, named] as const;
}
`;

const FULL = ["--moduleResolution", "nodenext", "--module", "nodenext", "--skipLibCheck", "false"];
// Both resolutions find the same declarations, so check those only once.
const BUNDLER = ["--moduleResolution", "bundler", "--module", "esnext", "--skipLibCheck", "true"];

describe("docs/compatibility.md", () => {
  it("names the checked versions of TypeScript", () => {
    const page = readFileSync(new URL("../../docs/compatibility.md", import.meta.url), "utf8");
    const [, ...lines] = /with TypeScript ([\d.,\s]+) and (7\.\d+):/.exec(page) ?? [];
    const named = lines.flatMap((text) => text.split(/,\s+/));
    expect(named).toEqual(VERSIONS.map((version) => version.split(".", 2).join(".")));
  });
});

describe("the public types", { timeout: 300_000 }, () => {
  let project: PackedProject;
  beforeAll(() => {
    project = new PackedProject();
    const compilers = VERSIONS.map((version) => `typescript-${version}@npm:typescript@${version}`);
    project.npm(["install", "--prefer-offline", "--ignore-scripts", ...compilers]);
    project.write("program.ts", PROGRAM);
  }, 300_000);
  afterAll(() => {
    project[Symbol.dispose]();
  }, 60_000);

  /** The errors that a compiler prints, one a line. */
  async function errorsOf(version: string, options: readonly string[]): Promise<string[]> {
    const compiler = join(project.folder, `node_modules/typescript-${version}/bin/tsc`);
    const common = ["--noEmit", "--strict", "--target", "es2022", "--types", "node"];
    const lib = ["--lib", "es2022,esnext.disposable", "--pretty", "false"];
    const args = [compiler, ...common, ...lib, ...options, "program.ts"];
    return new Promise((resolve, reject) => {
      execFile(process.execPath, args, { cwd: project.folder }, (error, stdout, stderr) => {
        const lines = stdout.split("\n").filter((line) => line !== "");
        // Without an error to show, a failure is not about types.
        if (error !== null && lines.length === 0) reject(new Error(`${error.message}${stderr}`));
        else resolve(lines);
      });
    });
  }

  describe.concurrent.each(VERSIONS)("with TypeScript %s", (version) => {
    it("compile with skipLibCheck: false and moduleResolution nodenext", async () => {
      const errors = await errorsOf(version, FULL);
      const own = errors.filter((line) => !NEWER_DEPENDENCIES.test(line));
      expect(own).toEqual([]);
      // Without the expected errors, the exception can go.
      expect(errors.length > 0).toBe(isBefore57(version));
    });
  });

  // The oldest and the newest version are enough here: all versions between them resolve modules in the same way.
  describe.concurrent.each([VERSIONS[0], VERSIONS[VERSIONS.length - 1]])(
    "with TypeScript %s",
    (version) => {
      it("compile with moduleResolution bundler", async () => {
        expect(await errorsOf(version ?? "", BUNDLER)).toEqual([]);
      });
    },
  );
});
