import { describe, expect, it } from "vitest";
import { StructType } from "../../../src/index.js";
import { assertSchemaEqual, SparkAssertionError } from "../../../src/testing/index.js";

function messageOf(check: () => void): string {
  try {
    check();
  } catch (error) {
    expect(error).toBeInstanceOf(SparkAssertionError);
    return (error as Error).message;
  }
  return "";
}

describe("assertSchemaEqual()", () => {
  it("accepts equal schemas, as StructType and as DDL", () => {
    const schema = StructType.fromDDL("id BIGINT COMMENT 'key', tags ARRAY<STRING>");
    assertSchemaEqual(schema, "id BIGINT, tags ARRAY<STRING>");
    assertSchemaEqual("id BIGINT, tags ARRAY<STRING>", schema);
  });

  it("names each different column and field by its path", () => {
    const message = messageOf(() => {
      assertSchemaEqual(
        "id INT, a STRUCT<zip: INT, street: STRING>, tags ARRAY<INT>, extra DATE",
        "id BIGINT, a STRUCT<zip: STRING, city: STRING>, tags ARRAY<STRING>, total DECIMAL(12,2)",
      );
    });
    expect(message.split("\n").map((line) => line.trim())).toEqual([
      "The schemas differ (- only expected, + only actual, ~ expected → actual):",
      "",
      "~ id bigint → int",
      "~ a.zip string → int",
      "- a.city string",
      "+ a.street string",
      "~ tags.element string → int",
      "- total decimal(12,2)",
      "+ extra date",
      "",
    ]);
  });

  it("ignores NOT NULL unless ignoreNullable is false", () => {
    assertSchemaEqual("id INT NOT NULL", "id INT");
    const message = messageOf(() => {
      assertSchemaEqual("id INT NOT NULL", "id INT", { ignoreNullable: false });
    });
    expect(message).toContain("~ id int → int not null");
  });

  it("compares the order of columns unless ignoreColumnOrder is true", () => {
    assertSchemaEqual("b INT, a STRING", "a STRING, b INT", { ignoreColumnOrder: true });
    const message = messageOf(() => {
      assertSchemaEqual("b INT, a STRING", "a STRING, b INT");
    });
    expect(message).toContain("- in this order: struct<a:string,b:int>");
    expect(message).toContain("+ in this order: struct<b:int,a:string>");
  });

  it("sees a column that occurs twice", () => {
    expect(
      messageOf(() => {
        assertSchemaEqual("a INT, a INT", "a INT");
      }),
    ).toContain("+ in this order: struct<a:int,a:int>");
  });

  it("tells a caller who passes a DataFrame or a promise what to pass", () => {
    expect(() => {
      assertSchemaEqual(Promise.resolve() as never, "a INT");
    }).toThrow(/actual must be a StructType or DDL text.*await df\.schema\(\)/);
  });
});
