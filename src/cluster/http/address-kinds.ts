/** Which IP addresses are public, as `sparktide_sources/_http/egress.py` decides it. */
import { BlockList, isIPv4 } from "node:net";

type Subnet = readonly [network: string, prefix: number];

function blockList(family: "ipv4" | "ipv6", subnets: readonly Subnet[]): BlockList {
  const list = new BlockList();
  for (const [network, prefix] of subnets) list.addSubnet(network, prefix, family);
  return list;
}

const LINK_LOCAL_V4 = blockList("ipv4", [["169.254.0.0", 16]]);
const LINK_LOCAL_V6 = blockList("ipv6", [["fe80::", 10]]);
/** Addresses of cloud metadata services outside the link-local range: AWS over IPv6, Alibaba, Oracle, Azure. */
const METADATA = new Set(["fd00:ec2::254", "100.100.100.200", "192.0.0.192", "168.63.129.16"]);
const NO_HOST_V4 = blockList("ipv4", [
  ["0.0.0.0", 32],
  ["224.0.0.0", 4],
]);
const MULTICAST_V6 = blockList("ipv6", [["ff00::", 8]]);
/** The ranges that IANA does not list as globally reachable. */
const NOT_PUBLIC_V4 = blockList("ipv4", [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["240.0.0.0", 4],
]);
/** Only this range holds public addresses of IPv6, without the ranges below. */
const UNICAST_V6 = blockList("ipv6", [["2000::", 3]]);
const NOT_PUBLIC_V6 = blockList("ipv6", [
  ["2001::", 23],
  ["2001:db8::", 32],
  ["3fff::", 20],
]);

/** Why an address may not be called, or an empty text. */
export function addressProblem(address: string, allowPrivate: boolean): string {
  const plain = normalAddress(address);
  const inner = isIPv4(plain) ? undefined : embeddedIPv4(plain);
  if (inner !== undefined) {
    const problem = addressProblem(inner, allowPrivate);
    return problem && `${plain} contains an address that is refused: ${problem}`;
  }
  const isV4 = isIPv4(plain);
  const family = isV4 ? "ipv4" : "ipv6";
  const isIn = (v4: BlockList, v6: BlockList): boolean => (isV4 ? v4 : v6).check(plain, family);
  if (METADATA.has(plain) || isIn(LINK_LOCAL_V4, LINK_LOCAL_V6))
    return `${plain} is link-local or a metadata address`;
  if (plain === "::" || isIn(NO_HOST_V4, MULTICAST_V6))
    return `${plain} is not an address of a host`;
  const isPublic = isV4
    ? !NOT_PUBLIC_V4.check(plain, family)
    : UNICAST_V6.check(plain, family) && !NOT_PUBLIC_V6.check(plain, family);
  return isPublic || allowPrivate
    ? ""
    : `${plain} is not public; allowPrivateHosts=true permits it`;
}

/** The usual text of an address, without its zone. */
function normalAddress(address: string): string {
  const [plain = ""] = address.split("%");
  return isIPv4(plain) ? plain : new URL(`http://[${plain}]`).hostname.slice(1, -1);
}

/** The IPv4 address inside an IPv6 address: mapped, 6to4, Teredo, NAT64 or the old compatible form. */
function embeddedIPv4(address: string): string | undefined {
  const groups = groupsOf(address);
  const at = (index: number): number => groups[index] ?? 0;
  const pair = (index: number, mask = 0): string => {
    const [high, low] = [at(index) ^ mask, at(index + 1) ^ mask];
    return [high >> 8, high & 255, low >> 8, low & 255].join(".");
  };
  const isZero = (from: number, to: number): boolean =>
    groups.slice(from, to).every((group) => group === 0);
  if (isZero(0, 5) && at(5) === 0xffff) return pair(6);
  if (at(0) === 0x2002) return pair(1);
  if (at(0) === 0x2001 && at(1) === 0) return pair(6, 0xffff);
  if (at(0) === 0x64 && at(1) === 0xff9b && isZero(2, 6)) return pair(6);
  if (isZero(0, 6) && (at(6) !== 0 || at(7) > 1)) return pair(6);
  return undefined;
}

function groupsOf(address: string): number[] {
  const [left = "", right] = address.split("::");
  const numbers = (text: string): number[] =>
    text === "" ? [] : text.split(":").map((group) => Number.parseInt(group, 16));
  if (right === undefined) return numbers(left);
  const [first, last] = [numbers(left), numbers(right)];
  return [...first, ...Array.from({ length: 8 - first.length - last.length }, () => 0), ...last];
}
