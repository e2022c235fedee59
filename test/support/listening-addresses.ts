import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** The state of a listening socket in /proc/net/tcp. */
const LISTEN = "0A";

/** The inodes of the sockets of a process. */
function socketsOf(pid: number | string): Set<string> {
  const links = readdirSync(`/proc/${pid}/fd`).map((fd) => {
    try {
      return readlinkSync(`/proc/${pid}/fd/${fd}`);
    } catch {
      return ""; // The file was closed meanwhile.
    }
  });
  return new Set(links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []));
}

/** Parses an address of /proc/net/tcp or tcp6: words in the byte order of the machine, here little-endian. */
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

/** The addresses on which these processes listen for TCP connections. Works on Linux only. */
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
