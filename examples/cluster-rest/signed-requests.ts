/** APIs whose requests carry a signature: a JWT of a private key, or an HMAC of the request. */
import { createHash, createHmac, createSign } from "node:crypto";
import { RestSource, type Poll, type Polled, type RestRequestToSign } from "sparktide/cluster";

interface Ticket {
  readonly id: number;
  readonly subject: string;
}

abstract class Tickets<Options extends object> extends RestSource<Options> {
  readonly schema = "id BIGINT, subject STRING";

  async *poll({ http, since }: Poll<number>): AsyncGenerator<Polled, void, undefined> {
    for await (const page of http.pages("/tickets", { query: { after: since ?? 0 } })) {
      const tickets = page.json() as readonly Ticket[];
      yield* tickets.map((row) => ({ row, position: row.id }));
    }
  }
}

/** `privateKey` may be a reference: `file:/run/secrets/key.pem`. */
export class JwtTickets extends Tickets<{ url: string; appId: string; privateKey: string }> {
  static override readonly hiddenOptions = ["privateKey"];

  override authorize(): { authorization: string } {
    const { appId, privateKey } = this.options;
    const now = Math.floor(Date.now() / 1000);
    const part = (value: object): string =>
      Buffer.from(JSON.stringify(value)).toString("base64url");
    const claims = { iss: appId, iat: now - 60, exp: now + 300 };
    const text = `${part({ alg: "RS256", typ: "JWT" })}.${part(claims)}`;
    const signature = createSign("RSA-SHA256").update(text).sign(privateKey, "base64url");
    return { authorization: `Bearer ${text}.${signature}` };
  }
}

export class HmacTickets extends Tickets<{ url: string; keyId: string; secret: string }> {
  static override readonly hiddenOptions = ["secret"];

  override authorize({ method, url, body }: RestRequestToSign): Record<string, string> {
    const { keyId, secret } = this.options;
    const { pathname, search } = new URL(url);
    const time = new Date().toISOString();
    const digest = createHash("sha256").update(body).digest("hex");
    const text = [method, pathname + search, time, digest].join("\n");
    const signature = createHmac("sha256", secret).update(text).digest("base64");
    return { "x-time": time, authorization: `HMAC ${keyId}:${signature}` };
  }
}
