import { spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdirSync, statSync, existsSync, writeFileSync } from "node:fs";
import { text as readAll } from "node:stream/consumers";
import { createInterface } from "node:readline";
import { afterEach, describe, expect, inject, it } from "vitest";
import { SparkSession, type StreamingQuery } from "../../src/index.js";
import { serializeState } from "../../src/supervisor/store/saved-state.js";
import { eventually } from "../support/eventually.js";
import { closed, MAIN, output, sparktide, start } from "./cli-process.js";
import { connect, isSparkAtLeast, replayEgress, uniqueName, uniquePath } from "./support.js";

describe("sparktide", () => {
  it("shows its version, its commands and the help of each command", async () => {
    const manifest = JSON.parse(
      spawnSync(process.execPath, ["-p", 'JSON.stringify(require("./package.json"))'], {
        encoding: "utf8",
      }).stdout,
    ) as { version: string };
    expect(await output(["--version"])).toBe(`${manifest.version}\n`);
    const help = await output(["--help"]);
    const commands = [...help.matchAll(/^ {2}(\w+(?: [\w-]+)?) {2,}/gm)].map(
      ([, name = ""]) => name,
    );
    expect(commands).toContain("streams watch");
    expect(commands).toContain("pipelines dry-run");
    for (const command of commands) {
      expect(await output([...command.split(" "), "--help"])).toContain(
        `Usage: sparktide ${command} [options]`,
      );
    }
    expect(statSync(MAIN).mode & 0o111).toBe(0o111);
  });

  it("exits with 2 for a wrong command line and suggests the right one", async () => {
    for (const [words, said] of [
      [["sqll", "SELECT 1"], "Did you mean sql?"],
      [["sql", "--fromat", "csv", "SELECT 1"], "Did you mean --format?"],
      [["sql", "--format", "xml", "SELECT 1"], "--format must be one of"],
      [["sql", "--json", "--format", "csv", "SELECT 1"], "--json means --format json"],
      [["sql", "SELECT", "1"], "Put quotes around"],
      [["sql", " "], "The statement is empty."],
      [["up", "--port", "x"], "--port must be a whole number"],
      [["up", "--spark-version", "3.5"], "is not one of the Spark lines"],
      [["streams", "list"], "No session is named"],
      [
        ["streams", "stop", "--session-id", randomUUID()],
        "Name the queries to stop, or give --all.",
      ],
      [["sources", "wether"], "Did you mean weather?"],
      [["streams", "lst"], "Did you mean streams list?\nSee sparktide streams --help."],
      [[], "A command is missing"],
    ] as const) {
      const { code, stdout, stderr } = await sparktide(words);
      expect([words, code, stdout]).toEqual([words, 2, ""]);
      expect(stderr).toContain(said);
    }
  });
});

describe("sparktide sql", () => {
  it("prints the same table as Spark's show(), truncated or not", async () => {
    const statement =
      "SELECT * FROM VALUES (1, 'a', NULL), (22, 'a text of more than twenty characters', true) AS t(id, name, flag)";
    await using spark = await connect();
    const df = await spark.sql(statement);
    expect(`${await output(["sql", statement])}\n`).toBe(
      `${await df.showString({ truncate: false })}\n`,
    );
    expect(await output(["sql", "--truncate", "20", statement])).toBe(await df.showString());
  });

  it("prints JSON that keeps every digit", async () => {
    const statement = `SELECT CAST(9223372036854775807 AS BIGINT) AS l, CAST('12345678901234567890.10' AS DECIMAL(22,2)) AS d,
      double('NaN') AS n, float(0.1) AS f, -0.0D AS z, X'00FF10' AS b, TIMESTAMP'2024-05-01T12:00:00.123456Z' AS t,
      array(named_struct('k', 1, 'm', map(1, 'v'))) AS s, map('k', CAST(NULL AS INT)) AS m, INTERVAL '1 02' DAY TO HOUR AS i,
      parse_json('{"v":[1,null]}') AS v`;
    const row =
      '{"l":9223372036854775807,"d":12345678901234567890.10,"n":"NaN","f":0.1,"z":-0.0,"b":"AP8Q","t":"2024-05-01T12:00:00.123456Z","s":[{"k":1,"m":{"1":"v"}}],"m":{"k":null},"i":"INTERVAL \'1 02\' DAY TO HOUR","v":{"v":[1,null]}}';
    expect(await output(["sql", "--json", statement])).toBe(`[\n${row}\n]\n`);
    expect(await output(["sql", "--format", "jsonl", statement])).toBe(`${row}\n`);
    const quoted = await output(["sql", "--format", "jsonl", "--quote-numbers", statement]);
    expect(quoted).toContain('"l":"9223372036854775807","d":"12345678901234567890.10"');
  });

  it("prints CSV that Spark reads back, from a statement in a file", async () => {
    const path = uniquePath("statement");
    writeFileSync(
      path,
      `\ufeffSELECT * FROM VALUES (1, 'a,"b"'), (2, 'x\\ny'), (3, ''), (4, NULL) AS t(id, \`na me\`);\n`,
    );
    const csv = await output(["sql", "--format", "csv", "--null", "NIL", "-f", path]);
    const reader = "import csv,json,sys; print(json.dumps(list(csv.reader(sys.stdin))))";
    const read = spawnSync(inject("python"), ["-c", reader], { input: csv, encoding: "utf8" });
    expect(JSON.parse(read.stdout)).toEqual([
      ["id", "na me"],
      ["1", 'a,"b"'],
      ["2", "x\ny"],
      ["3", ""],
      ["4", "NIL"],
    ]);
    expect(csv.split("\r\n")).toHaveLength(6);
  });

  it("reads the statement from standard input, and prints nothing if it returns no rows", async () => {
    const name = uniqueName("cli");
    const create = `CREATE TEMPORARY VIEW ${name} AS SELECT 1 AS one`;
    expect(await output(["sql"], { input: create })).toBe("");
    expect(await output(["sql", "--json", "-f", "-"], { input: create })).toBe("[]\n");
  });

  it("runs in the session with a given id, sets its configuration, and leaves it running", async () => {
    const id = randomUUID();
    const name = uniqueName("cli");
    const words = ["sql", "--session-id", id, "--format", "csv", "--no-header"];
    try {
      await output([
        ...words,
        "--conf",
        "spark.sql.session.timeZone=Asia/Tokyo",
        `CREATE TEMPORARY VIEW ${name} AS SELECT current_timezone() AS zone`,
      ]);
      expect(await output([...words, `SELECT * FROM ${name}`])).toBe("Asia/Tokyo\r\n");
    } finally {
      await endSession(id);
    }
  });

  // Spark 4.0 runs scripts only if spark.sql.scripting.enabled is set.
  it.runIf(isSparkAtLeast(4, 1))(
    "deploys a packaged source for a statement that reads it",
    async () => {
      const { baseUrl } = replayEgress();
      const name = uniqueName("coins");
      const script = `BEGIN
      CREATE TEMPORARY VIEW ${name} USING coingecko
        OPTIONS (coins 'bitcoin,ethereum', baseUrl '${baseUrl}', allowHttp 'true', allowPrivateHosts 'true');
      SELECT coin FROM ${name} ORDER BY coin;
    END`;
      const csv = await output(["sql", "--source", "coingecko", "--format", "csv", script]);
      expect(csv).toBe("coin\r\nbitcoin\r\nethereum\r\n");
    },
  );

  it("exits with 1 if Spark refuses the statement, with nothing on standard output", async () => {
    const refused = await sparktide(["sql", "SELECT no_such_column"]);
    expect(refused).toMatchObject({ code: 1, stdout: "" });
    expect(refused.stderr).toMatch(/^error: \[UNRESOLVED_COLUMN/);
    const json = await sparktide(["sql", "--json", "SELEC 1"]);
    expect(json).toMatchObject({ code: 1, stdout: "" });
    expect(JSON.parse(json.stderr)).toMatchObject({
      error: { name: "ParseException", code: "PARSE_SYNTAX_ERROR", sqlState: "42601" },
    });
    const twice = await sparktide(["sql", "--json", "SELECT 1 AS a, 2 AS a"]);
    expect(JSON.parse(twice.stderr)).toMatchObject({ error: { code: "DUPLICATE_COLUMN" } });
  });

  it("exits with 2 if no server is given, and with 1 if the server does not answer", async () => {
    const unnamed = await sparktide(["sql", "SELECT 1"], { environment: { SPARK_REMOTE: "" } });
    expect(unnamed).toMatchObject({ code: 2, stdout: "" });
    expect(unnamed.stderr).toContain("sparktide up");
    expect(unnamed.stderr).toContain("sql --local");
    const remote = "sc://127.0.0.1:1/";
    const refused = await sparktide(["sql", "--json", "--remote", remote, "SELECT 1"]);
    expect(refused.code).toBe(1);
    const [last = ""] = refused.stderr.trimEnd().split("\n").slice(-1);
    expect(JSON.parse(last)).toMatchObject({ error: { code: "CONNECTION_REFUSED" } });
  });

  it("warns about a token on the command line without repeating it, and reads it from a file", async () => {
    const url = inject("sparkUrl");
    const token = /token=([^;]+)/.exec(url)?.[1] ?? "";
    expect(token).not.toBe("");
    const shown = await sparktide(["sql", "--remote", url, "--format", "jsonl", "SELECT 1 AS a"]);
    expect(shown).toMatchObject({ code: 0, stdout: '{"a":1}\n' });
    expect(shown.stderr).toContain("every user of this machine can read the token");
    expect(shown.stderr).not.toContain(token);
    const path = uniquePath("address");
    writeFileSync(path, `${url}\n`, { mode: 0o600 });
    const words = ["sql", "--remote-file", path, "--format", "jsonl", "SELECT 1 AS a"];
    expect(await output(words, { environment: { SPARK_REMOTE: "sc://nowhere.invalid" } })).toBe(
      '{"a":1}\n',
    );
  });

  it("exits quietly when its reader closes the pipe", async () => {
    // Spark keeps the rows of a partition in memory until it is complete, so use many small partitions.
    const statement = "SELECT id FROM range(0, 10000000, 1, 1000)";
    const child = start(["sql", "--format", "csv", statement]);
    try {
      const { stdout, stderr } = child;
      if (stdout === null || stderr === null) throw new Error("no pipes");
      const said = readAll(stderr);
      await new Promise((resolve) => stdout.once("data", resolve));
      stdout.destroy();
      expect(await closed(child)).toBe(0);
      expect(await said).toBe("");
    } finally {
      child.kill("SIGKILL");
    }
  });

  it("interrupts the statement on the server at Ctrl-C, and exits with 130", async () => {
    const id = randomUUID();
    const mark = uniqueName("cli.mark");
    const child = start([
      "sql",
      "--session-id",
      id,
      `SELECT java_method('java.lang.System', 'setProperty', '${mark}', '1'), java_method('java.lang.Thread', 'sleep', 600000L)`,
    ]);
    try {
      await using spark = await connect();
      const seen = `SELECT java_method('java.lang.System', 'getProperty', '${mark}', '0') FROM range(1)`;
      await eventually(
        async () => {
          const [row] = await (await spark.sql(seen)).collect({ rowMode: "array" });
          return row?.[0] === "1";
        },
        { withinMs: 60_000 },
      );
      child.kill("SIGINT");
      expect(await closed(child)).toBe(130);
      await using same = await SparkSession.builder()
        .remote(inject("sparkUrl"))
        .sessionId(id)
        .create();
      await eventually(async () => (await same.interruptAll()).length === 0, { withinMs: 30_000 });
    } finally {
      child.kill("SIGKILL");
      await endSession(id);
    }
  });
});

/** Ends a session that a command left running on the server. */
async function endSession(id: string): Promise<void> {
  const builder = SparkSession.builder().remote(inject("sparkUrl"));
  await (await builder.sessionId(id, { releaseOnStop: true }).create()).stop();
}

describe("sparktide streams", () => {
  const sessions: SparkSession[] = [];
  afterEach(async () => {
    for (const session of sessions.splice(0)) await session.stop();
  });

  async function session(): Promise<SparkSession> {
    const spark = await SparkSession.builder()
      .remote(inject("sparkUrl"))
      .sessionId(randomUUID(), { releaseOnStop: true })
      .create();
    sessions.push(spark);
    return spark;
  }

  function startRate(
    spark: SparkSession,
    name: string,
    expression = "value",
  ): Promise<StreamingQuery> {
    return spark.readStream
      .format("rate")
      .option("rowsPerSecond", "10")
      .load()
      .selectExpr(expression)
      .writeStream.format("noop")
      .queryName(name)
      .option("checkpointLocation", uniquePath("cli-checkpoint"))
      .trigger({ processingTime: "200 milliseconds" })
      .start();
  }

  it("lists, watches and stops the queries of a session", async () => {
    const spark = await session();
    const name = uniqueName("cli");
    const query = await startRate(spark, name);
    const other = await startRate(spark, `${name}_other`);
    const own = ["--session-id", spark.sessionId];
    await eventually(async () => (await query.lastProgress()) !== undefined, { withinMs: 60_000 });

    const { streams } = JSON.parse(await output(["streams", "list", "--json", ...own])) as {
      streams: { id: string; runId: string; active: boolean; lastProgress: { runId: string } }[];
    };
    expect(streams.map(({ id }) => id).sort()).toEqual([query.id, other.id].sort());
    const listed = streams.find(({ id }) => id === query.id);
    expect(listed).toMatchObject({ name, runId: query.runId, active: true, stream: null });
    expect(listed?.lastProgress.runId).toBe(query.runId);
    expect(await output(["streams", "list", ...own])).toMatch(
      new RegExp(`\\|${name} .*batch \\d+ at`),
    );

    const child = start(["streams", "watch", "--json", name, ...own]);
    if (child.stdout === null) throw new Error("no pipe");
    const events: { event: string; id: string; progress?: { batchId: number }; error?: unknown }[] =
      [];
    createInterface(child.stdout).on("line", (line) => {
      events.push(JSON.parse(line) as (typeof events)[number]);
    });
    const watching = closed(child);
    await eventually(() => events.length >= 3, { withinMs: 60_000 });
    const batches = events.slice(0, 3).map(({ progress }) => progress?.batchId ?? -1);
    expect(batches).toEqual([0, 1, 2].map((step) => (batches[0] ?? 0) + step));

    const stopped = JSON.parse(
      await output(["streams", "stop", "--json", name, ...own]),
    ) as unknown;
    expect(stopped).toEqual({ stopped: [{ name, id: query.id, runId: query.runId }] });
    expect(await watching).toBe(0);
    expect(events.at(-1)).toMatchObject({ event: "ended", id: query.id, error: null });
    expect(await query.isActive()).toBe(false);
    expect(await other.isActive()).toBe(true);

    expect(await output(["streams", "stop", "--all", ...own])).toBe(
      `stopped ${name}_other (${other.id})\n`,
    );
    expect(await other.isActive()).toBe(false);
    expect(JSON.parse((await sparktide(["streams", "list", "--json", ...own])).stdout)).toEqual({
      streams: [],
    });
  });

  it("stops no query if one of the names matches no query", async () => {
    const spark = await session();
    const name = uniqueName("cli");
    const query = await startRate(spark, name);
    const own = ["--session-id", spark.sessionId];
    const { code, stderr } = await sparktide(["streams", "stop", name, "nobody", ...own]);
    expect(code).toBe(1);
    expect(stderr).toContain(
      `No query named "nobody" runs in the session. Running queries: ${name}.`,
    );
    expect(await query.isActive()).toBe(true);
  });

  it("prints why a watched query failed, and exits with 1", async () => {
    const spark = await session();
    const query = await startRate(
      spark,
      uniqueName("cli"),
      "IF(value > 30, raise_error('no more'), value)",
    );
    const own = ["--session-id", spark.sessionId];
    const { code, stdout } = await sparktide(["streams", "watch", query.id, ...own]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/: failed: .*no more/s);
  });

  it("finds the session and the names of its streams in a supervisor's state file", async () => {
    const spark = await session();
    const query = await startRate(spark, uniqueName("cli"));
    const folder = uniquePath("state");
    mkdirSync(folder);
    const path = `${folder}/supervisor.json`;
    const gone = randomUUID();
    const runs = new Map([
      ["prices", { queryId: query.id, runId: query.runId, hasForeachBatch: false }],
      ["gone", { queryId: gone, runId: gone, hasForeachBatch: false }],
    ]);
    const saved = serializeState({ sessionId: spark.sessionId, runs, streams: new Map() });
    writeFileSync(path, saved ?? "");
    const list = ["streams", "list", "--json", "--state", path];
    const { streams } = JSON.parse(await output(list)) as { streams: unknown[] };
    expect(streams).toEqual([
      expect.objectContaining({ stream: "prices", id: query.id, active: true }),
      expect.objectContaining({ stream: "gone", id: gone, active: false, status: null }),
    ]);
    expect(await output(["streams", "stop", "prices", "--state", path])).toBe(
      `stopped prices (${query.id})\n`,
    );
    expect(await query.isActive()).toBe(false);
    expect(existsSync(path)).toBe(true);
  });
});

describe("sparktide sources", () => {
  it("lists each source with its options and their defaults, without a server", async () => {
    const environment = { SPARK_REMOTE: "" };
    const { sources } = JSON.parse(await output(["sources", "--json"], { environment })) as {
      sources: {
        name: string;
        options: { name: string; default: string | null; required: boolean }[];
      }[];
    };
    expect(sources.map(({ name }) => name)).toEqual(["weather", "coingecko", "rest"]);
    const option = (source: string, name: string): unknown =>
      sources.find((one) => one.name === source)?.options.find((one) => one.name === name);
    expect(option("weather", "stations")).toMatchObject({ required: true });
    expect(option("coingecko", "coins")).toMatchObject({ default: "bitcoin", required: false });
    expect(option("rest", "url")).toMatchObject({ required: true });
    expect(option("rest", "batchSize")).toMatchObject({ default: "1000" });
    expect(option("rest", "streamingInterval")).toMatchObject({ default: "10" });
    const text = await output(["sources", "rest"], { environment });
    expect(text).toContain("  batchSize: number, default 1000\n");
  });
});

interface DoctorJson {
  readonly ok: boolean;
  readonly checks: { name: string; status: string; detail: string; fix: string | null }[];
}

describe("sparktide doctor", () => {
  it("reports that this machine, a server and its Python workers are in order", async () => {
    const report = JSON.parse(await output(["doctor", "--json"])) as DoctorJson;
    expect(report.ok).toBe(true);
    const found = Object.fromEntries(report.checks.map(({ name, status }) => [name, status]));
    expect(found).toMatchObject({ node: "ok", python: "ok", server: "ok", tls: "ok", token: "ok" });
    expect(found).toMatchObject({ version: "ok", workers: "ok", clock: "ok", ports: "ok" });
    expect(found["delta"]).toBe(inject("hasDelta") ? "ok" : "warn");
    const server = report.checks.find(({ name }) => name === "server");
    expect(server?.detail).toContain(`Spark ${inject("sparkVersion")} `);
  });

  it("exits with 1 and says what to do, for a wrong token and for a closed port", async () => {
    const wrong = inject("sparkUrl").replace(/token=[^;]+/, "token=wrong");
    for (const [url, code] of [
      [wrong, ""],
      ["sc://127.0.0.1:1/;token=x", "CONNECTION_REFUSED"],
    ] as const) {
      const environment = { SPARK_REMOTE: url };
      const outcome = await sparktide(["doctor", "--json"], { environment });
      expect(outcome.code).toBe(1);
      const report = JSON.parse(outcome.stdout) as DoctorJson;
      expect(report.ok).toBe(false);
      const server = report.checks.find(({ name }) => name === "server");
      expect(server?.status).toBe("fail");
      expect(server?.detail).toContain(code);
      expect(server?.fix).not.toBe("");
      for (const skipped of ["workers", "bytecode"]) {
        expect(report.checks.find(({ name }) => name === skipped)?.status).toBe("skip");
      }
    }
  });

  it("fails if the embedded Spark's requirements are missing, but only warns if a server is given", async () => {
    const broken = { SPARKTIDE_PYTHON: "/nonexistent/python", JAVA_HOME: "/nonexistent/java" };
    const alone = await sparktide(["doctor"], { environment: { ...broken, SPARK_REMOTE: "" } });
    expect(alone.code).toBe(1);
    expect(alone.stdout).toMatch(
      /^fail {2}python .*\/nonexistent\/python.*\n +Set it to a Python/m,
    );
    expect(alone.stdout).toMatch(/^fail {2}java .*\/nonexistent\/java/m);
    const withServer = await sparktide(["doctor"], { environment: broken });
    expect(withServer.code).toBe(0);
    expect(withServer.stdout).toMatch(/^warn {2}python /m);
  });
});

describe("sparktide up", () => {
  it("prints an address that works, and ends all its processes at SIGTERM", async () => {
    const path = uniquePath("address");
    const child = start([
      ...["up", "--json", "--heap-mb", "768", "--remote-file", path],
      ...["--spark-version", inject("sparkVersion"), "--conf", "spark.sql.shuffle.partitions=3"],
    ]);
    try {
      const ended = closed(child);
      const { stdout, stderr } = child;
      if (stdout === null || stderr === null) throw new Error("no pipes");
      const said = readAll(stderr);
      const lines: string[] = [];
      createInterface(stdout).on("line", (line) => lines.push(line));
      await eventually(
        () => {
          return lines.length > 0 || child.exitCode !== null;
        },
        { withinMs: 200_000 },
      );
      if (child.exitCode !== null) throw new Error(`up ended: ${await said}`);
      const { url, pid, sparkVersion } = JSON.parse(lines[0] ?? "") as Record<string, string>;
      expect(sparkVersion).toBe(inject("sparkVersion"));
      expect(statSync(path).mode & 0o777).toBe(0o600);
      const asked = ["sql", "--remote-file", path, "--format", "jsonl"];
      expect(await output([...asked, "SET spark.sql.shuffle.partitions"])).toBe(
        '{"key":"spark.sql.shuffle.partitions","value":"3"}\n',
      );
      const second = await sparktide(["up", "--remote-file", path]);
      expect(second.code).toBe(2);
      expect(second.stderr).toContain("exists already");

      child.kill("SIGTERM");
      expect(await ended).toBe(0);
      expect(lines).toHaveLength(1);
      expect(await said).not.toContain(/token=([^;]+)/.exec(url ?? "")?.[1]);
      expect(() => process.kill(Number(pid), 0)).toThrow("ESRCH");
      expect(existsSync(path)).toBe(false);
    } finally {
      child.kill("SIGKILL");
    }
  }, 300_000);
});
