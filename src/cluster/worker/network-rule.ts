import { BlockList, isIP, Socket } from "node:net";
import { createRequire } from "node:module";

/**
 * Restricts the connections of this process to hosts: JSON of `false` or of a list of host names. Node's permission
 * model has no rule for the network before Node 25, so this replaces the methods that every client of Node uses. It
 * holds back code that makes mistakes, not code that attacks.
 */
export function restrictNetwork(rule: string | undefined): void {
  if (rule === undefined || rule === "true") return;
  const allowed = rule === "false" ? [] : (JSON.parse(rule) as readonly string[]);
  const hosts = new Set(allowed.map((host) => host.toLowerCase()));
  const refuse = (host: string): Error =>
    Object.assign(
      new Error(
        hosts.size === 0
          ? `This function may not use the network, but it connects to ${host}. Add the host to the option network.`
          : `This function may connect only to ${allowed.join(", ")}, but it connects to ${host}. Add the host to the option network.`,
      ),
      { code: "ERR_SPARKTIDE_NETWORK" },
    );
  // The object that other modules of Node read the function from. A namespace import could not be changed.
  const dns = createRequire(import.meta.url)("node:dns") as {
    lookup: (host: string, ...rest: unknown[]) => void;
  };
  const addresses = new BlockList();
  const { lookup } = dns;
  // Remember the addresses of allowed hosts: connect() sees a host or the address that lookup() found.
  const guardedLookup = (host: string, ...rest: unknown[]): void => {
    const callback = rest.at(-1) as (error: Error | null, ...found: unknown[]) => void;
    if (isIP(host) === 0 && !hosts.has(host.toLowerCase())) {
      process.nextTick(callback, refuse(host));
      return;
    }
    lookup(host, ...rest.slice(0, -1), (error: Error | null, ...found: unknown[]) => {
      const first = found[0];
      const list = Array.isArray(first) ? (first as { address: string; family: number }[]) : [];
      if (typeof first === "string") addresses.addAddress(first, found[1] === 6 ? "ipv6" : "ipv4");
      for (const { address, family } of list)
        addresses.addAddress(address, family === 6 ? "ipv6" : "ipv4");
      callback(error, ...found);
    });
  };
  dns.lookup = guardedLookup;
  const prototype = Socket.prototype as { connect: (...args: unknown[]) => unknown };
  const { connect } = prototype;
  prototype.connect = function guardedConnect(this: Socket, ...args: unknown[]): unknown {
    const host = hostOf(args);
    const isAllowed =
      host !== undefined &&
      (hosts.has(host.toLowerCase()) ||
        (isIP(host) !== 0 && addresses.check(host, isIP(host) === 6 ? "ipv6" : "ipv4")));
    if (isAllowed) return Reflect.apply(connect, this, args);
    const error = refuse(host ?? "a local socket");
    process.nextTick(() => this.destroy(error));
    return this;
  };
}

/** The host of a call of connect(): its forms are (options), (port, host) and Node's internal array of both. */
function hostOf(args: readonly unknown[]): string | undefined {
  const [first, second] = args;
  if (Array.isArray(first)) return hostOf(first as unknown[]);
  if (typeof first === "object" && first !== null) {
    const { host, path } = first as { host?: unknown; path?: unknown };
    if (path !== undefined && path !== null) return undefined;
    return typeof host === "string" ? host : "localhost";
  }
  return typeof second === "string" ? second : "localhost";
}
