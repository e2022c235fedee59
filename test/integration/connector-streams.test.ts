import { describe, inject, it } from "vitest";
import { ConnectorApis } from "../support/connector-apis.js";
import { exampleConnector, runConnectorRounds } from "../support/connector-rounds.js";
import { connect, uniquePath } from "./support.js";

describe.skipIf(!inject("hasDelta"))("the streams of a connector", () => {
  it("keep Delta tables equal to the APIs, also after the session is lost: upserts, deletions, all versions, windows of time", async () => {
    await using apis = await ConnectorApis.start();
    const [github, stripe] = [await exampleConnector("github"), await exampleConnector("stripe")];
    const openmeteo = await exampleConnector("open-meteo", "openMeteo");
    const folder = uniquePath("connectors");
    const parts = { apis, github, stripe, openmeteo, connect: () => connect(), folder };
    // `npm run test:faults` has more rounds with more streams.
    await runConnectorRounds(parts, { rounds: 2, tables: ["customers", "issues", "hours"] });
  }, 600_000);
});
