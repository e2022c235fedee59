import { randomBytes } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DataFrame, SparkSession } from "../../src/index.js";
import { CredentialBroker } from "../../src/credentials/index.js";
import { rest } from "../../src/sources/index.js";
import { TestAuthority } from "../support/certificates.js";
import { eventually } from "../support/eventually.js";
import { IdentityProvider } from "../support/identity-provider.js";
import { connect, replayEgress, uniquePath } from "./support.js";

const { baseUrl: api, ...egress } = replayEgress();
const BROKER_KEY = "sentinel-key-of-the-broker";
const PASSWORD = "replay-pass";

/** The logins that streams use, too. */
const STREAMED = ["field", "grant", "broker"];

type Options = Parameters<typeof rest.options>[0];

describe("the logins of rest on Spark", () => {
  let spark: SparkSession;
  let provider: IdentityProvider;
  let broker: CredentialBroker;
  let address: { readonly brokerUrl: string; readonly brokerKey: string; readonly caFile: string };
  let logins: Readonly<Record<string, Options>>;
  beforeAll(async () => {
    [spark, provider] = await Promise.all([connect(rest), IdentityProvider.start()]);
    await fetch(`${api}/__reset`, { method: "POST" });
    const { tokenUrl } = provider;
    const authority = new TestAuthority();
    const caFile = uniquePath("authority.pem");
    await writeFile(caFile, authority.cert);
    broker = await CredentialBroker.start({
      state: uniquePath("credentials.json"),
      encryptionKey: randomBytes(32).toString("hex"),
      key: BROKER_KEY,
      port: 0,
      tls: authority.certificate(["127.0.0.1"]),
      credentials: {
        provider: { type: "refreshToken", tokenUrl, clientId: "app", refreshToken: provider.valid },
        // The first login of the tests below brings this token.
        fixed: () => Promise.resolve({ token: "replay-session-1" }),
      },
      budgets: { api: { requestsPerSecond: 20, burst: 20 } },
    });
    const user = { username: "replay", password: PASSWORD };
    const session = { authType: "Session", loginUrl: `${api}/login`, loginBody: user } as const;
    address = { brokerUrl: broker.url, brokerKey: BROKER_KEY, caFile };
    const url = `${api}/guarded?after={id}`;
    logins = {
      field: { url, ...session, loginTokenField: "data.token", loginLife: "seconds" },
      cookies: { url, ...session, loginFormat: "form" as const },
      grant: {
        url,
        authType: "OAuth2",
        oauthTokenUrl: `${api}/identity/token`,
        oauthRequestFormat: "json",
        oauthGrantType: "password",
        oauthClientId: "replay-client",
        oauthClientSecret: "replay-secret",
        userId: "replay",
        userPassword: PASSWORD,
        tokenPrefix: "Bearer",
      },
      broker: {
        url,
        authType: "Broker",
        brokerCredential: "fixed",
        apiKeyIn: "query",
        apiKeyName: "session",
        rateBudget: "api",
        ...address,
      },
    };
  });
  afterAll(async () => {
    await spark.stop();
    await broker.close();
    await provider[Symbol.asyncDispose]();
  });

  function read(options: Options, kind: "read" | "readStream"): DataFrame {
    const position = {
      offsetField: "id",
      offsetType: "max_field",
      initialOffset: "0",
      streamingInterval: 0,
    } as const;
    return spark[kind]
      .format("rest")
      .options(rest.options({ ...position, ...egress, ...options }))
      .load();
  }

  it("read all records in a batch, and no plan shows a credential", async () => {
    for (const [name, options] of Object.entries(logins)) {
      const df = read(options, "read");
      expect(await df.count(), name).toBe(25);
      const plan = await df.explainString("extended");
      expect(plan).toContain("output");
      for (const secret of [PASSWORD, BROKER_KEY, "replay-secret"])
        expect(plan, name).not.toContain(secret);
    }
  });

  it("read each record once in a stream that is restarted, and no offset shows a token", async () => {
    const path = uniquePath("logins");
    const run = async (records: number): Promise<void> => {
      const queries = await Promise.all(
        STREAMED.map((name) =>
          read(logins[name] ?? expect.fail(name), "readStream")
            .writeStream.format("json")
            .option("checkpointLocation", `${path}/checkpoint-${name}`)
            .start(`${path}/${name}`),
        ),
      );
      for (const query of queries) {
        await eventually(
          async () => {
            const failure = await query.exception();
            if (failure) expect.fail(failure.message);
            const progress = await query.recentProgress();
            return (
              progress.reduce((sum, { numInputRows }) => sum + Number(numInputRows), 0) >= records
            );
          },
          { withinMs: 60_000 },
        );
        await query.stop();
      }
    };
    await run(25);
    await fetch(`${api}/__state`, { method: "POST", body: JSON.stringify({ grow: { items: 2 } }) });
    await run(2);
    const ids = Array.from({ length: 27 }, (_, at) => String(at + 1));
    for (const name of STREAMED) {
      const rows = await spark.read
        .json(`${path}/${name}`)
        .selectExpr("get_json_object(output, '$.id') AS id")
        .collect();
      expect(rows.map(({ id }) => String(id)).sort(), name).toEqual([...ids].sort());
      const offsets = join(path, `checkpoint-${name}`, "offsets");
      for (const file of await readdir(offsets)) {
        const text = await readFile(join(offsets, file), "utf8");
        for (const secret of ["replay-session", "replay-identity", PASSWORD, BROKER_KEY])
          expect(text, `${name} ${file}`).not.toContain(secret);
      }
    }
  });

  it("refresh a token with one use through the broker, once for all tasks", async () => {
    const inputData = Array.from({ length: 6 }, (_, id) => ({ id }));
    const url = `${provider.url}/api`;
    const options = { url, authType: "Broker", brokerCredential: "provider", ...address } as const;
    expect(await read({ ...options, inputData, partitions: 3 }, "read").count()).toBe(6);
    expect(provider.sent).toHaveLength(1);
    // A reader of its own would use up the refresh token, so it is refused before that.
    const alone = {
      url,
      authType: "OAuth2",
      oauthTokenUrl: provider.tokenUrl,
      oauthClientId: "app",
      oauthRefreshToken: provider.valid,
      oauthRefreshRotates: true,
    } as const;
    await expect(read(alone, "read").count()).rejects.toThrow(/CredentialBroker.*authType=Broker/);
    expect(provider.sent).toHaveLength(1);
  });
});
