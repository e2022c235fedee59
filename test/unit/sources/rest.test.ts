import { expect, it } from "vitest";
import { rest } from "../../../src/sources/index.js";

it("rest.options() writes onBody as JSON, whatever its conditions hold", () => {
  const onBody = { Information: "retry", "'a, b=c'": "skip" } as const;
  expect(rest.options({ url: "https://api.example.com/items", onBody })).toMatchObject({
    onBody: JSON.stringify(onBody),
  });
});
