import { VERSION } from "../version.js";
import type { ConnectionTarget } from "./connection-string.js";

/** How this client names itself to the server: the application's name first, if there is one. */
export function clientType(target: ConnectionTarget, appName?: string): string {
  const application = target.userAgent ?? process.env["SPARK_CONNECT_USER_AGENT"] ?? appName;
  const self = `sparktide/${VERSION} os/${process.platform} node/${process.versions.node}`;
  return application === undefined ? self : `${application} ${self}`;
}
