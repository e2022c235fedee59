import { describe, expect, it } from "vitest";
import { canonicalName } from "../../../src/pipelines/dataset-name.js";

const markets = { catalog: "spark_catalog", database: "markets" };

describe("canonicalName()", () => {
  it.each([
    "prices",
    "Prices",
    "`prices`",
    "markets.prices",
    "`markets`.PRICES",
    "spark_catalog.markets.prices",
    "spark_catalog . markets . prices",
  ])("is equal for all spellings of a dataset: %s", (name) => {
    expect(canonicalName(name, markets)).toBe(canonicalName("prices", markets));
  });

  it.each(["price", "other.prices", "lake.markets.prices", "`markets.prices`", "prices.markets"])(
    "differs for another dataset: %s",
    (name) => {
      expect(canonicalName(name, markets)).not.toBe(canonicalName("prices", markets));
    },
  );

  it("keeps dots and backticks of a quoted name within its part", () => {
    expect(canonicalName("`a.b``c`", markets)).toBe('["spark_catalog","markets","a.b`c"]');
  });

  it("takes all parts of the database and the catalog before a name of one part", () => {
    const nested = { catalog: "Lake", database: "raw.`Ma rkets`" };
    expect(canonicalName("prices", nested)).toBe('["lake","raw","ma rkets","prices"]');
    expect(canonicalName("lake.raw.`ma rkets`.prices", nested)).toBe(
      canonicalName("prices", nested),
    );
  });

  it("takes spark_catalog before two parts, and nothing before one part, if nothing is known", () => {
    const unknown = { catalog: undefined, database: undefined };
    expect(canonicalName("markets.prices", unknown)).toBe(canonicalName("prices", markets));
    expect(canonicalName("prices", unknown)).toBe('["prices"]');
  });
});
