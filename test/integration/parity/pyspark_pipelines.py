"""Prints the requests of PySpark's `spark-pipelines`, for a comparison with those of the client.

Input: a JSON list of projects, each `{"spec": {…}, "files": {path: text}, "run": {…}}`. `spec` is
the content of spark-pipeline.yml and `run` the arguments of the CLI. Output: a JSON list of the
same length with the requests of each project, `[{"rpc": name, "request": base64}]`, or
`{"missing": text}` if this PySpark lacks something.

The requests go to the server of SPARK_REMOTE, which checks the definitions. Only StartRun is not
sent.
"""

import base64
import contextlib
import json
import sys
import tempfile
import warnings
from pathlib import Path

warnings.simplefilter("ignore")

import json_as_yaml  # noqa: E402, F401
import pyspark  # noqa: E402
from pyspark.pipelines import cli  # noqa: E402
from pyspark.sql.connect.proto.base_pb2_grpc import SparkConnectServiceStub  # noqa: E402

NEWEST = (4, 3)
pyspark_version = tuple(int(part) for part in pyspark.__version__.split(".")[:2])

requests: list[dict[str, str]] = []


class Caught(BaseException):
    """The CLI starts the run."""


def recording(rpc, call):
    def record(request, **options):
        is_command = rpc == "ExecutePlan" and request.plan.HasField("command")
        is_pipeline = is_command and request.plan.command.HasField("pipeline_command")
        if is_pipeline or len(request.user_context.extensions) > 0:
            requests.append({"rpc": rpc, "request": encoded(request)})
        if is_pipeline and request.plan.command.pipeline_command.HasField("start_run"):
            raise Caught()
        return call(request, **options)

    return record


def encoded(message) -> str:
    return base64.b64encode(message.SerializeToString(deterministic=True)).decode()


make_stub = SparkConnectServiceStub.__init__


def make_recording_stub(self, channel):
    make_stub(self, channel)
    for rpc in ("ExecutePlan", "AnalyzePlan"):
        setattr(self, rpc, recording(rpc, getattr(self, rpc)))


SparkConnectServiceStub.__init__ = make_recording_stub


def requests_of(project) -> object:
    requests.clear()
    with tempfile.TemporaryDirectory() as folder:
        for path, text in project["files"].items():
            file = Path(folder, path)
            file.parent.mkdir(exist_ok=True)
            file.write_text(text)
        spec = Path(folder, "spark-pipeline.yml")
        spec.write_text(json.dumps(project["spec"]))
        arguments = {"full_refresh": [], "full_refresh_all": False, "refresh": [], "dry": False}
        try:
            with contextlib.redirect_stdout(sys.stderr):
                cli.run(spec, **{**arguments, **project["run"]})
        except Caught:
            return list(requests)
        except (AttributeError, TypeError) as error:
            # An older PySpark lacks the function or the argument.
            if pyspark_version >= NEWEST:
                raise
            return {"missing": f"{type(error).__name__} {error}"}
    raise AssertionError("the CLI did not start the run")


json.dump([requests_of(project) for project in json.load(sys.stdin)], sys.stdout)
