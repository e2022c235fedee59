import fastify, { type FastifyInstance, type FastifyReply } from "fastify";
import { toJsonLines, type SparkSession } from "sparktide";
import type { Streams } from "./streams.js";
import { traceRequests } from "./telemetry.js";

/** What the service needs. */
export interface Parts {
  /** The session of queries. The streams have sessions of their own. */
  readonly spark: SparkSession;
  readonly streams: Streams;
  /** The metrics of OpenTelemetry, in Prometheus' text format. */
  readonly metricsText: () => Promise<string>;
}

/** Aborts when the client of a request disconnects. */
function whileConnected(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.on("close", () => {
    if (!reply.raw.writableFinished) gone.abort(new Error("The client has disconnected."));
  });
  return gone.signal;
}

const QUERY = {
  type: "object",
  properties: {
    rows: { type: "integer", minimum: 0, default: 10 },
    divisor: { type: "integer", minimum: 1, default: 3 },
  },
};

/** Builds the service. */
export function buildApp({ spark, streams, metricsText }: Parts): FastifyInstance {
  // At the end of the service, close() must not wait for clients that keep their connections open.
  const app = fastify({ forceCloseConnections: true });
  traceRequests(app);
  const named = {
    params: { type: "object", properties: { name: { type: "string", enum: streams.names } } },
  };
  type Named = { Params: { name: string } };

  app.get("/streams", () => streams.status());

  app.post<Named>("/streams/:name", { schema: named }, async (request, reply) => {
    await streams.start(request.params.name);
    return reply.code(201).send(streams.status());
  });

  app.delete<Named>("/streams/:name", { schema: named }, async (request) => {
    await streams.stop(request.params.name);
    return streams.status();
  });

  // Values of a client are arguments, and never a part of the SQL text.
  type Query = { Querystring: { rows: number; divisor: number } };
  app.get<Query>("/query", { schema: { querystring: QUERY } }, async (request, reply) => {
    const signal = whileConnected(reply);
    const text = "SELECT id, id % :divisor AS remainder FROM range(:rows) WHERE id % :divisor > 0";
    const df = await spark.sql(text, request.query, { signal });
    return reply.type("application/x-ndjson").send(toJsonLines(df, { signal }));
  });

  app.get("/health", (_request, reply) => {
    const healthy = !spark.isStopped && streams.isHealthy;
    return reply.code(healthy ? 200 : 503).send({ healthy, streams: streams.status() });
  });

  app.get("/metrics", async (_request, reply) => {
    const text = (await metricsText()) + streams.metricsText();
    return reply.type("text/plain; version=0.0.4").send(text);
  });

  return app;
}
