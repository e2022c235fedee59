#!/bin/sh
# Starts the Spark Connect server in the foreground. Arguments go to spark-submit, as in
# `docker run … IMAGE --conf spark.sql.shuffle.partitions=8`.
set -eu
if [ -z "${SPARK_CONNECT_AUTHENTICATE_TOKEN:-}" ]; then
  echo "SPARK_CONNECT_AUTHENTICATE_TOKEN is not set. Without a token, anyone who can reach this server could run code in" \
    "it, so it does not start. Set a token: docker run -e SPARK_CONNECT_AUTHENTICATE_TOKEN=\$(openssl rand -hex 32) …" >&2
  exit 64
fi
exec "$SPARK_HOME/bin/spark-submit" \
  --conf "spark.master=$SPARK_MASTER" \
  --conf "spark.ui.enabled=$SPARKTIDE_UI" \
  --class org.apache.spark.sql.connect.service.SparkConnectServer \
  "$@" spark-internal
