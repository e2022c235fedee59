/** The tag of the error condition, such as `[PYTHON_EXCEPTION] `, with which Spark starts a message. */
const CONDITION = /^\[[A-Z][A-Z0-9_.]*\] /;
const TRACEBACK = "Traceback (most recent call last):\n";
/** The class of a Python exception, with its module, and the first line of its message. */
const EXCEPTION = /^((?:\w+\.)*\w+)(: .*)?$/;
/** The errors of the packaged sources. Their messages name the source and the option. */
const OWN_ERROR = /^sparktide_sources\./;
/** A failed job. Its reason follows the number of the task and the name of a Java class. */
const ABORTED =
  /^Job aborted due to stage failure: .*?: Lost task .*?\): (?:[\w$]+\.)+[\w$]+: (.+)/;

/**
 * The line that says what failed in Python: the line after the frames of the last traceback, such as
 * `ValueError: no key`, without the module of its class. Undefined if the text has no whole traceback.
 */
function pythonFailure(text: string): string | undefined {
  const start = text.lastIndexOf(TRACEBACK);
  if (start === -1) return undefined;
  const lines = text.slice(start + TRACEBACK.length).split("\n");
  // The frames and their code are indented.
  const line = lines.find((each) => each !== "" && !/^\s/.test(each));
  const [, name, message = ""] = EXCEPTION.exec(line?.trimEnd() ?? "") ?? [];
  if (name === undefined) return undefined;
  if (OWN_ERROR.test(name) && message !== "") return message.slice(": ".length);
  return name.slice(name.lastIndexOf(".") + 1) + message;
}

/**
 * Spark's message with the line that says what failed before everything else, if that line is somewhere below: at
 * the end of a Python traceback, or behind the number of a task. Spark's whole text follows.
 *
 * @param causes texts of the error's causes: Spark wraps a failure of Python in errors that do not show it
 */
export function withFailureFirst(message: string, causes: readonly string[] = []): string {
  const failure =
    [message, ...causes].map(pythonFailure).find((line) => line !== undefined) ??
    ABORTED.exec(message)?.[1];
  if (failure === undefined) return message;
  const condition = CONDITION.exec(message)?.[0] ?? "";
  return `${condition}${failure}\n${message.slice(condition.length)}`;
}
