import { isDeepStrictEqual } from "node:util";
import { ArgumentError } from "../errors.js";
import type { ConnectionTarget } from "../transport/connection-string.js";
import type { SessionSettings } from "./builder.js";
import { PYTHON_VERSION_KEY } from "../connection/python-worker-version.js";
import type { SparkSession } from "./spark-session.js";

/** A session and the settings that created it. An embedded Spark has no target. */
interface LiveSession {
  readonly session: SparkSession;
  readonly settings: SessionSettings;
  readonly target: ConnectionTarget | undefined;
}

/** A request of getOrCreate(). */
export interface SessionRequest {
  /** Server, user and session id. Requests with the same key get the same session. */
  readonly key: string;
  readonly settings: SessionSettings;
  readonly target: ConnectionTarget | undefined;
}

/** The sessions that getOrCreate() created in this process, so that it can return them again. */
export class LiveSessions {
  readonly #sessions = new Map<string, LiveSession>();
  readonly #turns = new Map<string, Promise<unknown>>();

  /** Returns the live session with the request's settings applied, or a new one. Runs requests of a key one by one. */
  getOrCreate(request: SessionRequest, create: () => Promise<SparkSession>): Promise<SparkSession> {
    const before = this.#turns.get(request.key) ?? Promise.resolve();
    const turn = before.then(() => this.#get(request, create));
    const settled = turn
      .catch(() => undefined)
      .finally(() => {
        if (this.#turns.get(request.key) === settled) this.#turns.delete(request.key);
      });
    this.#turns.set(request.key, settled);
    return turn;
  }

  async #get(
    { key, settings, target }: SessionRequest,
    create: () => Promise<SparkSession>,
  ): Promise<SparkSession> {
    const live = this.#sessions.get(key);
    if (live === undefined || live.session.isStopped) {
      const session = await create();
      this.#sessions.set(key, { session, settings, target });
      return session;
    }
    refuseFixed(live, settings, target);
    for (const [name, value] of Object.entries(settings.conf)) {
      if (name !== PYTHON_VERSION_KEY) await live.session.conf.set(name, value);
    }
    await live.session.dataSource.register(...settings.dataSources);
    return live.session;
  }
}

/**
 * Settings that cannot change while a session lives, under the names that callers use; undefined if not given.
 */
function fixedSettings(
  settings: SessionSettings,
  target: ConnectionTarget | undefined,
): Record<string, unknown> {
  return {
    token: settings.token ?? target?.token,
    tls: settings.tls,
    use_ssl: target?.useSsl,
    grpc_max_message_size: target?.maxMessageBytes,
    keepalive: settings.keepalive ?? target?.keepalive,
    appName: settings.appName,
    user_agent: target?.userAgent,
    retryPolicy: settings.retryPolicy,
    heartbeat: settings.heartbeat,
    releaseOnStop: settings.releaseOnStop,
    javascript: settings.javascript,
    [PYTHON_VERSION_KEY]: settings.conf[PYTHON_VERSION_KEY],
    ...target?.metadata,
  };
}

/** @throws {ArgumentError} a given setting differs from the setting of the live session */
function refuseFixed(
  live: LiveSession,
  settings: SessionSettings,
  target: ConnectionTarget | undefined,
): void {
  const made = fixedSettings(live.settings, live.target);
  const differing = Object.entries(fixedSettings(settings, target))
    .filter(([name, value]) => value !== undefined && !isSame(made[name], value))
    .map(([name]) => name);
  if (differing.length === 0) return;
  throw new ArgumentError(
    "getOrCreate",
    `getOrCreate() found session ${live.session.sessionId}, which was created with other settings for ${differing.join(", ")}, and these cannot change while it lives. Leave them out, pass the same ones, stop that session first, or call create().`,
  );
}

/** Treats any two functions as equal: each builder may define its own token function, and they cannot be compared. */
function isSame(one: unknown, other: unknown): boolean {
  if (typeof one === "function" && typeof other === "function") return true;
  return isDeepStrictEqual(one, other);
}
