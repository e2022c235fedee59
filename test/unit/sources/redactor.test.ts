import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { isSensitiveName } from "../../../src/sources/redactor.js";

/** The lists that the Python sources are tested with: both sides have to hide the same. */
const python = readFileSync(
  new URL("../../../python-udsource/tests/test_http.py", import.meta.url),
  "utf8",
);
const [credentials, ordinary] = [...python.matchAll(/"name",\n\s+"""([^"]+)"""\.split\(\)/g)].map(
  ([, names = ""]) => names.trim().split(/\s+/),
);

describe("isSensitiveName()", () => {
  it.each(credentials ?? [])("knows %s as the name of a credential", (name) => {
    expect(isSensitiveName(name)).toBe(true);
  });

  it.each(ordinary ?? [])("takes %s for an ordinary name", (name) => {
    expect(isSensitiveName(name)).toBe(false);
  });

  it("is tested with the lists of the Python sources", () => {
    expect(credentials).toContain("X-API-Key");
    expect(ordinary).toContain("keyword");
  });
});
