import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EventStreamParser } from "../../../../src/monitor/page/event-stream.js";

describe("the parser of server-sent events", () => {
  it("returns a message at its empty line, with its name and id", () => {
    const parser = new EventStreamParser();
    expect(parser.push("id: 7\nevent: point\ndata: {}\n")).toEqual([]);
    expect(parser.push("\n")).toEqual([{ event: "point", data: "{}", id: "7" }]);
  });

  it("joins the lines of data, and names a message without a name", () => {
    expect(new EventStreamParser().push("data: a\ndata\ndata:  b\n\n")).toEqual([
      { event: "message", data: "a\n\n b", id: "" },
    ]);
  });

  it("ignores comments, unknown fields and messages without data", () => {
    expect(
      new EventStreamParser().push(": alive\n\nretry: 5\nevent: x\n\ncolour: red\n\n"),
    ).toEqual([]);
  });

  it("keeps the last id for messages without an id, also that of the former connection", () => {
    const parser = new EventStreamParser("4");
    const [first, second] = parser.push("data: a\n\nid: 5\n\n data: x\ndata: b\n\n");
    expect([first?.id, second?.id]).toEqual(["4", "5"]);
  });

  it("does not take the name of a message for the next one", () => {
    const [, second] = new EventStreamParser().push("event: log\ndata: a\n\ndata: b\n\n");
    expect(second?.event).toBe("message");
  });

  it("returns the same messages for each way to cut the text, with each line end", () => {
    const lines = ["id: 1", "event: streams", "data: {1", "data: }", "", ": x", "data: end", ""];
    const expected = [
      { event: "streams", data: "{1\n}", id: "1" },
      { event: "message", data: "end", id: "1" },
    ];
    fc.assert(
      fc.property(
        fc.constantFrom("\n", "\r\n", "\r"),
        fc.infiniteStream(fc.integer({ min: 1, max: 10 })),
        (end, sizes) => {
          // A comment follows, because a lone \r at the end could be half of \r\n.
          const text = `${lines.join(end)}${end}: end`;
          const parser = new EventStreamParser();
          const messages = [];
          for (let begin = 0; begin < text.length;) {
            const size = sizes.next().value as number;
            messages.push(...parser.push(text.slice(begin, begin + size)));
            begin += size;
          }
          expect(messages).toEqual(expected);
        },
      ),
    );
  });
});
