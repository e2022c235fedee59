import { isIPv4 } from "node:net";

/** A block of addresses: its first ones, and how many leading bits its members share. */
type Block = readonly [network: string, bits: number];

// The addresses that IANA's registries of special-purpose blocks do not call globally reachable.
const NOT_PUBLIC_V4: readonly Block[] = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["240.0.0.0", 4],
];
const GLOBAL_UNICAST_V6: Block = ["2000::", 3];
const NOT_PUBLIC_V6: readonly Block[] = [
  ["2001::", 23],
  ["2001:db8::", 32],
  ["3fff::", 20],
];
const MULTICAST: readonly Block[] = [
  ["224.0.0.0", 4],
  ["ff00::", 8],
];
const UNSPECIFIED: readonly Block[] = [
  ["0.0.0.0", 32],
  ["::", 128],
];
// Where clouds keep machine credentials: link-local addresses, AWS over IPv6, Alibaba, Oracle, and
// Azure, whose address is even a public one.
const METADATA: readonly Block[] = [
  ["169.254.0.0", 16],
  ["fe80::", 10],
  ["fd00:ec2::254", 128],
  ["100.100.100.200", 32],
  ["192.0.0.192", 32],
  ["168.63.129.16", 32],
];

/** IPv6 blocks whose members lead to an IPv4 address, and at which bit from the right it ends. */
const WRAPPINGS: readonly (readonly [block: Block, shift: number, inverted: boolean])[] = [
  [["::ffff:0:0", 96], 0, false],
  [["2002::", 16], 80, false],
  [["2001::", 32], 0, true],
  [["64:ff9b::", 96], 0, false],
  [["::", 96], 0, false],
];

const BITS = { v4: 32, v6: 128 } as const;

function bitsOf(address: string): bigint {
  if (isIPv4(address))
    return address.split(".").reduce((sum, part) => (sum << 8n) | BigInt(part), 0n);
  // URL writes every spelling of an IPv6 address, dotted tails too, as groups of hexadecimal digits.
  const groups = new URL(`http://[${address}]/`).hostname.slice(1, -1).split("::");
  const [head = [], tail = []] = groups.map((side) => side.split(":").filter((group) => group));
  const filler = Array.from({ length: 8 - head.length - tail.length }, () => "0");
  return [...head, ...filler, ...tail].reduce(
    (sum, group) => (sum << 16n) | BigInt(`0x${group}`),
    0n,
  );
}

function isInside(address: string, [network, bits]: Block): boolean {
  if (isIPv4(address) !== isIPv4(network)) return false;
  const shift = BigInt((isIPv4(address) ? BITS.v4 : BITS.v6) - bits);
  return bitsOf(address) >> shift === bitsOf(network) >> shift;
}

function wrappedIPv4(address: string): string | undefined {
  if (isIPv4(address)) return undefined;
  const found = WRAPPINGS.find(([block]) => isInside(address, block));
  // The unspecified address and loopback are no wrappings, though they are inside the last block.
  if (found === undefined || bitsOf(address) <= 1n) return undefined;
  const [, shift, inverted] = found;
  const bits = Number((bitsOf(address) >> BigInt(shift)) & 0xffffffffn) ^ (inverted ? -1 : 0);
  return [24, 16, 8, 0].map((at) => (bits >>> at) & 255).join(".");
}

/**
 * Why an address may not be called; undefined if it may. Addresses where clouds keep machine
 * credentials, multicast and unspecified ones never may; `allowPrivate` opens the others that are
 * not public.
 */
export function addressProblem(address: string, allowPrivate: boolean): string | undefined {
  const inner = wrappedIPv4(address);
  if (inner !== undefined) {
    const problem = addressProblem(inner, allowPrivate);
    return problem && `${address} leads to an address that is refused: ${problem}`;
  }
  const isIn = (blocks: readonly Block[]): boolean =>
    blocks.some((block) => isInside(address, block));
  if (isIn(METADATA)) return `${address} is link-local or a metadata address`;
  if (isIn(MULTICAST) || isIn(UNSPECIFIED)) return `${address} is not an address of a host`;
  const isPublic = isIPv4(address)
    ? !isIn(NOT_PUBLIC_V4)
    : isInside(address, GLOBAL_UNICAST_V6) && !isIn(NOT_PUBLIC_V6);
  return isPublic || allowPrivate
    ? undefined
    : `${address} is not public; allowPrivateHosts: true permits it`;
}
