import { generateKeyPairSync, randomBytes, sign, type KeyObject } from "node:crypto";

/** A certificate and its key, as PEM texts. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

const DAY_MS = 86_400_000;
const ECDSA_WITH_SHA256 = "06082a8648ce3d040302";
const COMMON_NAME = "0603550403";
const BASIC_CONSTRAINTS = "0603551d13";
const SUBJECT_ALT_NAME = "0603551d11";

/** A DER value of ASN.1: tag, length, content. */
function der(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content);
  const { length } = body;
  if (length < 128) return Buffer.concat([Buffer.from([tag, length]), body]);
  return Buffer.concat([Buffer.from([tag, 0x82, length >> 8, length & 255]), body]);
}

function sequence(...content: readonly Uint8Array[]): Buffer {
  return der(0x30, ...content);
}

function hex(text: string): Buffer {
  return Buffer.from(text, "hex");
}

function nameOf(commonName: string): Buffer {
  const attribute = sequence(hex(COMMON_NAME), der(0x0c, Buffer.from(commonName)));
  return sequence(der(0x31, attribute));
}

function utcTime(at: number): Buffer {
  const digits = new Date(at).toISOString().replaceAll(/[-:T]/g, "").slice(2, 14);
  return der(0x17, Buffer.from(`${digits}Z`));
}

function altName(name: string): Buffer {
  if (!/^[\d.]+$/.test(name)) return der(0x82, Buffer.from(name));
  return der(0x87, Buffer.from(name.split(".").map(Number)));
}

function extension(id: string, value: Buffer): Buffer {
  return sequence(hex(id), der(0x04, value));
}

function pem(bytes: Buffer): string {
  // OpenSSL refuses PEM with an empty line before the last line, so avoid one after 64 characters.
  const lines = bytes.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}

/**
 * A certificate authority for one test. It encodes X.509 itself, so that tests need no openssl and can
 * create certificates that have already expired.
 */
export class TestAuthority {
  readonly #name: string;
  readonly #key: KeyObject;
  /** The authority's own certificate. */
  readonly cert: string;

  constructor(name = "sparktide test CA") {
    this.#name = name;
    const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    this.#key = privateKey;
    const isAuthority = sequence(der(0x01, Buffer.from([255])));
    this.cert = this.#issue(name, publicKey, 1, extension(BASIC_CONSTRAINTS, isAuthority));
  }

  /** Issues a certificate for these host names and addresses, valid for the given number of days. */
  certificate(names: readonly string[], days = 1): Certificate {
    const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const altNames = sequence(...names.map(altName));
    return {
      cert: this.#issue(names[0] ?? "", publicKey, days, extension(SUBJECT_ALT_NAME, altNames)),
      key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    };
  }

  #issue(subject: string, publicKey: KeyObject, days: number, extensions: Buffer): string {
    const algorithm = sequence(hex(ECDSA_WITH_SHA256));
    const now = Date.now();
    const body = sequence(
      der(0xa0, der(0x02, Buffer.from([2]))),
      der(0x02, Buffer.from([1]), randomBytes(8)),
      algorithm,
      nameOf(this.#name),
      sequence(utcTime(now - 10 * DAY_MS), utcTime(now + days * DAY_MS)),
      nameOf(subject),
      publicKey.export({ type: "spki", format: "der" }),
      der(0xa3, sequence(extensions)),
    );
    const signature = sign("sha256", body, this.#key);
    return pem(sequence(body, algorithm, der(0x03, Buffer.from([0]), signature)));
  }
}
