import { isIP } from "node:net";
import { connect as tlsConnect } from "node:tls";

/** What a server may take for a TLS handshake that is only asked to tell a wrong scheme apart. */
const TLS_PROBE_MS = 1_000;

/**
 * Whether a server takes a TLS handshake. A TLS server closes a plaintext connection without a word, so
 * this is the only way to name the mistake; nothing is sent, so whose certificate it is does not matter.
 */
export function speaksTls(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const servername = isIP(host) === 0 ? { servername: host } : {};
    const socket = tlsConnect({
      host,
      port,
      ...servername,
      rejectUnauthorized: false,
      ALPNProtocols: ["h2"],
    });
    const settle = (spoken: boolean): void => {
      socket.destroy();
      resolve(spoken);
    };
    socket.setTimeout(TLS_PROBE_MS, () => {
      settle(false);
    });
    socket.once("secureConnect", () => {
      settle(true);
    });
    socket.on("error", (error: NodeJS.ErrnoException) => {
      // A refusal by TLS's own alert is TLS too.
      settle(/^ERR_SSL_(?:TLSV1|SSLV3)\w*_ALERT_/.test(error.code ?? ""));
    });
    socket.once("close", () => {
      settle(false);
    });
  });
}
