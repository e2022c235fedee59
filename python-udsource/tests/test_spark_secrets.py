"""Credentials on a real Spark: its plans, logs, events and files never show them."""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest

from run_with_secrets import CASES, REFUSE, SENTINEL, VARIABLE
from spark_support import ON_SPARK, begin_script
from sparktide_replay import ReplayServer
from sparktide_replay.answers import Answer, Call
from sparktide_sources._credentials.plan_redaction import REDACTED_OPTIONS

pytestmark = ON_SPARK

TOKENS = ("/oauth/token", "/login", "/v1/tokens/any")
INFO_TO_STDERR = """
rootLogger.level = info
rootLogger.appenderRef.out.ref = out
appender.out.type = Console
appender.out.name = out
appender.out.target = SYSTEM_ERR
appender.out.layout.type = PatternLayout
appender.out.layout.pattern = %p %c: %m%n%ex
"""


class RepeatingServer(ReplayServer):
    """Accepts any credential. After a request to REFUSE it answers 400 and echoes the request."""

    refusing = False

    def answer(self, call: Call) -> Answer:
        if call.path == REFUSE:
            self.refusing = True
            return Answer(204)
        if self.refusing:
            sent = f"{call.query} {credentials(call)} {call.body!r} {call.headers}"
            return Answer(400, {"error": "no", "error_description": sent, "message": sent})
        if call.path in TOKENS:
            token = f"{SENTINEL}-fetched"
            body = {"access_token": token, "token": token, "token_type": "Bearer"}
            return Answer(200, {**body, "expires_in": 3600, "expiresInSeconds": 3600})
        return super().answer(call)


def credentials(call: Call) -> str:
    scheme, _, value = call.headers.get("authorization", "").partition(" ")
    return base64.b64decode(value).decode() if scheme == "Basic" else unquote(value)


@pytest.fixture
def repeating() -> Iterator[RepeatingServer]:
    with RepeatingServer() as running:
        yield running


def forms(text: str) -> list[bytes]:
    """The text itself, and its base64 forms at each of the three possible offsets."""
    shifted = [
        base64.b64encode(b" " * skip + text.encode())[4 if skip else 0 : -4] for skip in range(3)
    ]
    return [text.encode(), *shifted]


def test_nothing_that_spark_shows_or_writes_contains_a_credential(
    repeating: RepeatingServer, tmp_path: Path
) -> None:
    given = {name.lower() for case in CASES.values() for name in case.options}
    assert {name.lower() for name in REDACTED_OPTIONS} <= given
    logging = tmp_path / "log4j2.properties"
    logging.write_text(INFO_TO_STDERR)
    (tmp_path / "events").mkdir()
    conf = {
        "spark.master": "local[4]",
        "spark.eventLog.enabled": "true",
        "spark.eventLog.dir": (tmp_path / "events").as_uri(),
        "spark.eventLog.compress": "false",
        "spark.driver.extraJavaOptions": f"-Dlog4j2.configurationFile={logging.as_uri()}",
    }
    changes = {"PYSPARK_PYTHON": sys.executable, VARIABLE: f"{SENTINEL}-variable"}
    process = begin_script("run_with_secrets.py", repeating, tmp_path, conf, changes)
    try:
        ended = process.wait(600)
    finally:
        process.kill()
        process.wait()
    log = (tmp_path / "log").read_text(errors="replace")
    assert ended == 0, log[-4000:]

    shown = json.loads((tmp_path / "found.json").read_text())
    for name, found in shown.items():
        assert found["rows"] > 0, name
        assert found["progress"], name
        for end in ("query's end", "batch's end", "write's end"):
            assert "400 Bad Request" in found[end], (name, found[end])
    # Check that Spark wrote its files, since the search below passes without files.
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    events = b"".join(path.read_bytes() for path in written if path.parent.name.startswith("event"))
    assert b"*********(redacted)" in events
    assert "400 Bad Request" in log
    assert len([path for path in written if path.parent.name == "offsets"]) >= len(CASES)
    for path in written:
        content = path.read_bytes()
        for form in forms(SENTINEL):
            at = content.find(form)
            assert at < 0, f"{path.name}: {content[max(at - 200, 0) : at + 100]!r}"
