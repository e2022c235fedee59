"""Exits with 0 if the server in this container answers an RPC that asks for its version."""

import os
import sys

import grpc
from pyspark.sql.connect.proto import base_pb2, base_pb2_grpc

# All checks use one session: a released id cannot be used again, and a new session lives an hour.
SESSION = "00000000-0000-4000-8000-000000000000"


def main() -> int:
    token = os.environ.get("SPARK_CONNECT_AUTHENTICATE_TOKEN", "")
    request = base_pb2.AnalyzePlanRequest(session_id=SESSION)
    request.user_context.user_id = "healthcheck"
    request.spark_version.SetInParent()
    with grpc.insecure_channel("localhost:15002") as channel:
        service = base_pb2_grpc.SparkConnectServiceStub(channel)
        metadata = (("authorization", f"Bearer {token}"),)
        try:
            answer = service.AnalyzePlan(request, metadata=metadata, timeout=15)
        except grpc.RpcError as error:
            print(f"no answer: {error.code().name}: {error.details()}", file=sys.stderr)
            return 1
        print(answer.spark_version.version)
    return 0


if __name__ == "__main__":
    sys.exit(main())
