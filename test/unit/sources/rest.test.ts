import { expect, it } from "vitest";
import { rest } from "../../../src/sources/index.js";

it("rest.options() writes onBody as JSON, whatever its conditions hold", () => {
  const onBody = { Information: "retry", "'a, b=c'": "skip" } as const;
  expect(rest.options({ url: "https://api.example.com/items", onBody })).toMatchObject({
    onBody: JSON.stringify(onBody),
  });
});

it("rest.writeOptions() gives the texts that the sink reads, and refuses other names and types", () => {
  expect(
    rest.writeOptions({
      url: "https://api.example.com/orders/{id}",
      method: "PUT",
      headers: { "X-Tenant": "t" },
      keyColumns: ["id", "day"],
      onStatus: { 409: "skip", "5xx": "retry" },
      concurrentRequests: 4,
      allowedHosts: ["api.example.com"],
    }),
  ).toEqual({
    url: "https://api.example.com/orders/{id}",
    method: "PUT",
    headers: '{"X-Tenant":"t"}',
    keyColumns: "id,day",
    onStatus: "409=skip,5xx=retry",
    concurrentRequests: "4",
    allowedHosts: "api.example.com",
  });
  expect(() =>
    // @ts-expect-error an option of reads
    rest.writeOptions({ url: "https://api.example.com", pagination: "link" }),
  ).toThrow("Unknown option pagination of rest.writeOptions().");
  expect(() =>
    // @ts-expect-error a text instead of a list
    rest.writeOptions({ url: "https://api.example.com", keyColumns: "id" }),
  ).toThrow('Option keyColumns must be an array, got "id". Write ["id"].');
});

it("rest.options() writes parent as JSON, with its lists as the Python side reads them", () => {
  const list = { url: "https://api.example.com/repos", pageSize: 100 } as const;
  const parent = { ...list, endField: "state", endValues: ["done", "empty"] };
  const options = rest.options({ url: "https://api.example.com/{parent.id}", parent });
  expect(JSON.parse(String(options["parent"]))).toEqual({ ...parent, endValues: "done,empty" });
});
