"""`rest` with `parent` on a real Spark: restarts, repeated batches, parents that come and go."""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path
from typing import Any

from spark_support import (
    ON_SPARK,
    committed,
    logged,
    repeat_alone,
    rows,
    settled,
    start,
    stop_when,
    undo_last_batch,
    wait_for,
)
from sparktide_replay import ReplayServer
from support import OPEN

pytestmark = ON_SPARK

LIST = "/orgs/acme/repos"
COUNT = int(os.environ.get("SPARKTIDE_TEST_PARENTS", "150"))


def of_repos(server: ReplayServer, **options: str) -> dict[str, str]:
    listed = {"url": f"{server.url}{LIST}?per_page=100", "pagination": "link"}
    return {
        "url": server.url + "/repos/acme/{parent.name}/issues?since={id}",
        "parent": json.dumps({**listed, "streamingInterval": 0.3}),
        "offsetField": "id",
        "offsetType": "incremental",
        "streamingInterval": "0.3",
        **options,
    }


def repo(number: int) -> dict[str, Any]:
    return {"id": number, "name": f"r{number}", "full_name": f"acme/r{number}"}


def ids(spark: Any, folder: Path) -> list[int]:
    return sorted(json.loads(text)["id"] for text in rows(spark, folder, "output"))


def emitted(server: ReplayServer) -> set[str]:
    """The children that were asked."""
    return {call["path"] for call in server.journal()} - {LIST}


def asked(server: ReplayServer) -> Counter[str]:
    return Counter(call["path"] for call in server.journal())


def test_children_are_read_once_while_parents_come_go_and_return(
    spark: Any, server: ReplayServer, tmp_path: Path
) -> None:
    options = of_repos(server, includeInput="true")
    query = start(spark, "rest", options, tmp_path)
    wait_for(lambda: len(ids(spark, tmp_path)) == 6, query)
    # While the query runs, a parent appears and another one is gone.
    server.state.apply(
        {
            "set": {"repos": [repo(2), repo(3), repo(4)]},
            "append": {"issues": [{"id": 7, "repo": 4}, {"id": 8, "repo": 1}]},
        }
    )
    stop_when(query, lambda: 7 in ids(spark, tmp_path) and settled(tmp_path))
    assert ids(spark, tmp_path) == [1, 2, 3, 4, 5, 6, 7]

    # The last batch is repeated after a crash, for its own child and without the list.
    last = undo_last_batch(tmp_path)
    children = [sub for sub in logged(tmp_path, last)["subs"].values() if "row" in sub]
    assert [json.loads(sub["row"])["name"] for sub in children] == ["r4"]
    server.clear_journal()
    repeat_alone(spark, "rest", {**options, "maxRetries": "0"}, tmp_path, last)
    assert asked(server)["/repos/acme/r4/issues"] == 1
    assert ids(spark, tmp_path) == [1, 2, 3, 4, 5, 6, 7]

    # The parent returns.
    server.state.apply({"append": {"repos": [repo(1)]}})
    query = start(spark, "rest", options, tmp_path)
    stop_when(query, lambda: 8 in ids(spark, tmp_path) and settled(tmp_path))
    assert ids(spark, tmp_path) == [1, 2, 3, 4, 5, 6, 7, 8]
    found = spark.read.parquet(str(tmp_path / "out")).groupBy("_input").count().collect()
    assert {json.loads(row[0])["name"]: row[1] for row in found} == {
        "r1": 3,
        "r2": 2,
        "r3": 2,
        "r4": 1,
    }


def test_a_batch_reads_each_child_once_and_the_list_once_for_each_partition(
    spark: Any, server: ReplayServer
) -> None:
    options = {**of_repos(server), "partitions": "3"}
    options["url"] = server.url + "/repos/{parent.owner.login}/{parent.name}/issues"
    frame = spark.read.format("rest").options(**OPEN).options(**options).load()
    assert sorted(json.loads(row[0])["id"] for row in frame.collect()) == [1, 2, 3, 4, 5, 6]
    assert asked(server) == {LIST: 3, **{f"/repos/acme/r{n}/issues": 1 for n in (1, 2, 3)}}


def test_many_children_continue_from_a_file_of_positions(
    spark: Any, server: ReplayServer, tmp_path: Path
) -> None:
    """With SPARKTIDE_TEST_PARENTS=5000 it shows the sizes of a large stream."""
    issues = [{"id": n, "repo": n} for n in range(1, COUNT + 1)]
    server.state.apply({"set": {"repos": [repo(i["id"]) for i in issues], "issues": issues}})
    options = of_repos(server, spoolDir=str(tmp_path / "spool"), streamingInterval="3600")
    options["maxOffsetBytes"] = "8192" if COUNT < 1000 else "32768"
    query = start(spark, "rest", options, tmp_path)
    # Reading all rows again and again would take most of the time.
    wait_for(lambda: len(emitted(server)) == COUNT and settled(tmp_path), query, within=600)
    stop_when(query, lambda: len(ids(spark, tmp_path)) == COUNT and settled(tmp_path))
    children = {path: n for path, n in asked(server).items() if path != LIST}
    assert (len(children), max(children.values())) == (COUNT, 1)
    last = undo_last_batch(tmp_path)
    end = logged(tmp_path, last)
    assert end["base"].startswith("spool:")
    assert len(json.dumps(end)) <= int(options["maxOffsetBytes"])
    server.state.apply({"append": {"issues": [{"id": COUNT + 1, "repo": 1}]}})
    server.clear_journal()
    query = start(spark, "rest", options, tmp_path)
    stop_when(query, lambda: committed(tmp_path, last))
    assert ids(spark, tmp_path) == list(range(1, COUNT + 1))
    options["streamingInterval"] = "0.3"
    query = start(spark, "rest", options, tmp_path)
    stop_when(query, lambda: len(ids(spark, tmp_path)) == COUNT + 1 and settled(tmp_path))
    assert ids(spark, tmp_path) == list(range(1, COUNT + 2))
