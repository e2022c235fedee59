/** The streams that this service can run. Each has a supervisor, so that it can be started and stopped by itself. */
import { StreamSupervisor, type SparkSession, type StreamingQuery } from "sparktide";

/** What starts each stream. */
function streamsIn(
  folder: string,
): Record<string, (spark: SparkSession) => Promise<StreamingQuery>> {
  return {
    readings: (spark) =>
      spark.readStream
        .format("rate")
        .option("rowsPerSecond", "10")
        .load()
        .writeStream.format("parquet")
        .queryName("readings")
        .option("checkpointLocation", `${folder}/readings-checkpoint`)
        .trigger({ processingTime: "1 second" })
        .start(`${folder}/readings`),
    alerts: (spark) =>
      spark.readStream
        .format("rate")
        .load()
        .filter((row) => row.value.mod(10).eq(0))
        .writeStream.format("parquet")
        .queryName("alerts")
        .option("checkpointLocation", `${folder}/alerts-checkpoint`)
        .trigger({ processingTime: "1 second" })
        .start(`${folder}/alerts`),
  };
}

/** A stream's state, as JSON. */
export interface StreamSummary {
  readonly name: string;
  readonly state: string;
  readonly restarts: number;
  readonly rows: string;
}

/** Starts and stops streams by name. */
export class Streams {
  readonly names: readonly string[];
  readonly #starts: ReturnType<typeof streamsIn>;
  readonly #connect: () => Promise<SparkSession>;
  readonly #folder: string;
  readonly #supervisors = new Map<string, StreamSupervisor>();

  constructor(connect: () => Promise<SparkSession>, folder: string) {
    this.#starts = streamsIn(folder);
    this.names = Object.keys(this.#starts);
    this.#connect = connect;
    this.#folder = folder;
  }

  /** Starts a stream, and waits until its query runs. A stream that runs is left as it is. */
  async start(name: string): Promise<void> {
    const start = this.#starts[name];
    if (start === undefined || this.#supervisors.has(name)) return;
    const supervisor = new StreamSupervisor({
      connect: this.#connect,
      state: `${this.#folder}/${name}.json`,
      streams: [{ name, triggerIntervalMs: 1_000, start }],
    });
    this.#supervisors.set(name, supervisor);
    const running = new Promise<void>((resolve) => {
      supervisor.on("started", () => {
        resolve();
      });
      supervisor.on("adopted", () => {
        resolve();
      });
    });
    const run = supervisor.run().finally(() => this.#supervisors.delete(name));
    // Whoever started the stream hears of a failure here. Later failures are visible in health() and in the metrics.
    await Promise.race([running, run]);
    run.catch(() => undefined);
  }

  /** Stops a stream after its current batch. */
  async stop(name: string): Promise<void> {
    await this.#supervisors.get(name)?.stop();
    this.#supervisors.delete(name);
  }

  async stopAll(): Promise<void> {
    await Promise.all(this.names.map((name) => this.stop(name)));
  }

  status(): StreamSummary[] {
    return [...this.#supervisors.values()]
      .flatMap((supervisor) => supervisor.status())
      .map(({ name, state, restarts, rowsTotal }) => {
        return { name, state, restarts, rows: String(rowsTotal) };
      });
  }

  /** Whether no stream needs a person. */
  get isHealthy(): boolean {
    return [...this.#supervisors.values()].every((supervisor) => supervisor.health().healthy);
  }

  metricsText(): string {
    return StreamSupervisor.metricsText(Object.fromEntries(this.#supervisors));
  }
}
