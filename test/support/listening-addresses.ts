import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** State of a socket in /proc/net/tcp that waits for connections. */
const LISTEN = "0A";

/** The inodes of the sockets that a process holds. */
function socketsOf(pid: number | string): Set<string> {
  const links = readdirSync(`/proc/${pid}/fd`).map((fd) => {
    try {
      return readlinkSync(`/proc/${pid}/fd/${fd}`);
    } catch {
      return ""; // Closed since it was listed.
    }
  });
  return new Set(links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []));
}

/** The address of /proc/net/tcp and tcp6: words of the machine's byte order, here little-endian. */
function readable(hex: string): string {
  const words = hex.match(/.{8}/g) ?? [];
  const bytes = words.flatMap((word) => word.match(/../g)?.reverse() ?? []);
  if (bytes.length === 4) return bytes.map((byte) => Number.parseInt(byte, 16)).join(".");
  const mapped = "00000000000000000000ffff";
  const text = bytes.join("").toLowerCase();
  if (text.startsWith(mapped)) {
    return bytes
      .slice(12)
      .map((byte) => Number.parseInt(byte, 16))
      .join(".");
  }
  return text === `${"0".repeat(31)}1` ? "::1" : text;
}

/** The addresses on which these processes wait for TCP connections; only Linux tells. */
export function listeningAddresses(pids: readonly (number | string)[]): string[] {
  const held = new Set(pids.flatMap((pid) => [...socketsOf(pid)]));
  return ["/proc/net/tcp", "/proc/net/tcp6"].flatMap((table) =>
    readFileSync(table, "utf8")
      .split("\n")
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => fields[3] === LISTEN && held.has(fields[9] ?? ""))
      .map((fields) => readable(fields[1]?.split(":")[0] ?? "")),
  );
}
