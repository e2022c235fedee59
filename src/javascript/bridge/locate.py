# provisional
import collections, glob, gzip, hashlib, shutil, tempfile, stat

Located = collections.namedtuple("Located", "path program permission_flag")


def private_folder():
    local = os.environ.get("SPARK_LOCAL_DIRS", "").split(",")[0] or tempfile.gettempdir()
    path = os.path.join(local, "sparktide-js-%d" % os.getuid())
    os.makedirs(path, mode=0o700, exist_ok=True)
    return path


def host_file(name, digest):
    place = os.path.join(private_folder(), digest + "-" + name)
    if os.path.exists(place):
        return place
    from pyspark import SparkFiles

    root = os.path.abspath(SparkFiles.getRootDirectory())
    wanted = "sparktide-%s-%s.gz" % (digest, name)
    sent = None
    for folder in (root, os.path.dirname(root)):
        found = glob.glob(os.path.join(folder, wanted)) + glob.glob(os.path.join(folder, "*", wanted))
        sent = sent or next(iter(found), None)
    if sent is None:
        raise failure("JAVASCRIPT_PROGRAM_MISSING", "no worker program")
    with gzip.open(sent, "rb") as packed, open(place + ".tmp", "wb") as out:
        shutil.copyfileobj(packed, out)
    os.rename(place + ".tmp", place)
    return place


def located(runtime):
    path = runtime["node"]["paths"][0]
    version = subprocess.run([path, "--version"], capture_output=True, text=True).stdout
    flag = "--experimental-permission" if version.startswith("v20") else "--permission"
    return Located(path, host_file("worker.mjs", runtime["worker"]), flag)
