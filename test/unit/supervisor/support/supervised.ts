import type { StreamStartOptions } from "../../../../src/streaming/data-stream-writer.js";
import { StreamSupervisor } from "../../../../src/supervisor/stream-supervisor.js";
import type {
  SupervisorEvent,
  SupervisorEvents,
} from "../../../../src/supervisor/supervisor-events.js";
import type {
  StreamSupervisorOptions,
  SupervisedStreamOptions,
} from "../../../../src/supervisor/supervisor-options.js";
import { eventually } from "../../../support/eventually.js";
import { FakeClock } from "./fake-clock.js";
import { FakeSpark, type FakeQuery } from "./fake-spark.js";

const EVENTS: readonly SupervisorEvent[] = [
  "started",
  "adopted",
  "flow",
  "restarting",
  "fatal",
  "superseded",
  "completed",
  "stalled",
  "resumed",
  "stopped",
  "connected",
  "disconnected",
  "reconnected",
  "sessionLost",
  "gap",
  "commanded",
  "added",
  "removed",
  "paused",
  "waiting",
  "missedRuns",
  "upgrading",
  "upgraded",
  "upgradeFailed",
  "standby",
  "tookOver",
  "leaseLost",
  "stateFailed",
];

/** An event and its name. */
export type RecordedEvent = { [E in SupervisorEvent]: [E, SupervisorEvents[E]] }[SupervisorEvent];

/** A supervisor of one stream, with sessions and a clock that the test controls. */
export class Supervised {
  readonly clock: FakeClock = new FakeClock();
  /** The sessions that connect() has returned. */
  readonly sparks: FakeSpark[] = [];
  /** The queries that start() has started. */
  readonly queries: FakeQuery[] = [];
  readonly events: RecordedEvent[] = [];
  readonly supervisor: StreamSupervisor;
  /** The implementation of connect(). By default it returns a new session. */
  connecting: () => Promise<FakeSpark> = () => Promise.resolve(new FakeSpark());
  /** The implementation of start(). By default it starts a query. */
  starting: (spark: FakeSpark, options: StreamStartOptions) => Promise<FakeQuery> = (spark) =>
    Promise.resolve(spark.start());
  ended: Promise<unknown> = Promise.resolve();

  /** The start function of its streams. */
  readonly start: SupervisedStreamOptions["start"];

  constructor(
    stream: Partial<SupervisedStreamOptions> = {},
    options: Partial<StreamSupervisorOptions> = {},
  ) {
    this.start = async (_spark, startOptions) => {
      const query = await this.starting(this.spark, startOptions);
      this.queries.push(query);
      return query.asQuery();
    };
    this.supervisor = new StreamSupervisor(
      {
        connect: async () => {
          const spark = await this.connecting();
          this.sparks.push(spark);
          return spark.asSession();
        },
        streams: [{ name: "a", start: this.start, ...stream }],
        ...options,
      },
      this.clock,
    );
    for (const name of EVENTS) {
      this.supervisor.on(name, (event) => {
        this.events.push([name, event] as RecordedEvent);
      });
    }
  }

  /** Starts the run and waits until it is idle. `ended` resolves with its outcome; an error is a value. */
  async run(signal?: AbortSignal): Promise<this> {
    this.ended = this.supervisor.run({ signal }).catch((error: unknown) => error);
    await this.clock.settle();
    return this;
  }

  /** Names of the events so far. */
  get names(): SupervisorEvent[] {
    return this.events.map(([name]) => name);
  }

  /** The newest session. */
  get spark(): FakeSpark {
    const spark = this.sparks.at(-1);
    if (spark === undefined) throw new Error("There is no session yet.");
    return spark;
  }

  /** The newest query. */
  get query(): FakeQuery {
    const query = this.queries.at(-1);
    if (query === undefined) throw new Error("There is no query yet.");
    return query;
  }

  /** The last event of this name. */
  last<E extends SupervisorEvent>(name: E): SupervisorEvents[E] {
    const found = this.events.findLast((event) => event[0] === name);
    if (found === undefined) throw new Error(`There was no event ${name}.`);
    return found[1] as SupervisorEvents[E];
  }
}

/** Runs the fake clock until the command has ended. Its file operations take real time. */
export async function ends(supervised: Supervised, command: Promise<void>): Promise<void> {
  let isOver = false;
  command.then(
    () => (isOver = true),
    () => (isOver = true),
  );
  await eventually(
    async () => {
      await supervised.clock.advance(100);
      return isOver;
    },
    { withinMs: 5_000 },
  );
  await command;
}
