import { describe, expect, it } from "vitest";
import { defineConnector, delta } from "../../../src/connectors/index.js";
import { ArgumentError } from "../../../src/errors.js";

const users = {
  url: "/users?since={updated}",
  schema: "id bigint, updated timestamp, state string",
  key: "id",
  offsetField: "updated",
} as const;
const shop = { name: "shop", baseUrl: "https://api.example.com", tables: { users } } as const;

/** The message of the error of a definition that differs from a good one. */
function refusal(change: object): string {
  try {
    defineConnector({ ...shop, ...change });
  } catch (error) {
    if (error instanceof ArgumentError) return error.message;
    throw error;
  }
  return "";
}

function refusalOf(change: object, others: object = {}): string {
  return refusal({ tables: { ...others, users: { ...users, ...change } } });
}

describe("defineConnector()", () => {
  it("names the table and the column, option or placeholder that is wrong", () => {
    expect(refusalOf({ key: "idd" })).toContain(
      'key of the table users of shop names "idd", which is not a column. Did you mean id?',
    );
    expect(refusalOf({ key: undefined })).toContain("table users of shop needs key");
    expect(refusalOf({ schema: undefined })).toContain("table users of shop needs schema");
    expect(refusalOf({ schema: "id bigintt" })).toContain("schema of the table users of shop");
    expect(refusalOf({ latestBy: "nothing" })).toContain("latestBy of the table users of shop");
    expect(refusalOf({ paginaton: "link" })).toContain("Did you mean pagination?");
    expect(refusalOf({ url: "/users/{owner}" })).toContain("{owner}, which is neither");
    expect(refusalOf({ url: "users" })).toContain("must begin with a slash");
  });

  it("says where options belong that a table cannot have", () => {
    expect(refusalOf({ oauthToken: "x" })).toContain("auth of the connector");
    expect(refusalOf({ requestsPerSecond: 1 })).toContain("pace of the connector");
    expect(refusalOf({ includeMetadata: true })).toContain("columns that schema does not have");
    expect(refusalOf({ outputType: "json" })).toContain("columns of schema");
  });

  it("refuses a parent that is not a table, is the table itself, or depends on a position", () => {
    const repos = { url: "/repos", schema: "id bigint", key: "id" };
    expect(refusalOf({ parent: "repo" }, { repos })).toContain("Did you mean repos?");
    expect(refusalOf({ parent: "users" })).toContain("is the table itself");
    const late = { ...repos, url: "/repos?since={timestamp}" };
    expect(refusalOf({ parent: "repos" }, { repos: late })).toContain("depend on a position");
    const child = { ...repos, parent: "others" };
    expect(refusalOf({ parent: "repos" }, { others: repos, repos: child })).toContain("one level");
    expect(refusalOf({ url: "/users/{parent.id}" })).toContain("the table has no parent");
    expect(refusalOf({ url: "/users/{parent.id}", parent: "repos" }, { repos })).toBe("");
  });

  it("refuses names, parameters and addresses that cannot work", () => {
    expect(refusal({ name: "rest" })).toContain("a format has that name");
    expect(refusal({ name: "my shop" })).toContain("must be a letter");
    expect(refusal({ baseUrl: "api.example.com" })).toContain("baseUrl must be the origin");
    expect(refusal({ parameters: ["owner"] })).toContain("has no effect");
    expect(refusal({ parameters: ["schema"] })).toContain("the name of an option of rest");
    expect(refusal({ tables: {} })).toContain("at least one table");
  });
});

describe("options() and streams() of a connector", () => {
  const connector = defineConnector(shop);

  it("give the options of a read as texts, and refuse unknown tables and options", () => {
    expect(connector.options({ table: "users", streamingInterval: 1 })).toEqual({
      table: "users",
      streamingInterval: "1",
    });
    expect(() => connector.options({ table: "user" as "users" })).toThrow("Did you mean users?");
    expect(() => connector.options({ table: "users", owner: 1 } as never)).toThrow("owner");
  });

  it("declare a stream for each table, with a name and a checkpoint of its own", () => {
    const streams = connector.streams({ sink: delta("/lake/shop"), mode: "upsert" });
    expect(streams.map(({ name }) => name)).toEqual(["shop_users"]);
    expect(() => delta("shop")).toThrow("needs a folder for the checkpoints");
    expect(delta("shop", { checkpoints: "/c/" })).toEqual({ location: "shop", checkpoints: "/c" });
  });

  it("refuse the mode scd2 without a column that orders the versions", () => {
    const table = { ...users, url: "/users", offsetField: "cursor" } as const;
    const plain = defineConnector({ ...shop, tables: { users: table } });
    const sink = delta("/lake/shop");
    expect(() => plain.streams({ sink, mode: "scd2" })).toThrow("set latestBy of the table users");
    expect(() => plain.streams({ sink, mode: "merge" as never })).toThrow("mode must be");
  });
});
