import { describe, expect, it } from "vitest";
import { tableIdentifier } from "../../../src/delta/table-identifier.js";
import { quotedName } from "../../../src/types/sql-name.js";
import { ArgumentError } from "../../../src/errors.js";

describe("tableIdentifier", () => {
  it.each([
    ["orders", "`orders`"],
    ["main.db.orders", "`main`.`db`.`orders`"],
    ["db.`odd.name`", "`db`.`odd.name`"],
    ["`a``b`.c-d", "`a``b`.`c-d`"],
    ["`a/b`", "`a/b`"],
    ["delta.orders", "`delta`.`orders`"],
  ])("reads %s as a name", (given, sql) => {
    expect(tableIdentifier(given)).toEqual({ sql });
  });

  it.each([
    ["/data/orders", "/data/orders"],
    ["./orders", "./orders"],
    ["s3a://bucket/a.b", "s3a://bucket/a.b"],
    ["dbfs:orders", "dbfs:orders"],
    ["delta.`/data/it``s`", "/data/it`s"],
    ["/data/`x`/y", "/data/`x`/y"],
  ])("reads %s as a path", (given, path) => {
    expect(tableIdentifier(given)).toEqual({
      sql: `delta.\`${path.replaceAll("`", "``")}\``,
      path,
    });
  });

  it.each(["", " ", ".", "a.", ".a", "a..b", "a. .b", "`a", "a`", "`a`b", "`a`.`", "``", "${x}"])(
    "refuses %j, which is neither a name nor a path",
    (given) => {
      expect(() => tableIdentifier(given)).toThrow(ArgumentError);
    },
  );

  it("names the refused argument", () => {
    expect(() => quotedName("zOrderBy", "a..b")).toThrow(
      expect.objectContaining({ argument: "zOrderBy" }) as ArgumentError,
    );
  });
});
