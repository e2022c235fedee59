import { VERSION } from "../version.js";
import type { ConnectionTarget } from "./connection-string.js";

/** The client's name for the server, with the application's name in front if there is one. */
export function clientType(target: ConnectionTarget, appName?: string): string {
  const application = target.userAgent ?? process.env["SPARK_CONNECT_USER_AGENT"] ?? appName;
  const self = `sparktide/${VERSION} os/${process.platform} node/${process.versions.node}`;
  return application === undefined ? self : `${application} ${self}`;
}
