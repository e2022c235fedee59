import { contentHash } from "../python/python-text.js";
import { pickledCall } from "../python/pickle.js";
import type { DataSourceDeployment } from "../connection/deployable-data-source.js";
import { sourcesZip } from "../files/packaged-files.js";
import { BOOTSTRAP } from "./bootstrap-text.js";

/** What the server needs to know about a connector; see python-udsource, connector.py. */
export interface SentConnector {
  readonly name: string;
  readonly baseUrl: string;
  readonly parameters: readonly string[];
  /** The options of `rest` for each table. */
  readonly tables: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/**
 * The files and the pickle of a connector.
 *
 * @param classes the deployments of the tables that `rest` does not read, by table
 */
export async function connectorDeployment(
  connector: SentConnector,
  classes: Readonly<Record<string, DataSourceDeployment>>,
  expectedName: string | undefined,
  hidesOptions: boolean,
): Promise<DataSourceDeployment> {
  const content = await sourcesZip();
  const zipName = `sparktide_sources-${contentHash(content)}.zip`;
  const pickles = Object.entries(classes).map(
    ([table, { command }]) => [table, Buffer.from(command).toString("base64")] as const,
  );
  return {
    artifacts: [
      { name: `pyfiles/${zipName}`, content },
      ...Object.values(classes).flatMap(({ artifacts }) => artifacts),
    ],
    command: pickledCall(BOOTSTRAP, "load_connector", [
      zipName,
      JSON.stringify(connector),
      String(!hidesOptions),
      JSON.stringify(Object.fromEntries(pickles)),
      expectedName,
    ]),
  };
}
