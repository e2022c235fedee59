import { fileURLToPath } from "node:url";
import ts from "typescript";
import { beforeAll, describe, expect, it } from "vitest";
import { ArgumentError } from "../../src/errors.js";
import { checkMethods, checkOptions, SIGNAL } from "../../src/option-check.js";
import { SparkSession, StreamingQuery, StreamSupervisor } from "../../src/index.js";
import { serverRequest } from "../../src/local/local-spark-options.js";
import { resolveDecodeOptions } from "../../src/arrow/decode/decode-options.js";
import { FakeSparkServer } from "./support/fake-spark-server.js";
import { offlineContext, rangeOf } from "./support/offline-session.js";

const SRC = fileURLToPath(new URL("../../src/", import.meta.url));

/** A public method that takes an options object, as its types say. */
interface OptionsMethod {
  readonly file: string;
  readonly owner: string;
  readonly name: string;
  readonly at: number;
  readonly keys: readonly string[];
}

/** Spark reads the options of these methods. It knows more options than their types list. */
const FREE =
  /^(?:DataFrameReader|DataFrameWriter|DataStreamReader)\.(?:csv|json|xml|parquet|orc|text)$/;
/** These methods accept different kinds of arguments or name themselves otherwise, and check their options themselves. */
const OTHERWISE: ReadonlySet<string> = new Set([
  "Connector.options",
  "Connector.streams",
  "PackagedRest.writeOptions",
  "SparkSession.addArtifacts",
  "SparkSession.cloneSession",
  "SparkSession.sql",
  "SparkSessionBuilder.local",
]);
/** Folders with internal classes only, and files that the tests below cover. */
const INTERNAL =
  /\/(?:gen|transport|plan|arrow|cli|local|foreach-batch)\/|spark-connection\.ts|call-scope\.ts|sql-binding\.ts/;

/** Finds the methods by their types. */
function optionsMethods(): OptionsMethod[] {
  const config = ts.readConfigFile(`${SRC}../tsconfig.json`, (path) => ts.sys.readFile(path));
  const { fileNames, options } = ts.parseJsonConfigFileContent(config.config, ts.sys, `${SRC}..`);
  const files = fileNames.filter((name) => name.startsWith(SRC) && !INTERNAL.test(name));
  const program = ts.createProgram(files, options);
  const checker = program.getTypeChecker();
  const found: OptionsMethod[] = [];
  for (const file of files) {
    const source = program.getSourceFile(file);
    for (const node of source?.statements ?? []) {
      if (!ts.isClassDeclaration(node) || node.name === undefined) continue;
      for (const member of node.members) {
        if (!ts.isMethodDeclaration(member) || ts.isPrivateIdentifier(member.name)) continue;
        if ((ts.getCombinedModifierFlags(member) & ts.ModifierFlags.Static) !== 0) continue;
        if (ts.getJSDocTags(member).some(({ tagName }) => tagName.text === "internal")) continue;
        // `this` is a parameter for the compiler only.
        const parameters = member.parameters.filter(({ name }) => name.getText() !== "this");
        for (const [at, parameter] of parameters.entries()) {
          const name = parameter.name.getText();
          const type = checker.getTypeAtLocation(parameter);
          const keys = keysOf(checker, type);
          const isOptions = /options$/i.test(name) || keys.includes("signal");
          const method = { file, owner: node.name.text, name: member.name.getText(), at, keys };
          const full = `${method.owner}.${method.name}`;
          if (isOptions && keys.length > 0 && !FREE.test(full) && !OTHERWISE.has(full))
            found.push(method);
        }
      }
    }
  }
  return found;
}

function keysOf(checker: ts.TypeChecker, type: ts.Type): string[] {
  const constraint = type.isTypeParameter() ? checker.getBaseConstraintOfType(type) : type;
  const parts = constraint?.isUnion() === true ? constraint.types : [constraint ?? type];
  const objects = parts.filter(
    (part) => (part.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection)) !== 0,
  );
  if (objects.some((part) => checker.getIndexInfosOfType(part).length > 0)) return [];
  if (objects.some((part) => part.getCallSignatures().length > 0)) return [];
  return [...new Set(objects.flatMap((part) => part.getProperties().map(({ name }) => name)))];
}

async function refusal(call: () => unknown): Promise<string> {
  try {
    await call();
  } catch (error) {
    expect(error).toBeInstanceOf(ArgumentError);
    return (error as Error).message;
  }
  return "no error";
}

describe("every public method that takes options", () => {
  let methods: OptionsMethod[] = [];
  beforeAll(() => {
    methods = optionsMethods();
  }, 120_000);

  it("refuses unknown keys, and lists exactly the options of its type", async () => {
    expect(methods.length).toBeGreaterThan(100);
    const wrong: string[] = [];
    for (const { file, owner, name, at, keys } of methods) {
      const module = (await import(file)) as Record<string, { prototype: object }>;
      const prototype = module[owner]?.prototype ?? {};
      const method = Reflect.get(prototype, name) as (...args: unknown[]) => unknown;
      const args = Array.from({ length: at }, () => undefined);
      const self: unknown = Object.create(prototype);
      const message = await refusal(() =>
        Reflect.apply(method, self, [...args, { nonsense: 1 }]),
      ).catch((error: unknown) => String(error));
      const listed = /Known options: (.*)\.$/.exec(message)?.[1]?.split(", ").sort();
      if (JSON.stringify(listed) !== JSON.stringify([...keys].sort()))
        wrong.push(`${owner}.${name} (${keys.join(", ")}): ${message}`);
    }
    expect(wrong).toEqual([]);
  }, 120_000);
});

describe("a method with options", () => {
  it("refuses a wrong key or position before it sends anything", async () => {
    let calls = 0;
    const server = await FakeSparkServer.start({
      executePlan: () => {
        calls += 1;
        return [];
      },
    });
    const df = rangeOf(offlineContext(server, "4.2.1"));
    // Like a caller in JavaScript.
    const loose = df as unknown as Record<string, (...args: unknown[]) => unknown>;
    const cases: [call: () => unknown, message: RegExp][] = [
      [
        () => loose["collect"]?.({ int46: "number" }),
        /Unknown option int46 .*\. Did you mean int64\?/,
      ],
      [
        () => loose["sample"]?.(0.5, 42),
        /sample\(\) takes its options as an object, \{ with.*not a number/,
      ],
      [() => loose["show"]?.(1, false), /show\(\) takes its options as an object.*not a boolean/],
      [() => loose["show"]?.(1, {}, true), /show\(\) takes 2 arguments at most, got 3/],
      [() => loose["dropna"]?.(["a"]), /dropna\(\) takes its options as an object.*not an array/],
      [
        () => loose["dropna"]?.("any", 2),
        /dropna\(\) takes its options as an object.*not a number/,
      ],
      [() => loose["count"]?.(null), /not null/],
      [() => loose["count"]?.(AbortSignal.abort()), /not an AbortSignal/],
      [() => loose["take"]?.(1, "array"), /not a string/],
      [() => loose["orderBy"]?.("id", { ascending: true, nulls: "last" }), /Unknown option nulls/],
      [
        () => resolveDecodeOptions({ temporal: { dates: "date" } as never }),
        /Unknown option dates.*date\?/,
      ],
    ];
    for (const [call, message] of cases) expect(await refusal(call)).toMatch(message);
    expect(calls).toBe(0);
    server.stop();
  });

  it("names itself, the mistake and the right form in its error", async () => {
    const server = await FakeSparkServer.start({});
    const df = rangeOf(offlineContext(server, "4.2.1"));
    // Like a caller in JavaScript.
    const loose = df as unknown as Record<string, (...args: unknown[]) => unknown>;
    expect(await refusal(() => loose["collect"]?.({ int46: "bigint" }))).toMatch(
      /^Unknown option int46 of collect\(\)\. Did you mean int64\? Known options: /,
    );
    expect(await refusal(() => loose["show"]?.(1, false))).toMatch(
      /^show\(\) takes its options as an object, \{ .* \}, not a boolean\.$/,
    );
    expect(await refusal(() => loose["sample"]?.(0.5, 42))).toMatch(
      /^sample\(\) takes its options as an object, \{ .* \}, not a number\.$/,
    );
    expect(await refusal(() => loose["dropna"]?.(["a"]))).toMatch(
      /^dropna\(\) takes its options as an object, \{ .* \}, not an array\.$/,
    );
    const query = Object.create(StreamingQuery.prototype) as {
      awaitTermination: (options: unknown) => unknown;
    };
    expect(await refusal(() => query.awaitTermination(1500))).toMatch(
      /^awaitTermination\(\) takes its options as an object, \{ .*timeoutMs.* \}, not a number\.$/,
    );
    server.stop();
  });

  it("checks its options also after an optional id", async () => {
    const session = Object.create(SparkSession.prototype) as Record<
      string,
      (...args: unknown[]) => unknown
    >;
    for (const args of [[{ sginal: 1 }], [undefined, { sginal: 1 }], ["x", { sginal: 1 }]])
      expect(await refusal(() => session["cloneSession"]?.(...args))).toMatch(
        /^Unknown option sginal of cloneSession\(\)\. Did you mean signal\?/,
      );
    expect(await refusal(() => session["cloneSession"]?.(42))).toMatch(/not a number/);
  });

  it("rejects its promise instead of throwing", async () => {
    class Some {
      action(options: object = {}): Promise<object> {
        return Promise.resolve(options);
      }
    }
    checkMethods(Some.prototype, { action: [0, SIGNAL] });
    const given = new Some().action({ other: 1 });
    await expect(given).rejects.toBeInstanceOf(ArgumentError);
    const { signal } = new AbortController();
    expect(await new Some().action({ signal })).toEqual({ signal });
    expect(await new Some().action(undefined)).toEqual({});
    expect(new Some().action.name).toBe("action");
  });
});

describe("a call without a session", () => {
  it("refuses unknown options", async () => {
    const start = (): never => {
      throw new Error("not called");
    };
    const stream = { name: "s", start };
    const supervise = (options: object, of: object = stream): unknown =>
      new StreamSupervisor({ connect: start, streams: [of], ...options } as never);
    expect(await refusal(() => supervise({ shutdownTimeout: 1 }))).toMatch(
      /Did you mean shutdownTimeoutMs/,
    );
    expect(await refusal(() => supervise({}, { ...stream, stalAfterMs: 1 }))).toMatch(
      /Did you mean stallAfterMs/,
    );
    expect(await refusal(() => supervise({}, { ...stream, restart: { maxRestart: 1 } }))).toMatch(
      /maxRestarts/,
    );
    expect(await refusal(() => serverRequest({ heapMB: 1024 } as never))).toMatch(/heapMb/);
    expect(
      await refusal(() => {
        checkOptions("x()", new Map(), ["a"]);
      }),
    ).toMatch(/not a Map/);
  });
});
