// Names in SQL syntax.

import { ArgumentError } from "../errors.js";
import { quoteIdentifier } from "./ddl.js";

/** One part of a name: in backticks, or up to the next dot. */
const NAME_PART = /`((?:[^`]|``)+)`|([^.`]+)/y;

/**
 * A name of one or more parts (`db.t`, `` db.`odd.name` ``), each part quoted.
 *
 * @throws {ArgumentError} a part is empty, or a closing backtick is missing
 */
export function quotedName(argument: string, name: string): string {
  const parts: string[] = [];
  for (let position = 0; ; position += 1) {
    NAME_PART.lastIndex = position;
    const match = NAME_PART.exec(name);
    const part = match?.[1]?.replaceAll("``", "`") ?? match?.[2];
    position = NAME_PART.lastIndex;
    const isLast = position === name.length;
    if (part === undefined || part.trim() === "" || (!isLast && name[position] !== ".")) {
      throw new ArgumentError(
        argument,
        `${JSON.stringify(name)} is not a valid name. Separate its parts with dots. Write a part that contains a dot or a backtick in backticks, and double each backtick in it.`,
      );
    }
    parts.push(quotedPart(argument, part));
    if (isLast) return parts.join(".");
  }
}

/**
 * One part of a name, in backticks.
 *
 * @throws {ArgumentError} Spark would not read the part as a name
 */
export function quotedPart(argument: string, part: string): string {
  // Spark replaces ${…} in SQL text before it parses the text, even inside backticks.
  if (part.includes("${")) {
    throw new ArgumentError(
      argument,
      `${JSON.stringify(part)} contains "\${", which Spark would replace as a variable in SQL.`,
    );
  }
  if (!part.isWellFormed())
    throw new ArgumentError(argument, "A name contains an unpaired surrogate. Use toWellFormed().");
  return quoteIdentifier(part);
}
