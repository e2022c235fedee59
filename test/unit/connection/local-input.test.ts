import { describe, expect, it } from "vitest";
import { tableFromArrays } from "apache-arrow";
import { RowDecoder } from "../../../src/arrow/decode/row-decoder.js";
import { ArgumentError } from "../../../src/errors.js";
import { IntegerType, StringType, StructType } from "../../../src/index.js";
import {
  encodeLocalInput,
  type LocalInput,
  type SchemaInput,
} from "../../../src/connection/local-data/local-input.js";

class DataFrame {
  collect(): unknown[] {
    return [];
  }
}

class Entity {
  get id(): number {
    return 1;
  }
}

function circular(): object {
  const value: { self?: object } = {};
  value.self = value;
  return value;
}

function encoded(data: LocalInput, schema?: SchemaInput): { ddl: string; rows: unknown[] } {
  const local = encodeLocalInput(data, schema);
  const { rows } = new RowDecoder(local.schema, { rowMode: "array" }).decode(local.stream());
  return { ddl: local.schema.toDDL(), rows };
}

describe("createDataFrame", () => {
  it("accepts rows as objects and arrays, with a schema in every form", () => {
    const expected = {
      ddl: "a INT,b STRING",
      rows: [
        [1, "x"],
        [2, null],
      ],
    };
    const objects = [{ a: 1, b: "x" }, { a: 2 }];
    const arrays = [
      [1, "x"],
      [2, null],
    ];
    const struct = new StructType().add("a", IntegerType()).add("b", StringType());
    for (const schema of [struct, "a int, b string", "struct<a: int, b: string>"]) {
      expect(encoded(objects, schema)).toEqual(expected);
      expect(encoded(arrays, schema)).toEqual(expected);
    }
    expect(encoded(arrays, ["x"]).ddl).toBe("x BIGINT,_2 STRING");
    expect(encoded(objects, ["b", "a"])).toEqual({
      ddl: "b STRING,a BIGINT",
      rows: [
        ["x", 1n],
        [null, 2n],
      ],
    });
  });

  it("accepts single values as a column", () => {
    expect(encoded([1, null, 3], "int")).toEqual({ ddl: "value INT", rows: [[1], [null], [3]] });
    expect(encoded(["a"])).toEqual({ ddl: "_1 STRING", rows: [["a"]] });
    expect(encoded([null, new Uint8Array([1])], ["bytes"]).ddl).toBe("bytes BINARY");
    expect(encoded([[1, 2]], "array<int>").rows).toEqual([[[1, 2]]]);
  });

  it("accepts columns as arrays and typed arrays", () => {
    expect(
      encoded({
        byte: new Int8Array([-128, 127]),
        unsigned: new Uint8Array([0, 255]),
        big: new BigUint64Array([0n, 2n ** 64n - 1n]),
        long: new Uint32Array([0, 2 ** 32 - 1]),
        float: new Float32Array([0.5, NaN]),
        text: ["a", null],
      }),
    ).toEqual({
      ddl: "byte TINYINT,unsigned SMALLINT,big DECIMAL(20,0),long BIGINT,float FLOAT,text STRING",
      rows: [
        [-128, 0, "0", 0n, 0.5, "a"],
        [127, 255, "18446744073709551615", 4_294_967_295n, NaN, null],
      ],
    });
    expect(encoded({ a: [1, 2] }, "a decimal(5,2)").rows).toEqual([["1.00"], ["2.00"]]);
    expect(encoded({ a: [] }, "a int").rows).toEqual([]);
  });

  it("accepts an Arrow table, also with other names and types", () => {
    const table = tableFromArrays({ id: new Int32Array([1, 2]), text: ["a", null] });
    const own = encoded(table);
    expect(own.ddl).toBe("id INT NOT NULL,text STRING");
    expect(own.rows).toEqual([
      [1, "a"],
      [2, null],
    ]);
    expect(encoded(table, ["x", "y"]).ddl).toBe("x INT NOT NULL,y STRING");
    expect(encoded(table, "id DECIMAL(4,1), text STRING")).toEqual({
      ddl: "id DECIMAL(4,1),text STRING",
      rows: [
        ["1.0", "a"],
        ["2.0", null],
      ],
    });
  });

  it("accepts instances of a class, and uses their properties as columns", () => {
    class Order {
      id = 1;
    }
    expect(encoded([new Order()])).toEqual({ ddl: "id BIGINT", rows: [[1n]] });
  });

  it("splits many rows into batches that decode to the same rows", () => {
    const rows = Array.from({ length: 5_000 }, (_, id) => [id, "x".repeat(id % 700)]);
    expect(encoded(rows, "a int, b string").rows).toEqual(rows);
  });

  it.each<[string, LocalInput, SchemaInput | undefined, RegExp]>([
    [
      "columns of different lengths",
      { a: [1], b: [1, 2] },
      undefined,
      /b has 2 values, but a has 1/,
    ],
    ["a column that is not an array", { a: 5 as never }, undefined, /Column a must be an array/],
    ["a column without a schema", { a: [1] }, "b int", /Column a is not in the schema/],
    ["a schema without its column", {}, "b int", /Column b of the schema has no values/],
    [
      "an empty column",
      { a: [] },
      undefined,
      /Column a has no values, so its type cannot be inferred/,
    ],
    ["a column of nulls only", { a: [null] }, undefined, /only nulls/],
    ["a name that no row has", [{ a: 1 }], ["b"], /No row has a column b/],
    ["a column that is not named", [{ a: 1, b: 2 }], ["a"], /column b that is not in the list/],
    ["invalid DDL", [[1]], "a foo", /character 3/],
    ["columns with a single type", { a: [1] }, "int", /got the type integer/],
    ["a table with too few columns", tableFromArrays({ a: [1] }), ["a", "b"], /1 columns.*has 2/],
    [
      "a wrong value in a late batch",
      Array.from({ length: 3000 }, (_, id) => [id === 2999 ? "x" : id]),
      "a int",
      /Column a, row 2999: string/,
    ],
    [
      "a wrong value late in a column",
      { a: Array.from({ length: 3000 }, (_, id) => (id === 2999 ? 0.5 : id)) },
      "a int",
      /Column a, row 2999: number/,
    ],
    ["a string", "rows" as never, undefined, /got a string/],
    ["null", null as never, undefined, /got null/],
    ["a Promise of rows", Promise.resolve([[1]]) as never, undefined, /a Promise\. Await it first/],
    ["a Map", new Map([["a", [1]]]) as never, undefined, /a Map\. Convert it to an array/],
    ["a Set", new Set([1]) as never, "int", /a Set\. Convert it to an array/],
    ["a Date", new Date(0) as never, undefined, /a Date/],
    ["a function", (() => []) as never, undefined, /a function/],
    ["an object of a class", new DataFrame() as never, undefined, /a DataFrame/],
    ["an async iterable", (async function* () {})() as never, undefined, /createDataFrameFrom/],
    ["a null row", [{ a: 1 }, null], undefined, /Row 1 is null: a row must be/],
    ["an undefined row with a schema", [{ a: 1 }, undefined], "a int, b int", /Row 1 is undefined/],
    ["a hole in the array of rows", new Array(2), "a int, b int", /Row 0 is undefined/],
    ["a hole in the array of values", new Array(2), "int", /Row 0 is a hole/],
    ["a row that is a Promise", [Promise.resolve({})], undefined, /Row 0 is a Promise.*Await/],
    ["a row that is a Map", [new Map([["a", 1]])], "a int, b int", /Row 0 is a Map/],
    ["a row that is a Date", [new Date(0)], "a int, b int", /Row 0 is a Date/],
    ["a row of a class without columns", [new Entity()], undefined, /Row 0 is an Entity/],
    [
      "a Promise as a struct",
      [[Promise.resolve()]],
      "s struct<a: int>",
      /Column s, row 0: Promise/,
    ],
    [
      "an object that contains itself",
      [{ o: circular() }],
      undefined,
      /Column o, row 0.*contains itself/,
    ],
    ["a variant that contains itself", [[circular()]], "v variant", /Column v.*contains itself/],
    ["an unpaired surrogate in a variant", [["a\ud800"]], "v variant", /unpaired surrogate/],
    [
      "an unpaired surrogate in a variant's name",
      [[{ "\udc00": 1 }]],
      "v variant",
      /unpaired surrogate/,
    ],
  ])("refuses %s, with a message that says what and where", (_, data, schema, message) => {
    let error: unknown;
    try {
      encodeLocalInput(data, schema);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(ArgumentError);
    expect((error as Error).message).toMatch(message);
  });
});
