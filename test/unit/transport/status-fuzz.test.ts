import { inspect } from "node:util";
import { Metadata, status, type ServiceError } from "@grpc/grpc-js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SparkError } from "../../../src/errors.js";
import { openChannel } from "../../../src/transport/channel.js";
import { parseConnectionString } from "../../../src/transport/connection-string.js";
import { toSparkError } from "../../../src/transport/error-details.js";
import { handleError, isRetryable, statusDetails } from "../../../src/transport/status.js";
import { Failure, FakeSparkServer, sparkTrailer } from "../support/fake-spark-server.js";

const SECRET = "sentinel-secret-91c4";

function failed(code: status, details: string, trailer: Uint8Array): ServiceError {
  const metadata = new Metadata();
  metadata.set("grpc-status-details-bin", Buffer.from(trailer));
  return Object.assign(new Error(details), { code, details, metadata });
}

const failures = Object.values(status).filter(
  (code): code is status => typeof code === "number" && code !== status.OK,
);
const codes = fc.constantFrom(...failures);
const jsonText = fc.oneof(fc.json(), fc.string());
const entries = fc.record(
  {
    classes: fc.oneof(jsonText, fc.constant('["constructor","toString","__proto__"]')),
    messageParameters: fc.oneof(jsonText, fc.constant('{"a":{"toString":1},"__proto__":2}')),
    errorClass: fc.string(),
    errorId: fc.string(),
    sqlState: fc.string(),
    stackTrace: fc.string(),
  },
  { requiredKeys: [] },
);
/** Random bytes, complete trailers with unusual entries, and trailers that are cut or have one changed byte. */
const trailers = fc.oneof(
  fc.uint8Array({ maxLength: 400 }),
  entries.map((info) => sparkTrailer("message", info as Record<string, string>)),
  fc.tuple(entries, fc.nat(), fc.nat(255), fc.boolean()).map(([info, position, byte, isCut]) => {
    const whole = sparkTrailer("message", info);
    const at = position % whole.length;
    return isCut ? whole.slice(0, at) : whole.with(at, byte);
  }),
);

describe("status details", () => {
  it("made of any bytes result in an error of this client with the status's code", async () => {
    await fc.assert(
      fc.asyncProperty(codes, fc.string(), trailers, async (code, text, trailer) => {
        const details = statusDetails(failed(code, text, trailer));
        expect(details.code).toBe(code);
        expect(typeof details.message).toBe("string");
        handleError(details);
        isRetryable(details);
        const context = { endpoint: "host:1", sessionId: "session", cause: undefined };
        const error = await toSparkError(details, context, () => Promise.resolve(undefined));
        expect(error).toBeInstanceOf(SparkError);
        expect(typeof inspect(error, { depth: Infinity })).toBe("string");
      }),
      { numRuns: 2_000 },
    );
  });

  it("made of any bytes on a real connection never show the connection string's secrets", async () => {
    let trailer: Uint8Array = new Uint8Array();
    let code = status.INTERNAL;
    using server = await FakeSparkServer.start({
      config: () => {
        throw new Failure(code, "failed", trailer);
      },
    });
    const remote = `${server.remote}/;token=${SECRET};x-api-key=${SECRET}`;
    const channel = openChannel(parseConnectionString(remote));
    const client = server.client({}, channel);
    await fc.assert(
      fc.asyncProperty(codes, trailers, async (nextCode, bytes) => {
        fc.pre(nextCode !== status.UNAVAILABLE);
        [code, trailer] = [nextCode, bytes];
        const error = await client
          .config({ case: "getAll", value: {} })
          .catch((thrown: unknown) => thrown);
        fc.pre(!client.isClosed);
        expect(error).toBeInstanceOf(SparkError);
        expect(inspect(error, { depth: Infinity, showHidden: true })).not.toContain(SECRET);
      }),
      { numRuns: 300 },
    );
    await client.close();
  });
});

describe("a token that cannot be sent", () => {
  it.each([`${SECRET}\n`, `${SECRET} x`, `${SECRET}ü`])(
    "is refused, and the message does not show it",
    async (token) => {
      const target = parseConnectionString("sc://localhost");
      const caught: unknown[] = [];
      try {
        openChannel(target, { token });
      } catch (error) {
        caught.push(error);
      }
      const channel = openChannel(target, { token: () => token });
      caught.push(await channel.metadata().catch((error: unknown) => error));
      channel.close();
      expect(caught).toHaveLength(2);
      for (const error of caught) {
        expect(error).toMatchObject({ name: "ArgumentError", argument: "token" });
        expect(inspect(error, { depth: Infinity, showHidden: true })).not.toContain(SECRET);
      }
    },
  );
});
