/** Says when a started server is ready: when it has answered an RPC. */

/** Asks the server at `url`, a connection string, for its version; rejects when it does not answer. */
export type ReadinessProbe = (url: string, signal: AbortSignal) => Promise<string>;

/** The default probe: this package's own client. Loaded late, because the client loads this folder. */
export const askSparkVersion: ReadinessProbe = async (url, signal) => {
  const { sparkVersionAt } = await import("../../connect.js");
  return sparkVersionAt(url, signal);
};
