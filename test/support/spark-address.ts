import type { LocalSpark } from "../../src/local/index.js";

/** The port and the token of a server. */
export function portAndToken({ url }: LocalSpark): { port: number; token: string } {
  const [, port = "", token = ""] = /:(\d+)\/;token=(.+)$/.exec(url) ?? [];
  return { port: Number(port), token };
}
