import { describe, expect, it } from "vitest";
import { DeployedSources } from "../../../src/connection/deployed-sources.js";
import {
  AnalysisException,
  ParseException,
  SparkException,
  type SparkExceptionDetails,
} from "../../../src/errors.js";
import { rest, weather } from "../../../src/sources/index.js";

function explained(error: SparkException, sources = new DeployedSources()): SparkException {
  return sources.explained(error, {}) as SparkException;
}

function unresolved(name: string, details: SparkExceptionDetails = {}): AnalysisException {
  return new AnalysisException(
    `[UNRESOLVED_COLUMN.WITH_SUGGESTION] A column with name \`${name}\` cannot be resolved. SQLSTATE: 42703;\n'Project ['${name}]\n`,
    {
      errorClass: "UNRESOLVED_COLUMN.WITH_SUGGESTION",
      messageParameters: { objectName: `\`${name}\`` },
      ...details,
    },
  );
}

function notFound(provider: string): SparkException {
  return new SparkException(
    `[DATA_SOURCE_NOT_FOUND] Failed to find the data source: ${provider}.`,
    {
      errorClass: "DATA_SOURCE_NOT_FOUND",
      messageParameters: { provider },
    },
  );
}

describe("an error of Spark for a typical mistake", () => {
  it.each([
    ["id desc", 'For the direction write col("id").desc().'],
    ["desc", 'For the direction write col("…").desc().'],
    ["id + 1", 'For SQL write expr("id + 1") or selectExpr("id + 1").'],
    ["Column<'a'>Column<'b'>", 'write col("a").plus(col("b")).'],
    ["undefined", "The program turned the value undefined into text."],
  ])("says what to write for a column named %j", (name, advice) => {
    const { message } = explained(unresolved(name));
    expect(message.split("\n")[1]).toContain(advice);
  });

  it("has the advice between Spark's sentence and the plan, and keeps its class and fields", () => {
    const error = unresolved("id desc", {
      sqlState: "42703",
      errorId: "e",
      serverStackTrace: "at",
    });
    const changed = explained(error);
    expect(changed).toBeInstanceOf(AnalysisException);
    expect(changed).toMatchObject({ sqlState: "42703", errorId: "e", serverStackTrace: "at" });
    expect(changed.message).toMatch(/SQLSTATE: 42703;\nThe whole text .*\n'Project/);
  });

  it("has no advice for a misspelt name, and for a name in SQL text", () => {
    const misspelt = unresolved("nmae");
    expect(explained(misspelt)).toBe(misspelt);
    const context = {
      contextType: "sql",
      objectType: "",
      objectName: "",
      startIndex: 0,
      stopIndex: 1,
      fragment: "`a b`",
      callSite: "",
      summary: "",
    } as const;
    const inSql = unresolved("a b", { queryContexts: [context] });
    expect(explained(inSql)).toBe(inSql);
  });

  it.each([
    ["'$'", "select $1", "markers for arguments are ? and :name, not $1."],
    ["'&'", "a && b", "Write AND and OR in SQL, not && and ||."],
    ["'['", "select [object Object]", "The SQL text holds a printed JavaScript object."],
  ])("says what to write in SQL text for a syntax error at %s", (at, sql, advice) => {
    const error = new ParseException(
      `[PARSE_SYNTAX_ERROR] Syntax error at or near ${at}. SQLSTATE: 42601 (line 1, pos 0)\n\n== SQL ==\n${sql}\n^^^\n`,
      { errorClass: "PARSE_SYNTAX_ERROR", messageParameters: { error: at, hint: "" } },
    );
    const changed = explained(error);
    expect(changed).toBeInstanceOf(ParseException);
    expect(changed.message).toMatch(/pos 0\)\n.*\n\n== SQL ==\n/);
    expect(changed.message).toContain(advice);
  });
});

describe("a format that the server does not know", () => {
  it("says how to register a packaged source", () => {
    expect(explained(notFound("weather")).message).toContain(
      "Import weather from there, and add .dataSources(weather) to the session's builder or call await spark.dataSource.register(weather).",
    );
  });

  it("says that the server lost a source that the session registered", () => {
    const sources = new DeployedSources();
    sources.add("weather", weather);
    expect(explained(notFound("weather"), sources).message).toContain(
      "This session has registered weather, but the server no longer has it.",
    );
  });

  it.each([
    ["parqet", "Did you mean parquet?"],
    ["delta", "The server runs without Delta Lake"],
    ["mysource", "A data source written in Python has to be registered in this session"],
  ])("%j gets advice", (name, advice) => {
    expect(explained(notFound(name)).message).toContain(advice);
  });
});

describe("a read of a registered source", () => {
  const sources = new DeployedSources();
  sources.add("weather", weather);
  sources.add("rest", rest);

  it("refuses an unknown option with a similar name, in any case", () => {
    expect(() => {
      sources.checkRead({ format: "REST", options: { URL: "x", maxretrys: "1" }, paths: [] });
    }).toThrow("Unknown option maxretrys of REST. Did you mean maxRetries? Known options: ");
  });

  it("refuses a path", () => {
    expect(() => {
      sources.checkRead({ format: "rest", options: {}, paths: ["https://x"] });
    }).toThrow(
      "The source rest reads no path: call load() without arguments. Its address is the option url.",
    );
  });

  it("accepts the options of the source in any case, and every option of other formats", () => {
    sources.checkRead({ format: "weather", options: { STATIONS: "[]", streaming: "" }, paths: [] });
    sources.checkRead({ format: "csv", options: { headr: "1" }, paths: ["/x"] });
  });
});
