/** Converts PEM certificates to Java's key store format. */
import { createHash } from "node:crypto";

/** The X.509 certificates in a PEM text, in DER form. */
export function certificatesOf(pem: string): Buffer[] {
  const blocks = pem.matchAll(/-----BEGIN CERTIFICATE-----([\s\S]*?)-----END CERTIFICATE-----/g);
  return Array.from(blocks, (block) => Buffer.from(block[1] ?? "", "base64"));
}

/** The default integrity password of Java trust stores. It does not protect a secret. */
const STORE_PASSWORD = "changeit";

/** The first number of a JKS file. */
const MAGIC = 0xfeedfeed;
const FORMAT_VERSION = 2;
/** The tag of an entry with a trusted certificate instead of a key. */
const TRUSTED_CERTIFICATE = 2;

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** Java's DataOutput.writeUTF for ASCII text. */
function javaUtf(text: string): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(text.length);
  return Buffer.concat([bytes, Buffer.from(text, "ascii")]);
}

/**
 * A JKS trust store with `certificates` (DER), dated 1970 so that equal input gives equal bytes.
 *
 * @see sun.security.provider.JavaKeyStore for the format
 */
export function javaKeyStore(certificates: readonly Buffer[]): Buffer {
  const entries = certificates.flatMap((certificate, index) => [
    int32(TRUSTED_CERTIFICATE),
    javaUtf(`ca-${index}`),
    Buffer.alloc(8),
    javaUtf("X.509"),
    int32(certificate.length),
    certificate,
  ]);
  const body = Buffer.concat([
    int32(MAGIC),
    int32(FORMAT_VERSION),
    int32(certificates.length),
    ...entries,
  ]);
  // The salt is a constant of the format.
  const digest = createHash("sha1")
    .update(Buffer.from(STORE_PASSWORD, "utf16le").swap16())
    .update("Mighty Aphrodite", "utf8")
    .update(body)
    .digest();
  return Buffer.concat([body, digest]);
}
