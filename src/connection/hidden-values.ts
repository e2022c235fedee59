import { AnalysisException } from "../errors.js";
import { REDACTED } from "../secret-text.js";

/** An option. Spark prints its value after its name. */
export interface HiddenOption {
  readonly name: string;
  readonly value: string;
}

/**
 * Removes the values of these options from the error. Spark writes some plans into errors outside the
 * session, where the session's redaction settings do not apply.
 */
export function withoutValues(
  error: AnalysisException,
  options: readonly HiddenOption[],
): AnalysisException {
  const hide = (text: string): string =>
    options.reduce((rest, option) => withoutValue(rest, option), text);
  const message = hide(error.message);
  const serverStackTrace = error.serverStackTrace && hide(error.serverStackTrace);
  if (message === error.message && serverStackTrace === error.serverStackTrace) return error;
  const { errorClass, sqlState, queryContexts, errorId, grpcStatus, serverClasses, cause } = error;
  return new AnalysisException(message, {
    errorClass,
    sqlState,
    queryContexts,
    errorId,
    grpcStatus,
    serverClasses,
    serverStackTrace,
    messageParameters: Object.fromEntries(
      Object.entries(error.messageParameters).map(([key, text]) => [key, hide(text)]),
    ),
    // The gRPC error has the same text.
    cause: cause instanceof AnalysisException ? withoutValues(cause, options) : undefined,
  });
}

/** Removes the part of the value that is present: Spark cuts long texts. */
function withoutValue(text: string, { name, value }: HiddenOption): string {
  const parts = text.split(new RegExp(`(\\b${name}(?:=| -> ))`, "i"));
  return parts
    .map((part, index) => {
      if (index === 0 || index % 2 === 1) return part;
      let length = 0;
      while (length < value.length && part[length] === value[length]) length++;
      return length === 0 ? part : REDACTED + part.slice(length);
    })
    .join("");
}
