// Replaces the markers in SQL text by their arguments. Spark 4.1 and later do this on the server.

import { AnalysisException } from "../errors.js";
import type { Expression } from "../gen/spark/connect/expressions_pb.js";
import { expressionSql, type StringForm } from "./sql-literal.js";
import { sqlMarkers, type SqlMarker } from "./sql-markers.js";

/** The arguments for the markers of a text. Only one of the two lists has values. */
export interface SqlArguments {
  readonly positional: readonly Expression[];
  readonly named: ReadonlyMap<string, Expression>;
}

/** Characters that would form one token with a neighbouring value, or the comment `--` with a minus. */
const MERGING = /[\p{L}\p{N}_$'"`.:-]/u;

/**
 * The text with its arguments in place of its markers. A named marker without an argument stays, so that the
 * server refuses it like any unbound parameter. Arguments without a marker are ignored.
 *
 * @throws {AnalysisException} the text has both kinds of markers, or fewer values than `?` marks
 * @throws {ArgumentError} an argument has no SQL form
 */
export function boundText(text: string, args: SqlArguments, form: StringForm): string {
  const markers = sqlMarkers(text);
  if (new Set(markers.map(({ name }) => name === undefined)).size > 1) throw mixedMarkers();
  let bound = "";
  let end = 0;
  for (const [index, marker] of markers.entries()) {
    const value = valueOf(text, marker, index, args, form);
    if (value === undefined) continue;
    bound = joined(bound + text.slice(end, marker.start), value);
    end = marker.end;
    if (MERGING.test(text.charAt(end))) bound += " ";
  }
  return bound + text.slice(end);
}

function valueOf(
  text: string,
  { name, start }: SqlMarker,
  index: number,
  { positional, named }: SqlArguments,
  form: StringForm,
): string | undefined {
  if (name === undefined) {
    const value = positional[index];
    // Spark names such a marker by its position in code points.
    if (value === undefined) throw unbound(`_${Array.from(text.slice(0, start)).length}`);
    return expressionSql(`args[${index}]`, value, form);
  }
  const value = named.get(name);
  return value === undefined ? undefined : expressionSql(`args.${name}`, value, form);
}

function joined(before: string, value: string): string {
  return MERGING.test(before.slice(-1)) ? `${before} ${value}` : before + value;
}

function unbound(name: string): AnalysisException {
  return new AnalysisException(
    `[UNBOUND_SQL_PARAMETER] Found the unbound parameter: ${name}. Give \`args\` a value for each \`?\` of the text. SQLSTATE: 42P02`,
    {
      errorClass: "UNBOUND_SQL_PARAMETER",
      sqlState: "42P02",
      messageParameters: { name },
    },
  );
}

function mixedMarkers(): AnalysisException {
  return new AnalysisException(
    "[INVALID_QUERY_MIXED_QUERY_PARAMETERS] A text must use either positional parameters (`?`) or named ones (`:name`), not both. SQLSTATE: 42613",
    { errorClass: "INVALID_QUERY_MIXED_QUERY_PARAMETERS", sqlState: "42613" },
  );
}
