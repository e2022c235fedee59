import { describe, expect, it } from "vitest";
import { registerTable, StructType } from "../../../src/index.js";
import { registeredSchema } from "../../../src/types/table-schemas.js";

describe("registerTable", () => {
  it("keeps a schema under each name, from DDL, schema JSON or a StructType", () => {
    const schema = StructType.fromDDL("id BIGINT NOT NULL");
    registerTable(["reg.a", "a"], "id BIGINT NOT NULL");
    registerTable("reg.b", schema.json());
    registerTable("reg.c", schema);
    for (const name of ["reg.a", "a", "reg.b", "reg.c"])
      expect(registeredSchema(name)).toEqual(schema);
    expect(registeredSchema("reg.d")).toBeUndefined();
  });
  it("accepts the same schema again, and refuses another schema before it changes anything", () => {
    registerTable("reg.twice", "id BIGINT, n INT COMMENT 'x'");
    registerTable("reg.twice", "id BIGINT, n INT");
    expect(() => {
      registerTable(["reg.first", "reg.twice"], "id INT");
    }).toThrow("Table reg.twice is registered already, with another schema.");
    expect(registeredSchema("reg.first")).toBeUndefined();
  });
  it("names the table with a text that is not a schema", () => {
    registerTable("reg.bad", "id BIGINTS");
    expect(() => registeredSchema("reg.bad")).toThrow(
      "The schema of table reg.bad cannot be read:",
    );
  });
});
