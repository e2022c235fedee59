"""Reads the sources with credentials on its own Spark. `test_spark_secrets.py` runs it.

Arguments: the URL of the server, a folder, Spark's configuration as JSON. Writes everything that
Spark showed to `found.json` in the folder, which also gets logs, event logs and checkpoints.
"""

from __future__ import annotations

import json
import sys
import traceback
import urllib.request
from pathlib import Path
from typing import Any, NamedTuple

from spark_support import registered, start_each, stop_all
from support import NYC, OPEN

# So long that no encoded form of it occurs by chance.
SENTINEL = "SENTINEL-5f2b9c7d10ae"
VARIABLE = "SPARKTIDE_SECRET_SENTINEL"
# A request to this path makes the server refuse all later requests and echo what they sent.
REFUSE = "/refuse"


class Case(NamedTuple):
    """A source and its options. `{url}` stands for the URL of the server."""

    source: str
    options: dict[str, str]


def secret(name: str) -> str:
    return f"{SENTINEL}-{name}"


def rest(path: str = "/tweets?since={timestamp}", **options: str) -> Case:
    return Case("rest", {"url": "{url}" + path, **options})


def named(*names: str) -> dict[str, str]:
    return {name: secret(name) for name in names}


# Each credential is in at least one case; those without an authType share the case "places".
CASES = {
    "basic": rest(authType="Basic", **named("userId", "userPassword")),
    "reference": rest(authType="Bearer", oauthToken=f"env:{VARIABLE}"),
    "query": rest(authType="ApiKey", apiKeyIn="query", **named("apiKey")),
    "oauth1": rest(
        authType="OAuth1",
        **named("oauthConsumerKey", "oauthConsumerSecret", "oauthToken", "oauthTokenSecret"),
    ),
    "oauth2": rest(
        authType="OAuth2",
        oauthTokenUrl="{url}/oauth/token",
        oauthParameters=json.dumps({"api_key": secret("oauthParameters")}),
        clientCertFile="/nowhere/cert.pem",
        **named("oauthClientId", "oauthClientSecret", "oauthRefreshToken", "clientKeyPassword"),
    ),
    "session": rest(
        authType="Session",
        loginUrl="{url}/login",
        loginBody=json.dumps({"u": secret("loginBody")}),
        loginTokenField="token",
    ),
    "broker": rest(
        authType="Broker", brokerUrl="{url}", brokerCredential="any", **named("brokerKey")
    ),
    "parents": rest(
        "/repos/acme/{parent.name}/issues?since={id}",
        offsetField="id",
        offsetType="incremental",
        streamingInterval="0.3",
        parent=json.dumps(
            {
                "url": f"{{url}}/orgs/acme/repos?access_token={secret('parent')}",
                "streamingInterval": 0.3,
            }
        ),
    ),
    "places": rest(
        f"/tweets?access_token={secret('url')}&api_key={{api_key}}&since={{timestamp}}",
        authType="Bearer",
        headers=json.dumps({"X-Custom": secret("headers")}),
        cookie=f"a=1; b={secret('cookie')}",
        inputData=json.dumps([{"api_key": secret("inputData")}]),
        proxy="{proxy}",
        **named("oauthToken"),
    ),
    "body": rest(
        authType="ApiKey",
        method="POST",
        body=json.dumps({"since": "{timestamp}", "password": secret("body")}),
        **named("apiKey"),
    ),
    "weather": Case("weather", {"baseUrl": "{url}", "stations": NYC, **named("apiKey")}),
    "coingecko": Case("coingecko", {"baseUrl": "{url}", **named("apiKey")}),
}


# A write, with a credential in each place that a read does not have.
WRITE = rest(
    f"/hooks?access_token={secret('url')}",
    authType="Bearer",
    headers=json.dumps({"X-Custom": secret("headers")}),
    body=json.dumps({"id": "{id}", "password": secret("body")}),
    **named("oauthToken"),
)


def write(spark: Any, url: str) -> None:
    options = {"url": WRITE.options["url"].replace("{url}", url)}
    rows = spark.range(2).write.format("rest").options(**OPEN, **{**WRITE.options, **options})
    rows.mode("append").save()


def filled(case: Case, url: str) -> dict[str, str]:
    proxy = url.replace("//", f"//user:{secret('proxy')}@")
    known = {"{url}": url, "{proxy}": proxy}
    given = {"streamingInterval": "0.3", **OPEN, **case.options}
    for mark, text in known.items():
        given = {name: value.replace(mark, text) for name, value in given.items()}
    return given


def failure_of(action: Any) -> str:
    """The traceback that a user would see, or an empty text if the action succeeds."""
    try:
        action()
    except Exception:
        return traceback.format_exc()
    return ""


def main(url: str, folder: Path, conf: dict[str, str]) -> dict[str, Any]:
    shown: dict[str, Any] = {name: {} for name in CASES}
    with registered(folder, conf) as spark:
        frames, sources = {}, {}
        for name, case in CASES.items():
            given = filled(case, url)
            frames[name] = spark.read.format(case.source).options(**given).load()
            # explain() prints to the output of the driver, which is in the log.
            frames[name].explain(True)
            shown[name]["plan"] = frames[name]._jdf.queryExecution().toString()
            shown[name]["rows"] = len(frames[name].collect())
            sources[name] = (case.source, given)
        write(spark, url)
        queries = start_each(spark, sources, folder)
        try:
            for name, query in queries.items():
                query.explain(True)
                shown[name]["status"] = json.dumps(query.status)
                shown[name]["progress"] = [progress.json for progress in query.recentProgress]
            with urllib.request.urlopen(url + REFUSE) as reply:
                reply.read()
            write_end = failure_of(lambda: write(spark, url))
            for name, query in queries.items():
                shown[name]["query's end"] = failure_of(lambda q=query: q.awaitTermination(120))
                shown[name]["query's exception"] = str(query.exception())
                shown[name]["batch's end"] = failure_of(frames[name].collect)
                shown[name]["write's end"] = write_end
        finally:
            stop_all(queries.values())
    return shown


if __name__ == "__main__":
    home = Path(sys.argv[2])
    result = main(sys.argv[1], home, json.loads(sys.argv[3]))
    (home / "found.json").write_text(json.dumps(result))
