import { isIP } from "node:net";
import { connect as tlsConnect } from "node:tls";

/** The longest time for the handshake. Its only purpose is a better error message. */
const TLS_PROBE_MS = 1_000;

/**
 * Whether a server accepts a TLS handshake. A TLS server closes a plaintext connection without an error, so
 * only a handshake reveals the mistake. No data is sent, so the certificate is not checked.
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
      // A server that refuses with a TLS alert also speaks TLS.
      settle(/^ERR_SSL_(?:TLSV1|SSLV3)\w*_ALERT_/.test(error.code ?? ""));
    });
    socket.once("close", () => {
      settle(false);
    });
  });
}
