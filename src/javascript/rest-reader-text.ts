import secrets from "../gen/files/source-secrets.js";

/**
 * The module that resolves references, without its import of the package around it. Its rules are those of the packaged
 * sources.
 */
const SECRETS = secrets.replace(
  "from .._errors import OptionError\n",
  "\n\nclass OptionError(ValueError):\n    pass\n",
);

/** Python text for streams of a RestSource, after the classes of `sourceText()` that it uses. */
export function restReaderText(hiddenOptions: readonly string[]): string {
  return `
HIDDEN_OPTIONS = ${JSON.stringify(hiddenOptions)}
SECRETS = ${JSON.stringify(hiddenOptions.length === 0 ? "" : SECRETS)}


def _resolved(name, text):
    """The value of an option that may be a reference to a secret of the server."""
    import os

    if not _is_reference(text):
        if os.environ.get("SPARKTIDE_REQUIRE_SECRET_REFERENCES", "").strip().lower() == "true":
            raise _unsupported(
                "got a credential itself in the option %s, which plans on this server would show: "
                "write env:NAME or file:/path instead" % name
            )
        return text
    module = {"__name__": "sparktide_secrets"}
    exec(compile(SECRETS, "<sparktide secrets>", "exec"), module)
    return module["Secret"](name, text).resolve()


class RestCaller(Caller):
    """Passes the values of references. They are resolved for each call, and a pickle does not contain them."""

    @property
    def options(self):
        options = dict(self.given)
        given = {name.lower(): name for name in options}
        for hidden in HIDDEN_OPTIONS:
            name = given.get(hidden.lower())
            if name is not None:
                options[name] = _resolved(hidden, options[name])
        options["#hidden"] = json.dumps(HIDDEN_OPTIONS)
        return options

    @options.setter
    def options(self, given):
        self.given = given


class RestStreamReader(Stopping, DataSourceStreamReader):
    """
    Spark 4.2 passes the start to latestOffset. Before, the reader starts at the initial offset. A restarted query first
    plans an empty range, which tells the reader its position. Under Trigger.AvailableNow, Spark does so only after the
    reader has answered from the initial offset. Then the reader raises an error, before Spark logs that answer.
    """

    def __init__(self, caller, shape):
        super().__init__(caller, shape)
        self.draining = False
        self.position = None
        self.made = []
        self.from_initial = False

    def latestOffset(self, start=None, limit=None):
        if start is not None:
            return self._after(start, self.draining)
        before = self.position or self.initialOffset()
        end = self._after(before, True)
        if end is not before:
            self.from_initial = self.from_initial or before["seq"] == 0
            self.made = [*self.made[-8:], end]
        self.position = end
        return end

    def _after(self, start, waits):
        how = {"waits": waits, "drains": self.draining, "schema": self.caller.schema}
        end = self.caller.call("latestOffset", start, how)
        # The same object: Spark compares the text.
        return start if end is None else end

    def getDefaultReadLimit(self):
        from pyspark.sql.streaming.datasource import ReadAllAvailable

        return ReadAllAvailable()

    def partitions(self, start, end):
        if start == end and not self.made:
            self.position = start
        elif start == end and self.from_initial and start["seq"] > 0 and start not in self.made:
            raise _unsupported(
                "cannot continue a query with Trigger.AvailableNow on Spark 4.0 or 4.1. Use Spark 4.2 "
                "or newer, or a processing time trigger"
            )
        found = self.caller.call("partitionsBetween", start, end, self.caller.schema)
        return [Partition(value) for value in found]

    def read(self, partition):
        # For no partitions, Spark before 4.2 plans one without a value.
        value = getattr(partition, "value", None)
        return iter(()) if value is None else self.caller.rows("read", value)


try:
    from pyspark.sql.streaming.datasource import SupportsTriggerAvailableNow
except ImportError:
    pass
else:

    class RestStreamReader(RestStreamReader, SupportsTriggerAvailableNow):
        def prepareForTriggerAvailableNow(self):
            self.draining = True

`;
}
