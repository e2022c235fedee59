// Binds the arguments of SQL text in the client if the server cannot.

import type { CallOptions } from "../../connection/call-options.js";
import { AnalysisException } from "../../errors.js";
import { sqlCommand } from "../../plan/command.js";
import { executeImmediates, type ExecuteImmediate } from "../../plan/execute-immediate.js";
import { literal } from "../../plan/literal.js";
import { sqlRelation } from "../../plan/relation.js";
import { boundText, type SqlArguments } from "../../plan/sql-arguments.js";
import { textSql, type StringForm } from "../../plan/sql-literal.js";
import type { StructType } from "../../types/struct-type.js";
import { RuntimeConf } from "../runtime-conf.js";
import type { SparkConnection } from "../../connection/spark-connection.js";

const UNBOUND = "UNBOUND_SQL_PARAMETER";

/** The first row of a query, with its schema. */
export type FirstRow = (
  query: string,
  options: CallOptions,
) => Promise<{ readonly schema: StructType; readonly values: readonly unknown[] }>;

/**
 * Finds out whether the server binds the arguments of SQL text, and binds them here if it does not. Spark 4.1
 * changed how it binds arguments. A parser extension for the old way, such as Delta Lake 4.4.0's, drops them, and
 * the server then reports each marker as unbound. Only a probe is safe: a script would run up to its first marker
 * before it fails.
 */
export class SqlBinding {
  readonly #connection: SparkConnection;
  readonly #firstRow: FirstRow;
  #bindsOnServer: Promise<boolean> | undefined;

  constructor(connection: SparkConnection, firstRow: FirstRow) {
    this.#connection = connection;
    this.#firstRow = firstRow;
  }

  /** The text to send, and the arguments to send with it. */
  async prepare(
    text: string,
    args: SqlArguments,
    options: CallOptions,
  ): Promise<{ readonly text: string; readonly args: SqlArguments }> {
    const hasArguments = args.positional.length > 0 || args.named.size > 0;
    const mayExecute = /\bexecute\s/i.test(text);
    if (!hasArguments && !mayExecute) return { text, args };
    if (!hasArguments && executeImmediates(text).length === 0) return { text, args };
    if (await this.#serverBinds()) return { text, args };
    const form = await this.#stringForm();
    const bound = hasArguments ? boundText(text, args, form) : text;
    const withImmediates = mayExecute ? await this.#bindImmediates(bound, form, options) : bound;
    return { text: withImmediates, args: { positional: [], named: new Map() } };
  }

  /** Adds the reason to an error about unbound parameters of an EXECUTE IMMEDIATE that the client could not bind. */
  async explained(error: unknown, text: string): Promise<unknown> {
    if (!(error instanceof AnalysisException) || error.errorClass !== UNBOUND) return error;
    if (executeImmediates(text).length === 0 || (await this.#serverBinds())) return error;
    return new AnalysisException(
      `${error.message}\nThe server's SQL extension drops the arguments of EXECUTE IMMEDIATE … USING, as Delta Lake 4.4.0 does on Spark 4.1 and 4.2. Inside a script sparktide can bind only constants. Run the EXECUTE IMMEDIATE as a separate statement, or build its text with its values.`,
      {
        errorClass: error.errorClass,
        sqlState: error.sqlState,
        messageParameters: error.messageParameters,
        queryContexts: error.queryContexts,
        serverStackTrace: error.serverStackTrace,
        grpcStatus: error.grpcStatus,
        cause: error,
      },
    );
  }

  async #serverBinds(): Promise<boolean> {
    // Before 4.1 the parser does not take part in binding.
    if (!this.#connection.version.isAtLeast(4, 1)) return true;
    const probe = (this.#bindsOnServer ??= this.#probe());
    try {
      return await probe;
    } catch (error) {
      if (this.#bindsOnServer === probe) this.#bindsOnServer = undefined;
      throw error;
    }
  }

  async #probe(): Promise<boolean> {
    const probe = this.#connection.relation(sqlRelation("SELECT ?", [literal(1)], {}));
    try {
      await this.#connection.ask(sqlCommand(probe), "sqlCommandResult");
      return true;
    } catch (error) {
      if (error instanceof AnalysisException && error.errorClass === UNBOUND) return false;
      throw error;
    }
  }

  /** Reads the setting each time, because SQL statements can change it. */
  async #stringForm(): Promise<StringForm> {
    const key = "spark.sql.parser.escapedStringLiterals";
    return (await new RuntimeConf(this.#connection).get(key)) === "true" ? "hex" : "escaped";
  }

  /** Inserts the parameters of each EXECUTE IMMEDIATE statement into the text that it runs. */
  async #bindImmediates(text: string, form: StringForm, options: CallOptions): Promise<string> {
    let bound = "";
    let end = 0;
    for (const statement of executeImmediates(text)) {
      if (statement.start > 0 && !statement.isConstant) continue;
      const own = await this.#immediateSql(statement, form, options);
      if (own === undefined) continue;
      bound += text.slice(end, statement.start) + own;
      end = statement.end;
    }
    return bound + text.slice(end);
  }

  /** Lets the server compute the expressions, because it holds their variables; undefined if it refuses them. */
  async #immediateSql(
    { query, into, parameters }: ExecuteImmediate,
    form: StringForm,
    options: CallOptions,
  ): Promise<string | undefined> {
    const row = await this.#firstRow(
      `SELECT ${[query, ...parameters.map(({ sql }) => sql)].join(", ")}`,
      options,
    ).catch((error: unknown) => {
      // The statement itself then fails with the server's error.
      if (error instanceof AnalysisException) return undefined;
      throw error;
    });
    const [text, ...values] = row?.values ?? [];
    if (row === undefined || typeof text !== "string" || values.length !== parameters.length)
      return undefined;
    const positional = values.map((value, index) =>
      literal(value, row.schema.fields[index + 1]?.dataType),
    );
    const named = new Map(
      parameters.flatMap(({ name }, index) => {
        const value = positional[index];
        return name === undefined || value === undefined ? [] : [[name, value] as const];
      }),
    );
    const bound = boundText(text, { positional, named }, form);
    return `EXECUTE IMMEDIATE ${textSql("query", bound, form)}${into}`;
  }
}
