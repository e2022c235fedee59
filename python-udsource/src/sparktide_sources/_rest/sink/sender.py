"""Sends the requests of one task, several at a time if `concurrentRequests` says so."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import replace
from typing import NamedTuple

from ..._clock import Clock
from ..._credentials.redact import (
    Redactor,
    header_secrets,
    redact_url,
    sensitive_parameters,
    sensitive_values,
)
from ..._errors import ContentError, HttpError
from ..._exact_json import parse
from ..._http.client import HttpClient, Request
from ..._http.connections import Connections
from ..._http.wire import Reply, exchange
from ..._placeholders import fill_url
from ..error_policy import FAIL, OnError
from .answers import require_success
from .requests import RowsOut
from .sink_options import SinkConfig

_JSON, _JSON_LINES = "application/json", "application/x-ndjson"


class Outcome(NamedTuple):
    """A request that is done. `action` is empty if the API accepted it, else what to do."""

    sent: RowsOut
    action: OnError | str
    status: int = 0
    message: str = ""


class Sender:
    """Sends one request at a time, with credentials and connections of its own."""

    def __init__(
        self,
        config: SinkConfig,
        columns: Collection[str],
        clock: Clock,
        transport: Callable[..., Reply],
        connections: Connections,
    ) -> None:
        self._config, self._columns, self._clock = config, columns, clock
        self._auth, hidden = config.auth.resolve(clock)
        self._private = {name: value.resolve() for name, value in config.private_headers.items()}
        for name, value in self._private.items():
            hidden += header_secrets(name, value)
        self._origin = fill_url(config.url, {}, missing="x")
        self._client = HttpClient(
            config.settings, hidden, clock, transport, connections=connections
        )

    def send(self, out: RowsOut) -> Outcome:
        """Sends until the API accepts or finally refuses the request. Raises for action `fail`."""
        try:
            if out.problem:
                raise ContentError(f"a row can't be sent: {out.problem}.")
            refusal = self._client.send(self._request(out), self._refusal)
            if refusal is not None:
                text = f"{self._config.method} {redact_url(out.url)}: {refusal}."
                raise type(refusal)(self._client.discreet_of(out.url, text), refusal.status)
        except HttpError as error:
            action = self._action(error)
            # The API may repeat what it received.
            message = Redactor(self._sensitive(out)).text(str(error))
            if action == FAIL:
                raise type(error)(message, error.status, error.transient) from None
            return Outcome(out, action, error.status, message)
        return Outcome(out, "")

    def _action(self, error: HttpError) -> OnError:
        policy = self._config.policy
        # The cause is not the row, and the next rows would fail, too.
        is_outage = error.transient and not policy.for_status(error.status)
        return FAIL if is_outage else policy.for_failure(error)

    def _sensitive(self, out: RowsOut) -> list[str]:
        """The values of the request whose name says that they are credentials."""
        template = parse(self._config.body).value if self._config.body else None
        values = sensitive_values([*out.rows, template])
        return [*sensitive_parameters(out.url), *values]

    def _request(self, out: RowsOut) -> Request:
        config = self._config
        headers = dict(config.headers)
        if out.body and "content-type" not in {name.lower() for name in headers}:
            headers["Content-Type"] = _JSON_LINES if config.form == "jsonl" else _JSON
        if config.key_header:
            headers[config.key_header] = out.key
        return Request(
            out.url, config.method, headers, self._private, self._auth, out.body, self._origin
        )

    def _refusal(self, reply: Reply) -> HttpError | None:
        """What the answer reports, if it is final. Raises an error that asks for another try."""
        try:
            require_success(self._config, reply, self._columns, self._clock.time())
        except HttpError as error:
            if error.transient:
                raise
            return error
        return None


class _StoppingClock(Clock):
    """A clock whose sleep ends with an error when another request of the task has failed."""

    def __init__(self, clock: Clock, stopped: threading.Event) -> None:
        self._clock, self._stopped = clock, stopped

    def time(self) -> float:
        return self._clock.time()

    def monotonic(self) -> float:
        return self._clock.monotonic()

    def sleep(self, seconds: float) -> None:
        if self._stopped.is_set():
            raise HttpError("another request of the task has failed.")
        self._clock.sleep(seconds)


def send_all(
    config: SinkConfig,
    columns: Collection[str],
    requests: Iterable[RowsOut],
    clock: Clock,
    transport: Callable[..., Reply] = exchange,
) -> Iterator[Outcome]:
    """Sends all requests. With one at a time, their order is that of the rows."""
    count = config.concurrency
    if count == 1:
        with Connections(repeatable=True) as kept:
            sender = Sender(config, columns, clock, transport, kept)
            yield from map(sender.send, requests)
        return
    yield from _at_once(config, columns, requests, clock, transport, count)


def _at_once(
    config: SinkConfig,
    columns: Collection[str],
    requests: Iterable[RowsOut],
    clock: Clock,
    transport: Callable[..., Reply],
    count: int,
) -> Iterator[Outcome]:
    # Each has its share of the request rate, so that none needs to wait for another.
    shared = replace(config, settings=config.settings.shared_by(count))
    stopped = threading.Event()
    idle: queue.SimpleQueue[Sender] = queue.SimpleQueue()
    places = [Connections(repeatable=True) for _ in range(count)]
    for kept in places:
        idle.put(Sender(shared, columns, _StoppingClock(clock, stopped), transport, kept))

    def work(out: RowsOut) -> Outcome:
        sender = idle.get()
        try:
            return sender.send(out)
        finally:
            idle.put(sender)

    running: set[Future[Outcome]] = set()
    pool = ThreadPoolExecutor(count)
    try:
        for out in requests:
            running.add(pool.submit(work, out))
            if len(running) == count:
                done, running = wait(running, return_when=FIRST_COMPLETED)
                for future in done:
                    yield future.result()
        for future in running:
            yield future.result()
    finally:
        stopped.set()
        pool.shutdown(wait=True)
        for kept in places:
            kept.__exit__()
