import { describe, expect, it } from "vitest";
import {
  ArrayType,
  IntegerType,
  LongType,
  StringType,
  StructField,
  StructType,
  TimestampType,
} from "../../../src/index.js";
import type { Declared } from "../../../src/cli/catalog-types/declared.js";
import { fileText, schemasIn } from "../../../src/cli/catalog-types/declarations-file.js";
import { fileDiff } from "../../../src/cli/catalog-types/file-diff.js";
import { docComment, repeatedNames } from "../../../src/cli/catalog-types/row-text.js";
import { typeNames } from "../../../src/cli/catalog-types/type-names.js";

function table(name: string, schema: StructType, comment?: string): Declared {
  return { kind: "table", names: [name], parts: name.split("."), comment, schema };
}

const IDS: StructType = new StructType([StructField("id", LongType(), false)]);

describe("the file of sparktide types", () => {
  it("has a member for each name, a type for each entry, and the command without values of options", () => {
    const orders: Declared = { ...table("sales.orders", IDS), names: ["sales.orders", "orders"] };
    const source: Declared = {
      ...table("my source", new StructType([StructField("at", TimestampType())])),
      kind: "source",
    };
    expect(fileText([orders, source], ["--database", "it's"])).toBe(
      `// Written by \`npx sparktide types --database 'it'\\''s'\`.
// Do not edit. Run the command again after the schemas have changed.
/* eslint-disable */
import type { Timestamp } from "sparktide";

declare module "sparktide" {
  interface Tables {
    orders: SalesOrders;
    "sales.orders": SalesOrders;
  }
  interface Formats {
    "my source": MySource;
  }
}

// @table ["sales.orders", "orders"], "id BIGINT NOT NULL"
/** The rows of sales.orders. */
export type SalesOrders = {
  id: bigint;
};

// @source ["my source"], "at TIMESTAMP"
/** The rows of the source my source. */
export type MySource = {
  at: Timestamp | null;
};
`,
    );
  });

  it("registers the schemas of tables if it is a module, and keeps those of sources in comments", () => {
    const orders: Declared = { ...table("sales.orders", IDS), names: ["sales.orders", "orders"] };
    const source: Declared = { ...table("s", IDS), kind: "source" };
    const text = fileText([orders, source], [], "module");
    expect(text).toContain('\nimport { registerTable } from "sparktide";\n');
    expect(text).toContain('\nregisterTable(["sales.orders", "orders"], "id BIGINT NOT NULL");\n');
    expect(text).toContain('\n// @source ["s"], "id BIGINT NOT NULL"\n');
    expect([...schemasIn(text)]).toEqual([
      ["table sales.orders", IDS],
      ["source s", IDS],
    ]);
    expect(fileText([source], [], "module")).toContain("\nexport {};\n");
  });

  it("is a module without tables", () => {
    expect(fileText([], [])).toContain('export {};\n\ndeclare module "sparktide" {\n}\n');
  });

  it("keeps comments from ending the doc comment, the line or the terminal's line", () => {
    expect(docComment("one */ two\u001b[2J", "")).toBe("/** one *\\/ two\\u001b[2J */\n");
    expect(docComment(" a\r\nb\n\nc ", "  ")).toBe("  /**\n   * a\n   * b\n   *\n   * c\n   */\n");
    expect(docComment("  ", "")).toBe("");
  });

  it("keeps the schema that it declares, without comments, even if names contain line ends", () => {
    const schema = new StructType([
      StructField("a\u2028`b\n", ArrayType(IntegerType(), false), true, { comment: "x" }),
      StructField("s", new StructType([StructField("t", StringType(), false, { comment: "y" })])),
    ]);
    const plain = new StructType([
      StructField("a\u2028`b\n", ArrayType(IntegerType(), false)),
      StructField("s", new StructType([StructField("t", StringType(), false)])),
    ]);
    const name = 'db.`odd\u2029\n"name`';
    const text = fileText([table(name, schema), table("db.t", IDS)], []);
    const found = schemasIn(text);
    expect([...found.keys()]).toEqual([`table ${name}`, "table db.t"]);
    expect(found.get(`table ${name}`)?.json()).toBe(plain.json());
    expect(found.get("table db.t")).toEqual(IDS);
  });

  it("is refused if a line with a schema was edited", () => {
    const text = fileText([table("db.t", IDS)], []);
    for (const edited of [text.replace("BIGINT", "BIGINTS"), text.replace('"]', '"x]')]) {
      expect(() => schemasIn(edited)).toThrow(
        "A line of the file was edited and cannot be read: // @table",
      );
    }
  });
});

describe("typeNames", () => {
  it("makes different names that the file does not use for other types", () => {
    const entries = [
      ["sales", "order_lines"],
      ["sales_order", "lines"],
      ["day", "time_interval"],
      ["db", "odd name-é"],
      ["2024_x"],
      ["_"],
    ].map((parts) => ({ ...table("x", IDS), parts }));
    expect(typeNames(entries)).toEqual([
      "SalesOrderLines",
      "SalesOrderLines2",
      "DayTimeInterval2",
      "DbOddNameÉ",
      "Table2024X",
      "Table",
    ]);
  });
});

describe("fileDiff", () => {
  it("names tables that only the file or only the catalog has, and skips equal ones", () => {
    const inFile = schemasIn(fileText([table("db.a", IDS), table("db.gone", IDS)], []));
    expect(fileDiff(inFile, [table("db.a", IDS), table("db.new", IDS)])).toEqual([
      { kind: "table", name: "db.new", lines: ["new: the file does not have it"] },
      { kind: "table", name: "db.gone", lines: ["gone: only the file has it"] },
    ]);
  });
});

describe("repeatedNames", () => {
  it("finds names that occur twice in one struct, at any depth", () => {
    const twice = new StructType([StructField("x", LongType()), StructField("x", LongType())]);
    expect(repeatedNames(twice)).toEqual(["x"]);
    expect(repeatedNames(new StructType([StructField("x", ArrayType(twice))]))).toEqual(["x"]);
    expect(repeatedNames(new StructType([StructField("x", IDS)]))).toEqual([]);
  });
});
