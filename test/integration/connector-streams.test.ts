import { describe, inject, it } from "vitest";
import type { Connector } from "../../src/connectors/index.js";
import { ConnectorApis } from "../support/connector-apis.js";
import { runConnectorRounds } from "../support/connector-rounds.js";
import { connect, uniquePath } from "./support.js";

/** A connector of examples/connectors. */
async function example(name: string): Promise<Connector> {
  const module = (await import(`../../examples/connectors/${name}.ts`)) as Record<
    string,
    Connector
  >;
  const connector = module[name];
  if (connector === undefined) throw new Error(`examples/connectors/${name}.ts has no ${name}`);
  return connector;
}

describe.skipIf(!inject("hasDelta"))("the streams of a connector", () => {
  it("keep Delta tables equal to the APIs, also after the session is lost: upserts, deletions, all versions", async () => {
    await using apis = await ConnectorApis.start();
    const [github, stripe] = [await example("github"), await example("stripe")];
    const folder = uniquePath("connectors");
    const parts = { apis, github, stripe, connect: () => connect(), folder };
    // `npm run test:faults` has more rounds with more streams.
    await runConnectorRounds(parts, { rounds: 2, modes: ["upsert", "scd2"] });
  }, 600_000);
});
