import type { CallOptions } from "../connection/call-options.js";
import { ArgumentError, ProtocolError } from "../errors.js";
import { SIGNAL, checkMethods } from "../option-check.js";
import { operationRules } from "../connection/operation-rules.js";
import type { SparkConnection } from "../connection/spark-connection.js";

/** A configuration value. Spark stores it as text. */
export type ConfValue = string | number | bigint | boolean;

/** The session's Spark configuration. Each method sends one request. */
export class RuntimeConf {
  readonly #connection: SparkConnection;

  /** @internal */
  constructor(connection: SparkConnection) {
    this.#connection = connection;
  }

  /**
   * Sets a key for this session. Spark's warnings, for example about a deprecated key, go to the logger.
   *
   * @throws {ArgumentError} the value is not a string, number or boolean
   * @throws {AnalysisException} the key is static, or the value has the wrong type
   * @example await spark.conf.set("spark.sql.shuffle.partitions", 8);
   */
  async set(key: string, value: ConfValue, options: CallOptions = {}): Promise<void> {
    const pairs = [{ key, value: confText(key, value) }];
    operationRules()?.checkSetting(key);
    const answer = await this.#connection.client.config({ case: "set", value: { pairs } }, options);
    this.#warn(answer.warnings);
  }

  /**
   * The key's value as text, or `defaultValue` (which may be null) if the key is not set.
   * Spark adds units to some values (`3600000ms`, `128m`).
   *
   * @throws {SparkException} the key is unknown and has no default (SQL_CONF_NOT_FOUND)
   * @example await spark.conf.get("spark.sql.ansi.enabled"); // 'true'
   */
  get(key: string, defaultValue?: string, options?: CallOptions): Promise<string>;
  get(key: string, defaultValue: string | null, options?: CallOptions): Promise<string | null>;
  async get(
    key: string,
    defaultValue?: string | null,
    options: CallOptions = {},
  ): Promise<string | null> {
    if (defaultValue === null) return (await this.getOption(key, options)) ?? null;
    const answer = await this.#connection.client.config(
      defaultValue === undefined
        ? { case: "get", value: { keys: [key] } }
        : { case: "getWithDefault", value: { pairs: [{ key, value: defaultValue }] } },
      options,
    );
    const value = answer.pairs[0]?.value;
    if (value !== undefined) return value;
    throw new ProtocolError("NO_ANSWER", `The server did not answer with the value of ${key}.`);
  }

  /**
   * The key's value, or undefined if the key is not set and has no default.
   *
   * @example await spark.conf.getOption("spark.my.unknown.key"); // undefined
   */
  async getOption(key: string, options: CallOptions = {}): Promise<string | undefined> {
    const answer = await this.#connection.client.config(
      { case: "getOption", value: { keys: [key] } },
      options,
    );
    return answer.pairs[0]?.value;
  }

  /**
   * All keys that are set, with their values.
   *
   * @example const all = await spark.conf.getAll();
   */
  async getAll(options: CallOptions = {}): Promise<Record<string, string>> {
    const answer = await this.#connection.client.config({ case: "getAll", value: {} }, options);
    return Object.fromEntries(answer.pairs.map(({ key, value }) => [key, value ?? ""]));
  }

  /**
   * Removes the value that was set for this session.
   *
   * @example await spark.conf.unset("spark.sql.shuffle.partitions");
   */
  async unset(key: string, options: CallOptions = {}): Promise<void> {
    operationRules()?.checkSetting(key);
    const answer = await this.#connection.client.config(
      { case: "unset", value: { keys: [key] } },
      options,
    );
    this.#warn(answer.warnings);
  }

  /**
   * Whether set() accepts the key.
   *
   * @example await spark.conf.isModifiable("spark.sql.shuffle.partitions"); // true
   */
  async isModifiable(key: string, options: CallOptions = {}): Promise<boolean> {
    const answer = await this.#connection.client.config(
      { case: "isModifiable", value: { keys: [key] } },
      options,
    );
    const value = answer.pairs[0]?.value;
    if (value === "true" || value === "false") return value === "true";
    throw new ProtocolError("NO_ANSWER", `The server did not answer whether ${key} can be set.`);
  }

  #warn(warnings: readonly string[]): void {
    for (const warning of warnings) this.#connection.logger?.warn({}, warning);
  }
}

checkMethods(RuntimeConf.prototype, {
  set: [2, SIGNAL],
  get: [2, SIGNAL],
  getOption: [1, SIGNAL],
  unset: [1, SIGNAL],
  isModifiable: [1, SIGNAL],
  getAll: [0, SIGNAL],
});

function confText(key: string, value: unknown): string {
  switch (typeof value) {
    case "string":
    case "number":
    case "bigint":
    case "boolean":
      return String(value);
    default:
      throw new ArgumentError(
        "value",
        `The value of ${key} must be a string, number or boolean, got ${value === null ? "null" : typeof value}.`,
      );
  }
}
