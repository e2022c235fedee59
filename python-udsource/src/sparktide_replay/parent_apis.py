"""A list of repositories, and the issues of each, like GitHub's.

`records["repos"]` are the repositories: `id`, `name`, `full_name` and `owner.login`.
`records["issues"]` are the issues of all of them; `repo` is the id of their repository.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from .answers import Answer, Call
from .state import ReplayState


def repos(state: ReplayState, call: Call) -> Answer:
    """`GET /orgs/acme/repos`: pages with a Link header."""
    state.count("repos")
    size, page = max(call.number("per_page", 30), 1), max(call.number("page", 1), 1)
    known: list[Any] = state.records["repos"]
    headers: dict[str, str] = {}
    if page * size < len(known):
        query = urlencode({**call.query, "page": page + 1})
        headers["Link"] = f'<{call.path}?{query}>; rel="next"'
    return Answer(body=known[(page - 1) * size : page * size], headers=headers)


def issues(state: ReplayState, call: Call) -> Answer:
    """`GET /repos/{owner}/{name}/issues?since={id}`: issues with this id or a later one."""
    state.count("issues")
    name = call.path[len("/repos/") : -len("/issues")]
    found = [repo for repo in state.records["repos"] if repo["full_name"] == name]
    if not found:
        return Answer(404, {"message": "Not Found"})
    since = call.number("since", 0)
    of_repo = [i for i in state.records["issues"] if i["repo"] == found[0]["id"]]
    return Answer(body=[issue for issue in of_repo if issue["id"] >= since])


def is_issues(path: str) -> bool:
    return path.startswith("/repos/") and path.endswith("/issues")
