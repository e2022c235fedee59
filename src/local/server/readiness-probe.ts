/** Says when a started server is ready: when it has answered an RPC. */

/** Asks the server at `url`, a connection string, for its version; rejects when it does not answer. */
export type ReadinessProbe = (url: string, signal: AbortSignal) => Promise<string>;

/** The default probe. The client's transport is loaded late, so that importing this folder stays cheap. */
export const askSparkVersion: ReadinessProbe = async (url, signal) => {
  const { sparkVersionAt } = await import("../../transport/server-version.js");
  return sparkVersionAt(url, signal);
};
