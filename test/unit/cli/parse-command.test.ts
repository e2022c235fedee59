import { describe, expect, it } from "vitest";
import type { CommandSpec } from "../../../src/cli/command.js";
import { UsageError } from "../../../src/cli/exit-code.js";
import { nearName } from "../../../src/near-name.js";
import { parseCommand, type ParsedCommand } from "../../../src/cli/parse-command.js";
import { findCommand } from "../../../src/cli/run-cli.js";

const SPEC: Pick<CommandSpec, "name" | "options" | "maxArguments" | "usage"> = {
  name: "sql",
  usage: "[STATEMENT]",
  maxArguments: 1,
  options: {
    file: { type: "string", short: "f", value: "FILE", help: "" },
    format: { type: "string", help: "" },
    truncate: { type: "string", value: "N", help: "" },
    conf: { type: "string", multiple: true, help: "" },
    local: { type: "boolean", help: "" },
  },
};

function parse(...words: string[]): ParsedCommand {
  return parseCommand(SPEC, words);
}

describe("parseCommand", () => {
  it("reads options before and after the argument", () => {
    const { options, arguments: given } = parse("--local", "SELECT 1", "--format=csv", "-f", "-");
    expect(given).toEqual(["SELECT 1"]);
    expect(options.flag("local")).toBe(true);
    expect(options.flag("json")).toBe(false);
    expect(options.text("format")).toBe("csv");
    expect(options.text("file")).toBe("-");
  });
  it("takes a word after -- as an argument, so that a statement may begin with a comment", () => {
    expect(parse("--local", "--", "-- all\nSELECT 1").arguments).toEqual(["-- all\nSELECT 1"]);
  });
  it("suggests an option with a similar name for an unknown option", () => {
    expect(() => parse("--fromat", "csv")).toThrow(
      "Unknown option --fromat. Did you mean --format?",
    );
    expect(() => parse("--jsn")).toThrow("Did you mean --json?");
    expect(() => parse("-x")).toThrow("Unknown option -x.");
  });
  it("suggests nothing if no option has a similar name", () => {
    expect(() => parse("--zzzzzzzz")).toThrow(/^Unknown option --zzzzzzzz\.$/);
  });
  it("explains how to pass a statement that begins with a comment", () => {
    expect(() => parse("-- all\nSELECT 1")).toThrow(
      "Unknown option -- all\nSELECT 1. Put -- before an argument that begins with a dash",
    );
  });
  it("refuses an option without its value, and does not use the next option as its value", () => {
    expect(() => parse("--format")).toThrow("--format needs a value");
    expect(() => parse("--file", "--local")).toThrow("--file needs a value: --file FILE.");
    expect(() => parse("-f", "--local")).toThrow("-f needs a value: -f FILE.");
  });
  it("refuses a value for an option that takes no value", () => {
    expect(() => parse("--local=no")).toThrow("--local takes no value.");
  });
  it("refuses a repeated option, unless the option is repeatable", () => {
    expect(() => parse("--format", "csv", "--format", "json")).toThrow("--format is given twice.");
    expect(parse("--conf", "a=1", "--conf", "b=x=y").options.pairs("conf")).toEqual({
      a: "1",
      b: "x=y",
    });
  });
  it("refuses more arguments than the command takes, and advises quotes", () => {
    expect(() => parse("SELECT", "1")).toThrow(
      "sparktide sql takes at most 1 argument, got 2. Put quotes around",
    );
  });
  it("throws a UsageError, which becomes exit code 2", () => {
    expect(() => parse("--nope")).toThrow(UsageError);
  });
});

describe("OptionValues", () => {
  it("refuses numbers out of range and values that are not numbers", () => {
    expect(parse("--truncate", "7").options.integer("truncate", 1, 10)).toBe(7);
    for (const text of ["0", "11", "1.5", "x", "1e1", ""])
      expect(() => parse(`--truncate=${text}`).options.integer("truncate", 1, 10)).toThrow(
        "--truncate must be a whole number from 1 to 10",
      );
  });
  it("suggests a similar choice for an unknown one", () => {
    const { options } = parse("--format", "jsno");
    expect(() => options.choice("format", ["table", "json", "csv"])).toThrow(
      '--format must be one of table, json, csv, got "jsno". Did you mean json?',
    );
  });
  it("keeps a pair without a key out of the message, because it may be a secret", () => {
    expect(() => parse("--conf", "hunter2").options.pairs("conf")).toThrow(/^(?!.*hunter2)/);
    expect(() => parse("--conf", "=x").options.pairs("conf")).toThrow("--conf must be KEY=VALUE");
    expect(() => parse("--conf", "a=1", "--conf", "a=2").options.pairs("conf")).toThrow("a twice");
  });
});

describe("findCommand", () => {
  it("finds commands of one and of two words, and the words after them", () => {
    const found = (...words: string[]): unknown[] => {
      const { listed, rest } = findCommand(words);
      return [listed.name, ...rest];
    };
    expect(found("sql", "SELECT 1")).toEqual(["sql", "SELECT 1"]);
    expect(found("streams", "stop", "--all")).toEqual(["streams stop", "--all"]);
    expect(found("help", "streams", "stop")).toEqual(["streams stop", "--help"]);
    expect(found("help", "sql")).toEqual(["sql", "--help"]);
  });
  it("suggests a command with a similar name for an unknown command", () => {
    expect(() => findCommand(["docter"])).toThrow("Unknown command docter. Did you mean doctor?");
    expect(() => findCommand(["streams", "lst"])).toThrow("Did you mean streams list?");
    expect(() => findCommand(["streams"])).toThrow(
      "sparktide streams needs a command: list, watch, stop, add, pause, resume, restart, run, upgrade, remove.",
    );
    expect(() => findCommand([])).toThrow(
      "A command is missing. The commands are up, sql, sources, types, streams, pipelines, monitor, doctor, completion.",
    );
  });
});

describe("nearName", () => {
  it("finds a name with two letters swapped, with a letter missing, or by its beginning", () => {
    expect(nearName("remtoe", ["remote", "remote-file"])).toBe("remote");
    expect(nearName("sourcs", ["sources", "streams"])).toBe("sources");
    expect(nearName("doc", ["doctor", "sql"])).toBe("doctor");
  });
  it("finds nothing if more than a third of the letters differ", () => {
    expect(nearName("banana", ["sources", "streams", "sql"])).toBeUndefined();
    expect(nearName("x", [])).toBeUndefined();
  });
});
