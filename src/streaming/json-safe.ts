// Reports and events that JSON.stringify() can write.

/**
 * Gives an object a toJSON() that writes what JSON.stringify() refuses or loses: a bigint is a number, or text if a number
 * cannot hold it; NaN and infinities are text, as in Spark's JSON; an error has its name, code and message.
 * toJSON() is not enumerable, so copies and comparisons of the object do not see it.
 */
export function withToJson<T extends object>(value: T): T {
  return Object.defineProperty(value, "toJSON", { value: () => fieldsOf(value) });
}

/** The same for an object and all objects inside it. */
export function withDeepToJson<T extends object>(value: T): T {
  for (const item of Object.values(value) as unknown[])
    if (typeof item === "object" && item !== null) withDeepToJson(item);
  return Array.isArray(value) ? value : withToJson(value);
}

/** A count for JSON: a number, or text if a number cannot hold all its digits. */
export function jsonCount(value: bigint): number | string {
  return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
}

function fieldsOf(value: object): object {
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, jsonSafe(item)]));
}

function jsonSafe(value: unknown): unknown {
  switch (typeof value) {
    case "bigint":
      return jsonCount(value);
    case "number":
      return Number.isFinite(value) ? value : String(value);
    case "object":
      if (value === null) return null;
      if (value instanceof Error) return errorFields(value);
      return Array.isArray(value) ? value.map(jsonSafe) : fieldsOf(value);
    default:
      return value;
  }
}

function errorFields(error: Error): object {
  const { name, message, cause } = error;
  const code: unknown = Reflect.get(error, "code");
  return {
    name,
    ...(code !== undefined && { code: jsonSafe(code) }),
    message,
    ...(cause !== undefined && { cause: jsonSafe(cause) }),
  };
}
