import { isDeepStrictEqual } from "node:util";
import { ArgumentError } from "../errors.js";
import type { ConnectionTarget } from "../transport/connection-string.js";
import type { SessionSettings } from "./builder.js";
import { PYTHON_VERSION_KEY } from "../connection/python-worker-version.js";
import type { SparkSession } from "./spark-session.js";

/** A session and what it was made with; no target for an embedded Spark. */
interface LiveSession {
  readonly session: SparkSession;
  readonly settings: SessionSettings;
  readonly target: ConnectionTarget | undefined;
}

/** What getOrCreate() asks for. */
export interface SessionRequest {
  /** The same for all requests that one session answers: server, user and session id. */
  readonly key: string;
  readonly settings: SessionSettings;
  readonly target: ConnectionTarget | undefined;
}

/** The sessions of this process that getOrCreate() made, so that it finds them again. */
export class LiveSessions {
  readonly #sessions = new Map<string, LiveSession>();
  readonly #turns = new Map<string, Promise<unknown>>();

  /** The live session for this request with its settings applied, else a new one; requests of a key take turns. */
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
 * Settings that cannot change while a session lives, by the name the caller gave them under; undefined for what
 * is not given.
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
    [PYTHON_VERSION_KEY]: settings.conf[PYTHON_VERSION_KEY],
    ...target?.metadata,
  };
}

/** @throws {ArgumentError} a setting is given that differs from what the session was made with */
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
    `getOrCreate() found session ${live.session.sessionId}, which was made with other settings for ${differing.join(", ")}, and these cannot change while it lives. Leave them out, give the same ones, stop that session first, or call create().`,
  );
}

/** Two functions that give tokens count as the same: builders often write them anew, and nobody can compare them. */
function isSame(one: unknown, other: unknown): boolean {
  if (typeof one === "function" && typeof other === "function") return true;
  return isDeepStrictEqual(one, other);
}
