import { execFileSync, spawnSync } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import {
  ArrayType,
  LongType,
  StringType,
  StructField,
  StructType,
  PythonException,
  type DataType,
  type SparkSession,
} from "../../src/index.js";
import { call_function, col } from "../../src/functions/index.js";
import { connect, isSparkAtLeast, uniqueName, uniquePath } from "./support.js";

describe("functions given as Python text", () => {
  let spark: SparkSession;
  beforeAll(async () => {
    spark = await connect();
  });
  afterAll(async () => {
    await spark.stop();
  });

  async function values(query: string): Promise<unknown[]> {
    const rows = await (await spark.sql(query)).collect();
    return rows.map((row) => Object.values(row)[0]);
  }
  /** The value of a Python expression, returned by a function with this return type. */
  async function returned(type: string | DataType, expression: string): Promise<unknown> {
    const name = uniqueName("returned");
    const source = `import datetime\nimport decimal\ndef give():\n    return ${expression}\n`;
    await spark.udf.registerPython(name, { source, function: "give", returnType: type });
    return (await values(`SELECT ${name}()`))[0];
  }

  it("a function can be called in SQL and with call_function(), and gets None for null", async () => {
    const source = `
import re

WORD = re.compile(r"\\w+")

def count_words(text, extra):
    return None if text is None else len(WORD.findall(text)) + extra
`;
    const udf = { source, function: "count_words", returnType: "int" };
    await spark.udf.registerPython("count_words", udf);
    const rows = "VALUES ('to be or not', 0), ('été', 1), (null, 2) AS t(text, n)";
    expect(await values(`SELECT count_words(text, n) FROM ${rows}`)).toEqual([4, 2, null]);
    const df = (await spark.sql(`SELECT * FROM ${rows}`)).select(
      call_function("count_words", "text", col("n").plus(10)),
    );
    expect(await df.collect({ rowMode: "array" })).toEqual([[14], [12], [null]]);
    expect(await spark.catalog.functionExists("count_words")).toBe(true);
  });

  it("registering a name again replaces the function", async () => {
    const name = uniqueName("replaced");
    for (const value of [1, 2]) {
      const source = `def one():\n    return ${value}\n`;
      await spark.catalog.registerFunction(name, { source, function: "one", returnType: "int" });
      expect(await values(`SELECT ${name}()`)).toEqual([value]);
    }
  });

  it.each([
    ["boolean", "True", true],
    ["tinyint", "-128", -128],
    ["smallint", "32767", 32767],
    ["int", "-2147483648", -2147483648],
    ["bigint", "2**63 - 1", 2n ** 63n - 1n],
    ["float", "1.5", 1.5],
    ["double", "0.1", 0.1],
    ["decimal(20,2)", 'decimal.Decimal("123456789012345678.25")', "123456789012345678.25"],
    ["string", '"schön \\U0001F600"', "schön 😀"],
    ["binary", 'bytearray(b"\\x00\\xff")', new Uint8Array([0, 255])],
    ["date", "datetime.date(2026, 2, 28)", "2026-02-28"],
    ["timestamp_ntz", "datetime.datetime(2026, 2, 28, 1, 2, 3, 4)", "2026-02-28T01:02:03.000004"],
    ["array<int>", "[1, None, 3]", [1, null, 3]],
    ["map<string,int>", '{"a": 1}', new Map([["a", 1]])],
    ["struct<a:int,b:string>", '(1, "x")', { a: 1, b: "x" }],
  ])("a value of type %s comes back whole, and null as null", async (type, python, expected) => {
    expect(await returned(type, python)).toEqual(expected);
    expect(await returned(type, "None")).toBeNull();
  });

  it("the return type may be a DataType of any depth", async () => {
    const type = ArrayType(
      new StructType([StructField("n", LongType()), StructField("s", StringType())]),
    );
    const value = await returned(type, '[(1, "one"), None]');
    expect(value).toEqual([{ n: 1n, s: "one" }, null]);
  });

  it("an exception of the function becomes a PythonException with its message and line", async () => {
    const source =
      "def fail(x):\n    if x > 1:\n        raise ValueError(f'too large: {x}')\n    return x\n";
    await spark.udf.registerPython("fail_above_one", {
      source,
      function: "fail",
      returnType: "bigint",
    });
    const failed = values("SELECT fail_above_one(id) FROM range(3)");
    await expect(failed).rejects.toBeInstanceOf(PythonException);
    await expect(failed).rejects.toThrow(/^\[PYTHON_EXCEPTION\] ValueError: too large: 2\n/);
    await expect(failed).rejects.toThrow("raise ValueError(f'too large: {x}')");
    await expect(failed).rejects.toThrow(/<fail from TypeScript, [0-9a-f]{8}>", line 3/);
  });

  it("a function that the text does not define is refused with the names that it defines", async () => {
    const source = "def there():\n    return 1\n";
    await spark.udf.registerPython("missing", { source, function: "absent", returnType: "int" });
    await expect(values("SELECT missing()")).rejects.toThrow(
      /has no function 'absent'; it defines \['there'\]/,
    );
  });

  it("a nondeterministic function is called for every row", async () => {
    const source = "import random\ndef draw():\n    return random.random()\n";
    await spark.udf.registerPython("draw", {
      source,
      function: "draw",
      returnType: "double",
      deterministic: false,
    });
    const drawn = await values("SELECT draw() FROM range(20)");
    expect(new Set(drawn).size).toBe(20);
  });

  it.each([
    ["SQL_ARROW_BATCHED_UDF", "def f(x):\n    return x + 1\n"],
    [
      "SQL_SCALAR_PANDAS_UDF",
      "import pandas as pd\ndef f(x: pd.Series) -> pd.Series:\n    return x + 1\n",
    ],
    ["SQL_SCALAR_PANDAS_ITER_UDF", "def f(batches):\n    for x in batches:\n        yield x + 1\n"],
  ] as const)("a function of %s gives a value for each row", async (evalType, source) => {
    const name = uniqueName("scalar");
    await spark.udf.registerPython(name, { source, function: "f", returnType: "bigint", evalType });
    expect(await values(`SELECT ${name}(id) FROM range(3) ORDER BY id`)).toEqual([1n, 2n, 3n]);
  });

  it.runIf(isSparkAtLeast(4, 1))(
    "a function of Arrow arrays returns a value for each row",
    async () => {
      const compute = "import pyarrow.compute as pc\n";
      const cases = {
        SQL_SCALAR_ARROW_UDF: `${compute}def f(x):\n    return pc.add(x, 1)\n`,
        SQL_SCALAR_ARROW_ITER_UDF: `${compute}def f(batches):\n    for x in batches:\n        yield pc.add(x, 1)\n`,
      } as const;
      for (const [evalType, source] of Object.entries(cases)) {
        const name = uniqueName("arrow");
        await spark.udf.registerPython(name, {
          source,
          function: "f",
          returnType: "bigint",
          evalType: evalType as keyof typeof cases,
        });
        expect(await values(`SELECT ${name}(id) FROM range(3) ORDER BY id`)).toEqual([1n, 2n, 3n]);
      }
    },
  );

  it("a pandas aggregate returns one value for each group", async () => {
    const source = "def mean(x):\n    return float(x.mean())\n";
    await spark.udf.registerPython("mean_of", {
      source,
      function: "mean",
      returnType: "double",
      evalType: "SQL_GROUPED_AGG_PANDAS_UDF",
    });
    const query = "SELECT mean_of(id) FROM range(6) GROUP BY id % 2 ORDER BY 1";
    expect(await values(query)).toEqual([2, 3]);
  });

  it.runIf(isSparkAtLeast(4, 1))(
    "an Arrow aggregate returns one value for each group",
    async () => {
      const source =
        "import pyarrow.compute as pc\ndef total(x) -> int:\n    return pc.sum(x).as_py()\n";
      await spark.udf.registerPython("total_of", {
        source,
        function: "total",
        returnType: "bigint",
        evalType: "SQL_GROUPED_AGG_ARROW_UDF",
      });
      const query = "SELECT total_of(id) FROM range(6) GROUP BY id % 2 ORDER BY 1";
      expect(await values(query)).toEqual([6n, 9n]);
    },
  );

  it.runIf(isSparkAtLeast(4, 2)).each([
    ["SQL_GROUPED_AGG_PANDAS_ITER_UDF", "int(x.sum())"],
    ["SQL_GROUPED_AGG_ARROW_ITER_UDF", "pc.sum(x).as_py()"],
  ] as const)(
    "an aggregate of %s gets the batches of a group one by one",
    async (evalType, batchSum) => {
      const source = `import pyarrow.compute as pc\ndef total(batches):\n    return sum(${batchSum} for x in batches)\n`;
      const name = uniqueName("total");
      await spark.udf.registerPython(name, {
        source,
        function: "total",
        returnType: "bigint",
        evalType,
      });
      const query = `SELECT ${name}(id) FROM range(6) GROUP BY id % 2 ORDER BY 1`;
      expect(await values(query)).toEqual([6n, 9n]);
    },
  );

  it.runIf(!isSparkAtLeast(4, 1))(
    "an eval type that this Spark lacks is refused by name",
    async () => {
      const udf = {
        source: "",
        function: "f",
        returnType: "int",
        evalType: "SQL_SCALAR_ARROW_UDF",
      } as const;
      await expect(spark.udf.registerPython("f", udf)).rejects.toMatchObject({
        errorClass: "NEEDS_NEWER_SPARK",
      });
    },
  );

  it("an invalid return type is refused by the server's parser", async () => {
    const udf = { source: "", function: "f", returnType: "no such type" };
    await expect(spark.udf.registerPython("f", udf)).rejects.toMatchObject({
      errorClass: expect.stringContaining("PARSE_SYNTAX_ERROR") as string,
    });
  });
});

describe("a table function given as Python text", () => {
  let spark: SparkSession;
  beforeAll(async () => {
    spark = await connect();
    const source = `
class Words:
    def __init__(self):
        self.count = 0

    def eval(self, text: str):
        for word in (text or "").split():
            self.count += 1
            yield word, len(word)

    def terminate(self):
        yield "(all)", self.count
`;
    const returnType = "word STRING, length INT";
    await spark.udtf.registerPython("words", { source, className: "Words", returnType });
  });
  afterAll(async () => {
    await spark.stop();
  });

  it("can be used in FROM", async () => {
    const rows = await spark.sql("SELECT * FROM words('to be or')");
    expect(await rows.collect()).toEqual([
      { word: "to", length: 2 },
      { word: "be", length: 2 },
      { word: "or", length: 2 },
      { word: "(all)", length: 3 },
    ]);
  });

  it("can be joined to each row with LATERAL", async () => {
    const rows = await spark.sql(
      "SELECT id, word FROM VALUES (1, 'a b'), (2, null) AS t(id, text), LATERAL words(text) WHERE word <> '(all)'",
    );
    expect(await rows.collect()).toEqual([
      { id: 1, word: "a" },
      { id: 1, word: "b" },
    ]);
  });

  it("derives its schema from its arguments if the class has analyze()", async () => {
    const source = `
from pyspark.sql.functions import AnalyzeArgument, AnalyzeResult
from pyspark.sql.types import IntegerType, StructType

class Columns:
    @staticmethod
    def analyze(count: AnalyzeArgument) -> AnalyzeResult:
        schema = StructType()
        for i in range(count.value):
            schema = schema.add(f"c{i}", IntegerType())
        return AnalyzeResult(schema=schema)

    def eval(self, count):
        yield tuple(range(count))
`;
    await spark.udtf.registerPython("columns_of", { source, className: "Columns" });
    const rows = await spark.sql("SELECT * FROM columns_of(3)");
    expect(await rows.collect()).toEqual([{ c0: 0, c1: 1, c2: 2 }]);
    await spark.udtf.registerPython("both", {
      source,
      className: "Columns",
      returnType: "c0 INT",
    });
    await expect((await spark.sql("SELECT * FROM both(1)")).collect()).rejects.toThrow(
      "class 'Columns' has an analyze method: register it without returnType",
    );
  });

  it("accepts a StructType as its return type, and yields Arrow data if requested", async () => {
    const source = "class Twice:\n    def eval(self, n):\n        yield n, 2 * n\n";
    await spark.udtf.registerPython("twice", {
      source,
      className: "Twice",
      returnType: new StructType([StructField("n", LongType()), StructField("twice", LongType())]),
      evalType: "SQL_ARROW_TABLE_UDF",
      deterministic: true,
    });
    const rows = await spark.sql("SELECT * FROM twice(21L)");
    expect(await rows.collect()).toEqual([{ n: 21n, twice: 42n }]);
  });

  it.runIf(isSparkAtLeast(4, 1))("takes and yields Arrow data if requested", async () => {
    const source = [
      "import pyarrow as pa",
      "import pyarrow.compute as pc",
      "class Twice:",
      "    def eval(self, n):",
      "        yield pa.table({'n': n, 'twice': pc.multiply(n, 2)})",
    ].join("\n");
    await spark.udtf.registerPython("twice_arrow", {
      source,
      className: "Twice",
      returnType: "n BIGINT, twice BIGINT",
      evalType: "SQL_ARROW_UDTF",
    });
    const rows = await spark.sql("SELECT * FROM twice_arrow(21L)");
    expect(await rows.collect()).toEqual([{ n: 21n, twice: 42n }]);
  });

  it("turns an exception of eval() into a PythonException with its message and line", async () => {
    const source = "class Fails:\n    def eval(self):\n        raise ValueError('not today')\n";
    await spark.udtf.registerPython("fails", { source, className: "Fails", returnType: "a INT" });
    const failed = (await spark.sql("SELECT * FROM fails()")).collect();
    await expect(failed).rejects.toBeInstanceOf(PythonException);
    await expect(failed).rejects.toThrow("not today");
    await expect(failed).rejects.toThrow(/<Fails from TypeScript, [0-9a-f]{8}>", line 3/);
  });

  it("is refused without eval() or a return type, with an error that names the missing part", async () => {
    const source = "class Plain:\n    pass\nclass Untold:\n    def eval(self):\n        yield 1,\n";
    await spark.udtf.registerPython("plain", { source, className: "Plain", returnType: "a INT" });
    await expect((await spark.sql("SELECT * FROM plain()")).collect()).rejects.toThrow(
      /'Plain' in <Plain from TypeScript, [0-9a-f]{8}> is not a class with an eval method/,
    );
    await spark.udtf.registerPython("untold", { source, className: "Untold" });
    await expect((await spark.sql("SELECT * FROM untold()")).collect()).rejects.toThrow(
      "class 'Untold' has no analyze method: register it with its returnType",
    );
  });
});

describe("functions in Java", () => {
  let spark: SparkSession;
  beforeAll(async () => {
    spark = await connect();
  });
  afterAll(async () => {
    await spark.stop();
  });

  it("a class in an added jar can be called in SQL", async ({ skip }) => {
    skip(spawnSync("javac", ["-version"]).status !== 0, "this machine has no Java compiler");
    const folder = uniquePath("java");
    await mkdir(join(folder, "example"), { recursive: true });
    const code = join(folder, "example", "Twice.java");
    await writeFile(
      code,
      `package example;
      public class Twice implements org.apache.spark.sql.api.java.UDF1<Long, Long> {
        public Long call(Long n) { return n == null ? null : Long.valueOf(2 * n); }
      }`,
    );
    const where =
      "import os, pyspark; print(os.path.join(os.path.dirname(pyspark.__file__), 'jars'))";
    const jars = execFileSync(inject("python"), ["-c", where]).toString().trim();
    execFileSync("javac", ["--release", "17", "-cp", join(jars, "*"), "-d", folder, code]);
    const jar = join(folder, `${uniqueName("twice")}.jar`);
    execFileSync("jar", ["--create", "--file", jar, "-C", folder, "example/Twice.class"]);

    await spark.addArtifacts(jar);
    await spark.udf.registerJavaFunction("twice_in_java", "example.Twice", "bigint");
    const df = await spark.sql(
      "SELECT twice_in_java(nullif(id, 1)) AS x FROM range(3) ORDER BY id",
    );
    expect(await df.collect()).toEqual([{ x: 0n }, { x: null }, { x: 4n }]);
  });

  it("a class that the server does not have is refused by name", async () => {
    await expect(
      spark.udf.registerJavaFunction("absent", "no.such.Function", "int"),
    ).rejects.toThrow("no.such.Function");
    await expect(spark.udf.registerJavaUDAF("absent", "no.such.Aggregate")).rejects.toThrow(
      "no.such.Aggregate",
    );
  });

  it("a class that is not a function is refused with the interface that it lacks", async () => {
    await expect(spark.udf.registerJavaFunction("text", "java.lang.String")).rejects.toThrow(/UDF/);
    await expect(spark.udf.registerJavaUDAF("text", "java.lang.String")).rejects.toThrow(
      /UserDefinedAggregateFunction/,
    );
  });
});
