# Runs in Spark's Python workers: starts a Node.js process beside the worker and exchanges frames
# with it. The numbers of the frames are those of src/cluster/worker/frames.ts. Uses the standard
# library and pyarrow only. The text of locate.py comes before this text, in the same module.
# ruff: noqa: F821
import codecs
import ctypes
import functools
import json
import os
import re
import select
import signal
import socket
import struct
import subprocess
import sys
import threading
import time

(
    LOAD,
    SCALAR,
    MAP,
    NEXT,
    INPUT,
    INPUT_END,
    RESULT,
    DONE,
    ERROR,
    CALL,
    VALUE,
    READ,
    STATE,
    PROGRESS,
    TABLE,
    PROCESS,
    WRITE,
    CHANGE,
) = range(1, 19)
HEAD = struct.Struct("<II")
LENGTH = struct.Struct("<I")
SOCKET_BUFFER_BYTES = 1 << 20
READ_AHEAD_BYTES = 1 << 16
# Parts of a frame up to this size are sent in one write, so that the child wakes up once.
JOINED_BYTES = 1 << 16
LOG_TAIL_BYTES = 4000
# The longest wait for the log of a call.
LOG_SECONDS = 1
# The virtual memory in which Node.js starts and has room for a small heap.
NODE_NEEDS_MB = 1500
# How V8 and C++ end a process that gets no memory: SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGSEGV.
CRASHES = (4, 5, 6, 7, 11)
# Children with different settings. The one that was used longest ago ends first.
MAX_CHILDREN = 4
PASSED_ENVIRONMENT = (
    "PATH",
    "HOME",
    "TMPDIR",
    "TZ",
    "LANG",
    "LC_ALL",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "NODE_EXTRA_CA_CERTS",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
    "http_proxy",
    "https_proxy",
    "no_proxy",
    "SPARKTIDE_ALLOWED_HOSTS",
)


class JavaScriptFunctionError(RuntimeError):
    """A JavaScript function failed, or its process ended."""


def failure(code, summary, details=None, function=None):
    """
    An error whose text begins with a code and a sentence, and ends with details for the client as
    JSON.
    """
    details = dict(details or {"name": "Error", "message": summary})
    details.setdefault("function", function)
    details["failure"] = code
    details["summary"] = summary
    task = _task()
    if task is not None:
        details["partition"] = task.partitionId()
    text = (
        "{}: {}".format(details["name"], details["message"])
        if "stack" not in details
        else details["stack"]
    )
    # JSON has no line breaks, so it survives every place that shows an error.
    return JavaScriptFunctionError(
        f"[{code}] {summary}\n{text}\n[SPARKTIDE_DETAILS]{json.dumps(details)}[/SPARKTIDE_DETAILS]"
    )


def _task():
    from pyspark import TaskContext

    return TaskContext.get()


def _end_with_parent():
    # A killed Python worker must not leave a child that computes forever.
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def _permissions(node):
    """
    The flags of Node's permission model: only the private folder can be read. The network has a
    rule of its own.
    """
    _, version, _ = _inspect(node, "0.0.0")
    numbers = _numbers(version)
    # It was experimental before 22.13.
    flags = ["--permission" if numbers >= (22, 13, 0) else "--experimental-permission"]
    flags.append("--allow-fs-read=" + os.path.join(_cache_folder(), "*"))
    # Newer versions close the network too, unless this flag opens it.
    return [*flags, "--allow-net"] if numbers >= (25, 0, 0) else flags


class Child:
    def __init__(self, runtime, key):
        try:
            node, program = locate(runtime)
        except JavaScriptSetupError as error:
            code, _, text = str(error).partition("] ")
            raise failure(code[1:], text) from None
        self.key = key
        self.owner = os.getpid()
        self.heap_mb = runtime.get("heapMb")
        self.timeout = runtime["timeoutMs"] / 1000 if runtime.get("timeoutMs") else None
        self.loaded = set()
        self.first_row = 0
        # The function that is at work, and its group, for errors.
        self.name = ""
        self.group = None
        self.tail = b""
        ours, theirs = socket.socketpair()
        for end in (ours, theirs):
            end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SOCKET_BUFFER_BYTES)
        environment = {name: os.environ[name] for name in PASSED_ENVIRONMENT if name in os.environ}
        environment["SPARKTIDE_FD"] = str(theirs.fileno())
        environment["SPARKTIDE_NETWORK"] = json.dumps(runtime.get("network", True))
        command = [node, "--enable-source-maps", "--disable-warning=ExperimentalWarning"]
        command += _permissions(node)
        if self.heap_mb:
            command.append(f"--max-old-space-size={self.heap_mb}")
        try:
            self.process = subprocess.Popen(
                [*command, program],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                env=environment,
                cwd=_cache_folder(),
                pass_fds=(theirs.fileno(),),
                preexec_fn=_end_with_parent if sys.platform == "linux" else None,
            )
        except OSError as error:
            raise failure(
                "JAVASCRIPT_NODE_NOT_STARTED", f"Cannot start Node.js at {node}: {error}."
            ) from None
        theirs.close()
        self.socket = ours
        self.reader = ours.makefile("rb", READ_AHEAD_BYTES)
        self.log_lock = threading.Lock()
        self.log = threading.Thread(target=self._copy_log, daemon=True)
        self.log.start()

    def _copy_log(self):
        # console.log() belongs in the executor's log. An error needs the last lines of a process
        # that died.
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        output = self.process.stdout.fileno()
        while True:
            select.select([output], [], [])
            with self.log_lock:
                chunk = os.read(output, 65536)
                if not chunk:
                    return
                self.tail = (self.tail + chunk)[-LOG_TAIL_BYTES:]
                try:
                    # Not its buffer: Spark collects what is written to this object.
                    sys.stderr.write(decoder.decode(chunk))
                    sys.stderr.flush()
                except (OSError, ValueError):
                    pass

    def _await_log(self):
        """Waits until the log has what the child printed before its answer."""
        ends = time.monotonic() + LOG_SECONDS
        while select.select([self.process.stdout.fileno()], [], [], 0)[0]:
            if time.monotonic() > ends or self.process.poll() is not None:
                return
            time.sleep(0.001)
        with self.log_lock:
            pass

    def _wait_up_to(self, seconds):
        # Without a limit, the socket never had one.
        if self.timeout is not None:
            self.socket.settimeout(seconds)

    def send(self, kind, *parts):
        self._wait_up_to(None)
        size = sum(len(part) for part in parts)
        parts = [HEAD.pack(size, kind), *parts]
        try:
            for part in [b"".join(parts)] if size <= JOINED_BYTES else parts:
                self.socket.sendall(part)
        except OSError:
            raise self._ended() from None

    def receive(self):
        """The next frame that is not a sign of progress."""
        while True:
            try:
                self._wait_up_to(self.timeout)
                size, kind = HEAD.unpack(self._exactly(HEAD.size))
                self._wait_up_to(None)
                content = self._exactly(size)
            except TimeoutError:
                self.kill()
                raise failure(
                    "JAVASCRIPT_TIMEOUT",
                    f"{self.name} did not answer within its timeoutMs of "
                    f"{round(self.timeout * 1000)} ms. Its process was ended.",
                    function=self.name,
                ) from None
            except OSError:
                raise self._ended() from None
            if kind in (NEXT, STATE, CHANGE):
                return kind, content
            if kind == PROGRESS:
                continue
            self._await_log()
            if kind == ERROR:
                raise self.failed(json.loads(content))
            return kind, content

    def _exactly(self, size):
        content = self.reader.read(size)
        if len(content) < size:
            raise ConnectionResetError()
        return content

    def failed(self, said):
        where = ""
        if said.get("row") is not None:
            said["row"] += self.first_row
            task = _task()
            where = f" at row {said['row']}"
            if task is not None:
                where += f" of partition {task.partitionId()}"
        if self.group is not None:
            where = f" for the key {self.group()}"
        summary = "{} failed{}: {}".format(said["function"], where, _chain(said))
        return failure("JAVASCRIPT_FUNCTION_FAILED", summary, said)

    def _ended(self):
        """The failure of a process that closed its socket."""
        try:
            status = self.process.wait(5)
        except subprocess.TimeoutExpired:
            status = None
        self.log.join(1)
        self.kill()
        tail = self.tail.decode("utf-8", "replace").strip()
        limit = virtual_memory_mb()
        if not self.loaded and (limit or 1 << 20) < NODE_NEEDS_MB:
            return self._over_limit(
                f"Node.js did not start, because this worker may use only {limit} MB of virtual "
                f"memory and Node.js needs about {NODE_NEEDS_MB}.",
                tail,
            )
        if limit is not None and "heap limit" not in tail and -(status or 0) in CRASHES:
            return self._over_limit(
                f"{self.name} needed more than the {limit} MB of virtual memory that this worker "
                "may use.",
                tail,
            )
        if "heap out of memory" in tail or "Reached heap limit" in tail:
            heap = "" if not self.heap_mb else f" of heapMb: {self.heap_mb}"
            return failure(
                "JAVASCRIPT_OUT_OF_MEMORY",
                f"{self.name} needed more memory than the heap limit{heap}. "
                "Raise heapMb, or hold fewer values at a time.",
                function=self.name,
            )
        how = (
            f"by signal {-status}"
            if status is not None and status < 0
            else f"with exit code {status}"
        )
        return failure(
            "JAVASCRIPT_PROCESS_ENDED",
            "The Node.js process of {} ended {} in the middle of a call.{}".format(
                self.name, how, "\n" + tail if tail else ""
            ),
            function=self.name,
        )

    def _over_limit(self, what, tail):
        # V8 and C++ print more lines, such as a native stack.
        said = re.search(r"^\W*(.*(?:fatal|bad_alloc).*)$", tail, re.IGNORECASE | re.MULTILINE)
        return failure(
            "JAVASCRIPT_MEMORY_LIMIT",
            f"{what} Spark divides spark.executor.pyspark.memory by the cores of the executor. "
            "Raise or unset it." + (f" Node.js printed: {said.group(1)}" if said else ""),
            function=self.name,
        )

    def kill(self):
        CHILDREN.pop(self.key, None)
        try:
            self.process.kill()
            self.process.wait(5)
        except (OSError, subprocess.TimeoutExpired):
            pass
        self.reader.close()
        self.socket.close()

    def load(self, spec):
        load = dict(spec["load"])
        if load["id"] in self.loaded:
            return
        if load["form"] == "module":
            load["file"] = module_file(load["id"], load.pop("text"))
            load["text"] = ""
        self.send(LOAD, json.dumps(load).encode())
        self.receive()
        self.loaded.add(load["id"])


def _chain(error):
    """An error and its causes in one line: `TypeError: fetch failed (cause: Error: …)`."""
    text = "{}: {}".format(error["name"], error["message"])
    cause = error.get("cause")
    return text if cause is None else f"{text} (cause: {_chain(cause)})"


def virtual_memory_mb():
    """The limit of this process's virtual memory; None without a limit."""
    import resource

    soft, _ = resource.getrlimit(resource.RLIMIT_AS)
    return None if soft == resource.RLIM_INFINITY else soft >> 20


def module_file(digest, text):
    """Writes the text of a module for the child, which may read only this folder."""
    path = os.path.join(_cache_folder(), digest + ".mjs")
    if not os.path.exists(path):
        temporary = f"{path}.{os.getpid()}"
        with open(temporary, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(temporary, 0o600)
        os.replace(temporary, path)
    return path


# The children of this Python worker, by their settings. Spark reuses workers, so the children
# outlive a task.
CHILDREN = {}


def child_for(spec):
    key = json.dumps(spec["runtime"], sort_keys=True)
    child = CHILDREN.pop(key, None)
    if child is not None and child.owner != os.getpid():
        child = None  # A fork of the worker that started it.
    if child is not None and child.process.poll() is not None:
        child.kill()
        child = None
    if child is None:
        child = Child(spec["runtime"], key)
    while len(CHILDREN) >= MAX_CHILDREN:
        next(iter(CHILDREN.values())).kill()
    CHILDREN[key] = child
    child.name = spec["load"]["name"]
    child.load(spec)
    return child


# The end of an Arrow stream.
STREAM_END = b"\xff\xff\xff\xff\0\0\0\0"


def to_ipc(batch, schema_message=None):
    """
    The parts of an Arrow stream with one batch. Writes the messages itself, because pyarrow's
    writer is slow for few rows.
    """
    return schema_message or batch.schema.serialize(), batch.serialize(), STREAM_END


def from_ipc(content):
    import pyarrow as pa

    with pa.ipc.open_stream(pa.py_buffer(content)) as reader:
        return reader.read_next_batch()


@functools.lru_cache(maxsize=64)
def arrow_schema(schema_json):
    """The Arrow schema in which Spark accepts rows from Python."""
    import inspect

    from pyspark.sql.pandas.types import to_arrow_schema
    from pyspark.sql.types import StructType

    # Before Spark 4.2, timestamps are always in UTC.
    has_zone = "timezone" in inspect.signature(to_arrow_schema).parameters
    return to_arrow_schema(
        StructType.fromJson(json.loads(schema_json)), **({"timezone": "UTC"} if has_zone else {})
    )


def conforming(batch, schema):
    import pyarrow as pa

    if batch.schema.equals(schema, check_metadata=True):
        return batch
    columns = [
        column if column.type.equals(field.type) else column.cast(field.type)
        # Python 3.9 has no strict zip().
        for column, field in zip(batch.columns, schema)  # noqa: B905
    ]
    return pa.RecordBatch.from_arrays(columns, schema=schema)


# The rows that a task has sent to a function so far, so that an error can name the row of the
# partition.
ROWS_BEFORE = {}


def scalar(spec, columns):
    """Calls a function with each row of some columns."""
    import pyarrow as pa

    if not columns:
        name = spec["load"]["name"]
        raise failure(
            "JAVASCRIPT_NO_ARGUMENT",
            f"{name} needs at least one argument, because Spark counts the rows by the arguments. "
            "Pass a column, or 1.",
        )

    child = child_for(spec)
    identity = spec["load"]["id"]
    task = _task()
    attempt = None if task is None else task.taskAttemptId()
    known, first = ROWS_BEFORE.get(identity, (None, 0))
    first = first if known == attempt else 0
    batch = pa.RecordBatch.from_arrays(
        list(columns), names=[f"_{at}" for at in range(len(columns))]
    )
    ROWS_BEFORE[identity] = (attempt, first + batch.num_rows)
    child.first_row = first
    child.send(SCALAR, identity.encode(), *to_ipc(batch))
    _, content = child.receive()
    return from_ipc(content).column(0)


def map_batches(spec, batches, key=None):
    """Calls a function once with the rows of all batches, and with a key: a batch of one row."""
    child = child_for(spec)
    child.first_row = 0
    schema = arrow_schema(spec["load"]["returns"])
    child.send(MAP, spec["load"]["id"].encode(), *(() if key is None else to_ipc(key)))
    yield from _results(child, schema, batches=map(to_ipc, batches))


def process(spec, request, key, rows, states):
    """
    Calls a method of a stateful processor, and returns its rows.

    key, rows: parts of Arrow streams; the rows come in batches.
    """
    child = states.child = child_for(spec)
    child.first_row = 0
    child.group = states.group
    schema = arrow_schema(spec["load"]["returns"])
    first = next(rows, ())
    read_ahead = states.read_ahead()
    request["keyBytes"] = length_of(key)
    request["readAhead"] = read_ahead and {
        "state": states.expected,
        "bytes": length_of(read_ahead),
    }
    request["hasAllRows"] = rows.is_read
    head = json.dumps(request).encode()
    parts = (LENGTH.pack(len(head)), head, *key, *(read_ahead or ()), *first)
    try:
        child.send(PROCESS, spec["load"]["id"].encode(), *parts)
        yield from _results(child, schema, states.end, rows, states)
    finally:
        child.group = None


def length_of(parts):
    return sum(len(part) for part in parts)


class StateCalls:
    """
    Answers what a call of a processor asks about its states, in the order of the questions.

    answer: returns the parts of the answer to a question, or makes a change. group: the text of the
    key, for errors. expected: the value state that the call probably reads first, or None.
    """

    def __init__(self, answer, group=None, expected=None):
        self.answer = answer
        self.group = group
        self.expected = expected
        self.child = None
        # The first change that Spark refused. The child does not wait for the end of a change.
        self.refused = None

    def read_ahead(self):
        """The answer to the expected question. None without an expected question."""
        if self.expected is None:
            return None
        try:
            return self.answer({"state": self.expected, "operation": "get"}, b"")
        except (EOFError, OSError):
            raise
        except Exception:
            return None  # The child asks, and receives the error.

    def handle(self, kind, content):
        (length,) = LENGTH.unpack_from(content)
        content = memoryview(content)[LENGTH.size :]
        request = json.loads(bytes(content[:length]))
        failed = self.refused
        if failed is None:
            try:
                answered = self.answer(request, content[length:])
            except (EOFError, OSError):
                raise  # The connection to Spark's states has ended.
            except Exception as error:
                failed = "{}.{}() failed: {}".format(
                    request["state"] or "timers", request["operation"], error
                )
        if kind == CHANGE:
            self.refused = failed
        elif failed is None:
            self.child.send(VALUE, *answered)
        else:
            # The function can catch it. Otherwise it comes back with the line of the function.
            self.child.send(ERROR, failed.encode())

    def end(self, said):
        """The call has ended without an error of its own."""
        self.expected = said["firstRead"]
        if self.refused is not None:
            error = {"name": "Error", "message": self.refused, "function": self.child.name}
            raise self.child.failed(error)


def table(spec, arguments):
    """Calls a table function with each row of a batch, and yields the rows of all calls."""
    child = child_for(spec)
    child.first_row = 0
    schema = arrow_schema(spec["load"]["returns"])
    child.send(TABLE, spec["load"]["id"].encode(), *to_ipc(arguments))
    yield from _results(child, schema)


def _results(child, schema, on_end=None, batches=None, states=None):
    """
    The rows that a call yields. Answers what the call asks for: input batches and states. Ends the
    child if nobody reads the rest, such as after a LIMIT: it waits in the middle of its work.
    """
    finished = False
    try:
        while True:
            kind, content = child.receive()
            if kind == NEXT:
                batch = next(batches, None)
                if batch is None:
                    child.send(INPUT_END)
                else:
                    child.send(INPUT, *batch)
            elif kind in (STATE, CHANGE):
                states.handle(kind, content)
            elif kind == RESULT:
                yield conforming(from_ipc(content), schema)
            else:
                finished = True
                if on_end is not None:
                    on_end(json.loads(bytes(content)))
                return
    except JavaScriptFunctionError:
        finished = True
        raise
    finally:
        if not finished:
            child.kill()


def call(spec, target, options, method, *args, is_last=False):
    """Calls a method of an object and returns its answer."""
    child = child_for(spec)
    request = {
        "object": target,
        "options": options,
        "method": method,
        "args": args,
        "isLast": is_last,
    }
    child.send(CALL, spec["load"]["id"].encode(), json.dumps(request).encode())
    _, content = child.receive()
    return json.loads(bytes(content))


def read(spec, target, options, schema_json, method, *args, is_last=False, on_end=None):
    """Calls a method that yields rows. `on_end` receives the answer that comes with the rows."""
    child = child_for(spec)
    child.first_row = 0
    schema = arrow_schema(schema_json)
    request = {
        "object": target,
        "options": options,
        "method": method,
        "args": args,
        "schema": schema_json,
        "isLast": is_last,
    }
    child.send(READ, spec["load"]["id"].encode(), json.dumps(request).encode())
    yield from _results(child, schema, on_end)


def write(spec, options, writer, method, *args, batches=()):
    """
    Calls a method of a writer, which `writer` describes, and returns its answer. The method may
    read the rows of the batches.
    """
    child = child_for(spec)
    child.first_row = 0
    request = {**writer, "options": options, "method": method, "args": args}
    child.send(WRITE, spec["load"]["id"].encode(), json.dumps(request).encode())
    answers = []
    # A writer yields no rows.
    for _ in _results(child, None, on_end=answers.append, batches=map(to_ipc, batches)):
        pass
    return answers[0]


def end_children():
    for child in list(CHILDREN.values()):
        child.kill()
