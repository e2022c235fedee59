import { describe, expect, it } from "vitest";
import { addressOf, routeOf, tokenOf, type Route } from "../../../../src/monitor/page/address.js";
import { DEFAULT_SETTINGS } from "../../../../src/monitor/page/listing.js";

describe("addresses of the monitor's page", () => {
  it.each([
    { view: "list", settings: DEFAULT_SETTINGS },
    {
      view: "list",
      settings: { text: "a&b #1", group: "failing", sort: "lag", isDescending: true },
    },
    { view: "stream", name: "orders", span: "15m", level: "info" },
    { view: "stream", name: "a/b?c#d 100%", span: "24h", level: "error" },
  ] satisfies Route[])("can be read again: %j", (route) => {
    expect(routeOf(addressOf(route))).toEqual(route);
  });

  it("leave out defaults", () => {
    expect(addressOf({ view: "list", settings: DEFAULT_SETTINGS })).toBe("#/");
  });

  it("open the list with its defaults when they are not known", () => {
    const list = { view: "list", settings: DEFAULT_SETTINGS };
    for (const hash of ["", "#", "#/nothing", "#/?sort=size&state=angry", "#/streams/"])
      expect(routeOf(hash)).toEqual(list);
    expect(routeOf("#/streams/50%?span=1y")).toEqual({
      view: "stream",
      name: "50%",
      span: "15m",
      level: "info",
    });
  });

  it("may have a token", () => {
    expect(tokenOf("#token=abc%2B1")).toBe("abc+1");
    expect(tokenOf("#/streams/token=1")).toBeUndefined();
    expect(tokenOf("#token=")).toBeUndefined();
  });
});
