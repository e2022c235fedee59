import { adviceFor } from "../connection/error-advice.js";
import {
  JavaScriptFunctionError,
  SessionError,
  SparkConnectionError,
  SparkError,
  SparkException,
  StreamingQueryException,
} from "../errors.js";
import { thrownText } from "../thrown-value.js";
import type { ErrorDocument } from "./documents.js";
import type { Redaction } from "./redaction.js";

/** Where the pages are that explain errors. */
const HELP = "https://github.com/sparktide/sparktide/blob/main/docs/troubleshooting/";
const LONGEST_MESSAGE = 2_000;
const MOST_CAUSES = 10;

/** The error as clients receive it. */
export function errorDocument(error: unknown, at: string, redaction: Redaction): ErrorDocument {
  const isError = error instanceof Error;
  const advice = adviceOf(error);
  const text = isError ? error.message : thrownText(error);
  const message = advice === null ? text : text.replace(`\n${advice}`, "");
  return {
    at,
    name: isError ? error.name : "Error",
    code: codeOf(error),
    message: redaction.text(message, LONGEST_MESSAGE),
    advice: advice === null ? null : redaction.text(advice, LONGEST_MESSAGE),
    help: HELP + helpPage(error, text),
  };
}

/** The advice for the error or for one of its causes. */
function adviceOf(error: unknown): string | null {
  let current = error;
  for (let depth = 0; depth < MOST_CAUSES && current instanceof Error; depth++) {
    const advice = current instanceof SparkException ? adviceFor(current) : undefined;
    if (advice !== undefined) return advice;
    current = current.cause;
  }
  return null;
}

function codeOf(error: unknown): string | null {
  if (error instanceof SparkError) return error.code;
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : null;
}

/** The page about errors of this kind. Each page begins with a list of its entries. */
function helpPage(error: unknown, message: string): string {
  const code = codeOf(error) ?? "";
  if (error instanceof SparkConnectionError || error instanceof SessionError)
    return "connection.md";
  if (error instanceof JavaScriptFunctionError || code.startsWith("JAVASCRIPT_"))
    return "javascript-workers.md";
  if (message.includes("sparktide_sources") || code.startsWith("DATA_SOURCE")) return "sources.md";
  if (/Traceback|PySpark|Python worker/.test(message)) return "python-workers.md";
  if (error instanceof StreamingQueryException || code.startsWith("STREAM")) return "streaming.md";
  return "README.md";
}
