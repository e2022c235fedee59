import type { LocalSpark } from "../../src/local/index.js";

/** The port a server can be found at, and the token it was started with. */
export function portAndToken({ url }: LocalSpark): { port: number; token: string } {
  const [, port = "", token = ""] = /:(\d+)\/;token=(.+)$/.exec(url) ?? [];
  return { port: Number(port), token };
}
