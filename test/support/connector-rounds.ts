import type { Connector } from "../../src/connectors/index.js";
import { delta } from "../../src/connectors/index.js";
import { type SparkSession, StreamSupervisor } from "../../src/index.js";
import { type ConnectorApis, dayAfter } from "./connector-apis.js";
import { eventually } from "./eventually.js";

/** The longest wait for the tables of a round, on a busy machine. */
const ROUND_MS = 240_000;

/** A connector of examples/connectors. */
export async function exampleConnector(file: string, name: string = file): Promise<Connector> {
  const module = (await import(`../../examples/connectors/${file}.ts`)) as Record<
    string,
    Connector
  >;
  const connector = module[name];
  if (connector === undefined) throw new Error(`examples/connectors/${file}.ts has no ${name}`);
  return connector;
}

/** What a round works with. */
export interface ConnectorRounds {
  readonly apis: ConnectorApis;
  readonly github: Connector;
  readonly stripe: Connector;
  readonly openmeteo: Connector;
  /** A new session without a connector. */
  readonly connect: () => Promise<SparkSession>;
  /** A fault for every second round. */
  readonly kill?: (() => void) | undefined;
  /** Called after each round. */
  readonly passed?: ((round: number) => void) | undefined;
  /** A folder for tables and checkpoints. */
  readonly folder: string;
}

/** The streams: each mode, and windows of time. */
const STREAMS = [
  { api: "github", table: "issues", mode: "scd2" },
  { api: "github", table: "events", mode: "append" },
  { api: "stripe", table: "customers", mode: "upsert" },
  { api: "openmeteo", table: "hours", mode: "append" },
] as const;

type RoundTable = (typeof STREAMS)[number]["table"];

/** Weeks of the archive for each round. Each batch reads one week, so the faults happen before and between these batches. */
const WEEKS = 2;

/** The hours of that many weeks of Open-Meteo's archive. */
function hoursOf(weeks: number): string[] {
  const hours: string[] = [];
  let day = "2024-01-01";
  for (let count = 0; count < weeks * 7; count += 1, day = dayAfter(day))
    hours.push(`${day} 00:00:00`, `${day} 01:00:00`);
  return hours;
}

/** Times that grow with each change of a record. */
function clock(): () => { readonly second: number; readonly iso: string } {
  let second = 1_767_225_600;
  return () => {
    second += 1;
    return { second, iso: `${new Date(second * 1000).toISOString().slice(0, 19)}Z` };
  };
}

/** Changes some records of each API: new, changed and deleted ones. */
function change({ records }: ConnectorApis, round: number, next: ReturnType<typeof clock>): void {
  for (const id of [round * 2, round * 2 + 1, Math.max(0, round - 1)]) {
    const { iso, second } = next();
    const issue = { id, number: id, title: `round ${round}`, state: "open", updated_at: iso };
    records.issues = [...records.issues.filter((other) => other["id"] !== id), issue];
    records.events.push({ id: String(second), type: "IssuesEvent", created_at: iso });
    // Every third event deletes a customer.
    const type = `customer.${second % 3 === 0 ? "deleted" : "updated"}`;
    const object = { id: `cus_${id}`, email: `${round}@example.org`, name: null };
    records.stripeEvents.push({ id: `evt_${second}`, type, created: second, data: { object } });
  }
}

/** The customers that Stripe has after its events. */
function customersOf({ records }: ConnectorApis): string[] {
  const newest = new Map<string, string>();
  for (const { type, data } of records.stripeEvents) {
    const { id, email } = (data as { object: { id: string; email: string } }).object;
    if (type === "customer.deleted") newest.delete(id);
    else newest.set(id, `${id} ${email}`);
  }
  return [...newest.values()].sort();
}

/**
 * Changes the APIs in rounds while a supervisor streams them into Delta tables, and releases the supervisor's session in each
 * round. After each round the tables must equal the APIs. Only the archive does not change: its table must have the first hours
 * after each round, and all of them after the last one.
 */
export async function runConnectorRounds(
  parts: ConnectorRounds,
  { rounds, tables }: { readonly rounds: number; readonly tables: readonly RoundTable[] },
): Promise<void> {
  const { apis, folder } = parts;
  const sessions: SparkSession[] = [];
  const options = {
    baseUrl: apis.url,
    allowHttp: true,
    allowPrivateHosts: true,
    streamingInterval: 0.5,
    requestsPerMinute: 100_000,
  } as const;
  const trigger = { processingTime: "500 milliseconds" } as const;
  const login = { oauthToken: "test" };
  const hours = hoursOf(rounds * WEEKS);
  const reads: Record<(typeof STREAMS)[number]["api"], object> = {
    github: { ...options, ...login, owner: "o", repo: "r" },
    stripe: { ...options, ...login, baseUrl: `${apis.url}/v1` },
    openmeteo: {
      ...options,
      ...{ latitude: "52.5", longitude: "13.4", windowsPerBatch: 1 },
      finalOffset: dayAfter(String(hours.at(-1)).slice(0, 10)),
    },
  };
  const supervisor = new StreamSupervisor({
    connect: async () => {
      const session = await parts.connect();
      await session.conf.set("spark.sql.shuffle.partitions", 1);
      await session.dataSource.register(parts.github, parts.stripe, parts.openmeteo);
      sessions.push(session);
      return session;
    },
    streams: STREAMS.filter(({ table }) => tables.includes(table))
      .flatMap(({ api, table, mode }) =>
        parts[api]
          .streams({
            options: reads[api],
            trigger: api === "openmeteo" ? { processingTime: "4 seconds" } : trigger,
            sink: delta(`${folder}/${mode}`),
            mode,
            tables: [table],
          })
          .map((stream) => ({ ...stream, name: `${stream.name}_${mode}` })),
      )
      .map((stream) => ({
        ...stream,
        restart: { maxRestarts: 1000, initialBackoffMs: 100, maxBackoffMs: 500 },
      })),
  });
  let lastFailure: unknown;
  supervisor.on("restarting", ({ error }) => {
    lastFailure = error;
  });
  supervisor.on("fatal", ({ error }) => {
    lastFailure = error;
  });
  const running = supervisor.run();
  running.catch(() => undefined);
  await using reader = await parts.connect();
  const read = async (table: string, column: string, where: string = "true"): Promise<string[]> => {
    const df = reader.read.format("delta").load(`${folder}/${table}`).where(where);
    const found = await df.selectExpr(`${column} AS text`).collect({ rowMode: "array" });
    return found.map(([text]) => String(text)).sort();
  };
  const rows = {
    issues: () => read("scd2/issues", "concat(id, ' ', title)", "is_current"),
    events: () => read("append/events", "id"),
    customers: () => read("upsert/customers", "concat(data.object.id, ' ', data.object.email)"),
    hours: () => read("append/hours", "CAST(time AS STRING)"),
  };
  const next = clock();
  try {
    for (let round = 0; round < rounds; round += 1) {
      change(apis, round, next);
      const lost = sessions.at(-1);
      if (round % 2 === 1) await lost?.stop();
      else if (round > 0) parts.kill?.();
      const issues = apis.records.issues.map(
        (issue) => `${String(issue["id"])} ${String(issue["title"])}`,
      );
      const expected = {
        issues: issues.sort(),
        events: apis.records.events.map(({ id }) => String(id)).sort(),
        customers: customersOf(apis),
        hours,
      };
      await eventually(
        async () => {
          for (const table of tables) {
            const found = await rows[table]();
            const wanted = expected[table].slice(
              0,
              table === "hours" && round < rounds - 1 ? found.length : undefined,
            );
            if (JSON.stringify(found) === JSON.stringify(wanted)) continue;
            throw new Error(
              `round ${round}: the table ${table} has ${JSON.stringify(found)}, the API ${JSON.stringify(wanted)}`,
              { cause: lastFailure },
            );
          }
        },
        { withinMs: ROUND_MS },
      );
      parts.passed?.(round);
    }
    if (!tables.includes("issues")) return;
    // Every version but the current one ends where the next one begins.
    const gaps = await reader
      .sql(
        `SELECT count(*) FROM (SELECT valid_to, lead(valid_from) OVER (PARTITION BY id ORDER BY valid_from) AS following FROM delta.\`${folder}/scd2/issues\`) WHERE NOT valid_to <=> following`,
      )
      .then((df) => df.collect({ rowMode: "array" }));
    if (Number(gaps[0]?.[0]) !== 0) throw new Error(`${String(gaps[0]?.[0])} versions have a gap`);
  } finally {
    await supervisor.stop();
  }
}
