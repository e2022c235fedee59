// Functions of text.

import { type Column, toExpression, type ColumnOrName } from "../dataframe/column.js";
import { columnCall, expressionCall, valueArgument } from "./call.js";

/** In upper case. */
export function upper(column: ColumnOrName): Column {
  return columnCall("upper", column);
}

/** In lower case. */
export function lower(column: ColumnOrName): Column {
  return columnCall("lower", column);
}

/** Without spaces at both ends. */
export function trim(column: ColumnOrName): Column {
  return columnCall("trim", column);
}

/** Without spaces at the start. */
export function ltrim(column: ColumnOrName): Column {
  return columnCall("ltrim", column);
}

/** Without spaces at the end. */
export function rtrim(column: ColumnOrName): Column {
  return columnCall("rtrim", column);
}

/** Number of characters; of bytes for binary. */
export function length(column: ColumnOrName): Column {
  return columnCall("length", column);
}

/** `length` characters from `position`, which counts from 1. */
export function substring(column: ColumnOrName, position: unknown, length: unknown): Column {
  return expressionCall(
    "substring",
    toExpression(column),
    valueArgument(position),
    valueArgument(length),
  );
}

/** Filled at the start to `length` characters with `pad`. */
export function lpad(column: ColumnOrName, length: unknown, pad: unknown): Column {
  return expressionCall("lpad", toExpression(column), valueArgument(length), valueArgument(pad));
}

/** Filled at the end to `length` characters with `pad`. */
export function rpad(column: ColumnOrName, length: unknown, pad: unknown): Column {
  return expressionCall("rpad", toExpression(column), valueArgument(length), valueArgument(pad));
}

/** Repeated `times` times. */
export function repeat(column: ColumnOrName, times: unknown): Column {
  return expressionCall("repeat", toExpression(column), valueArgument(times));
}

/** Each word starting in upper case. */
export function initcap(column: ColumnOrName): Column {
  return columnCall("initcap", column);
}

/** Position of the first `substring`, from 1; 0 where there is none. */
export function instr(column: ColumnOrName, substring: unknown): Column {
  return expressionCall("instr", toExpression(column), valueArgument(substring));
}

/** Each match of the Java regular expression replaced. */
export function regexp_replace(
  column: ColumnOrName,
  pattern: unknown,
  replacement: unknown,
): Column {
  return expressionCall(
    "regexp_replace",
    toExpression(column),
    valueArgument(pattern),
    valueArgument(replacement),
  );
}

/** The `group`-th group of the first match, empty where there is none. */
export function regexp_extract(column: ColumnOrName, pattern: unknown, group: unknown): Column {
  return expressionCall(
    "regexp_extract",
    toExpression(column),
    valueArgument(pattern),
    valueArgument(group),
  );
}

/** Each character of `matching` replaced by the one at its place in `replacement`. */
export function translate(column: ColumnOrName, matching: unknown, replacement: unknown): Column {
  return expressionCall(
    "translate",
    toExpression(column),
    valueArgument(matching),
    valueArgument(replacement),
  );
}

/** Split around matches of the Java regular expression. */
export function split(column: ColumnOrName, pattern: unknown): Column {
  return expressionCall("split", toExpression(column), valueArgument(pattern));
}

/** Binary as base64 text. */
export function base64(column: ColumnOrName): Column {
  return columnCall("base64", column);
}

/** Base64 text as binary. */
export function unbase64(column: ColumnOrName): Column {
  return columnCall("unbase64", column);
}

/** In hexadecimal. */
export function hex(column: ColumnOrName): Column {
  return columnCall("hex", column);
}

/** Hexadecimal text as binary. */
export function unhex(column: ColumnOrName): Column {
  return columnCall("unhex", column);
}

/** SHA-2 digest of `bits` (224, 256, 384, 512) as hexadecimal text. */
export function sha2(column: ColumnOrName, bits: unknown): Column {
  return expressionCall("sha2", toExpression(column), valueArgument(bits));
}

/** MD5 digest as hexadecimal text. */
export function md5(column: ColumnOrName): Column {
  return columnCall("md5", column);
}
