// DataFrames of SQL text.

import type { CallOptions } from "../../connection/call-options.js";
import { DataFrame } from "../../dataframe/dataframe.js";
import type { SessionContext } from "../../dataframe/session-context.js";
import { ArgumentError } from "../../errors.js";
import { sqlCommand } from "../../plan/command.js";
import { expressionOf } from "../../plan/literal.js";
import { sqlRelation, type RelationBody } from "../../plan/relation.js";
import type { SqlArguments } from "../../plan/sql-arguments.js";
import { shown } from "../../value-kind.js";
import { isPlainQuery } from "./plain-query.js";
import { SqlBinding, type FirstRow } from "./sql-binding.js";
import { isTemplate, templateText } from "./sql-template.js";

/** Values for `?` (an array) or `:name` (an object) markers. */
type SqlValues = readonly unknown[] | Readonly<Record<string, unknown>>;

/** SQL text or a template of it, and the arguments of sql() or query() after it. */
export type SqlCall = readonly [text: string | TemplateStringsArray, ...rest: readonly unknown[]];

/** Turns the SQL text of a session into DataFrames. */
export class SqlFrames {
  readonly #context: SessionContext;
  readonly #binding: SqlBinding;

  constructor(context: SessionContext) {
    this.#context = context;
    this.#binding = new SqlBinding(context.connection, (...args) => this.#firstRow(...args));
  }

  /** Sends a command to the server at once. A plain query without arguments waits for its first action. */
  async run([text, ...rest]: SqlCall): Promise<DataFrame> {
    if (isTemplate(text)) {
      const template = templateText(text, rest);
      return this.#run(template.text, argumentsOf(template.args), {});
    }
    const [values = [], options = {}] = rest as [SqlValues?, CallOptions?];
    return this.#run(text, argumentsOf(values), options);
  }

  /**
   * A DataFrame of a query. Its first action sends the query.
   *
   * @throws {ArgumentError} the text may be a command
   */
  query([text, ...rest]: SqlCall): DataFrame {
    const [values = []] = rest as [SqlValues?];
    const given = isTemplate(text) ? templateText(text, rest) : { text, args: values };
    if (typeof given.text !== "string" || !isPlainQuery(given.text)) throw notAQuery(given.text);
    const args = argumentsOf(given.args);
    const { connection } = this.#context;
    const body = sqlBody(given.text, args);
    const relation = hasValues(args)
      ? connection.heldRelations.hold(body, async () => {
          const bound = await this.#binding.prepare(given.text, args, {});
          return sqlBody(bound.text, bound.args);
        })
      : connection.relation(body);
    return new DataFrame(this.#context, relation);
  }

  async #run(text: string, given: SqlArguments, options: CallOptions): Promise<DataFrame> {
    const { connection } = this.#context;
    const bound = await this.#binding.prepare(text, given, options);
    const query = connection.relation(sqlBody(bound.text, bound.args));
    if (!hasValues(given) && isPlainQuery(text)) return new DataFrame(this.#context, query);
    const answer = await connection
      .ask(sqlCommand(query), "sqlCommandResult", options)
      .catch(async (error: unknown) => {
        throw await this.#binding.explained(error, bound.text);
      });
    return new DataFrame(this.#context, answer.relation ?? query);
  }

  async #firstRow(...[text, options]: Parameters<FirstRow>): ReturnType<FirstRow> {
    const df = this.query([text]);
    const [values = []] = await df.collect({ ...options, rowMode: "array" });
    return { schema: await df.schema(), values };
  }
}

function argumentsOf(values: SqlValues): SqlArguments {
  // JavaScript callers may pass any type.
  if (typeof values !== "object" || (values as unknown) === null) {
    throw new ArgumentError(
      "args",
      `sql() takes the values for ? as an array and the values for :name as an object, got ${shown(values)}.`,
    );
  }
  if (Array.isArray(values)) return { positional: values.map(expressionOf), named: new Map() };
  const named = Object.entries(values).map(([name, value]) => [name, expressionOf(value)] as const);
  return { positional: [], named: new Map(named) };
}

function hasValues({ positional, named }: SqlArguments): boolean {
  return positional.length > 0 || named.size > 0;
}

function sqlBody(text: string, { positional, named }: SqlArguments): RelationBody {
  return sqlRelation(text, positional, Object.fromEntries(named));
}

function notAQuery(text: unknown): ArgumentError {
  if (typeof text !== "string")
    return new ArgumentError("text", `query() needs SQL text, got ${shown(text)}.`);
  const line = text.trim().replace(/\s+/g, " ");
  const start = line.length > 60 ? `${line.slice(0, 60)}…` : line;
  return new ArgumentError(
    "text",
    `query() runs queries that start with SELECT, VALUES, TABLE, FROM or WITH and do not insert. It cannot run "${start}". Use await spark.sql(…), which also runs commands.`,
  );
}
