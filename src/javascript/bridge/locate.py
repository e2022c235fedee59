"""
Finds the Node.js and the worker program of this package on a Spark worker.

It uses the standard library alone, on Python 3.9 or newer. Errors are texts of the form
"[JAVASCRIPT_…] what is wrong. What to do."

Files that the client sent are unpacked once for each host and user into a private folder. A file
runs only if it has the SHA-256 that the client's plan names.
"""

import glob
import gzip
import hashlib
import os
import platform
import re
import shutil
import stat
import subprocess
import sys
import tarfile
import tempfile
import zlib

# The limit is long because a busy host may start a program slowly.
VERSION_SECONDS = 60
CHUNK_BYTES = 1 << 20
WORKER_NAME = "worker.mjs"
NODE_NAME = "node"
# The path of the executable in npm's packages of Node.js.
NODE_MEMBER = "package/bin/node"

# What this process has checked. The identities of the files are part of it, so that a replaced file
# is checked again.
_verified_files = {}
_known_versions = {}


class JavaScriptSetupError(RuntimeError):
    """JavaScript code cannot run on this worker."""


def _refusal(code, text):
    return JavaScriptSetupError(f"[JAVASCRIPT_{code}] {text}")


def locate(runtime):
    """
    The paths of Node.js and of the worker program, as a pair.

    runtime: a RuntimeSpec of the client, {"worker": SHA-256, "node": {"paths": […], "minimum": …}}
    """
    node = _node(runtime["node"])
    worker = _sent_file(WORKER_NAME, runtime["worker"], _gzip_chunks)
    return node, worker


def host_report(paths, minimum, artifacts):
    """
    Describes this host to the client, which then decides where Node.js comes from.

    paths: candidates, as in locate(). artifacts: names of files that the session may have. Must run
    in a task that is not a stream's: only there SparkFiles names the session's own folder.
    """
    from pyspark import SparkFiles

    root = SparkFiles.getRootDirectory()
    found = []
    for candidate in paths:
        path, version, problem = _inspect(candidate, minimum)
        found.append({"candidate": candidate, "path": path, "version": version, "problem": problem})
    return {
        "host": platform.node(),
        "platform": _platform(),
        "libc": _libc(),
        "uid": os.getuid(),
        "nodes": found,
        # A file of another session would be missing on hosts that this session reaches later.
        "sent": [name for name in artifacts if os.path.exists(os.path.join(root, name))],
    }


def _node(spec):
    problems = []
    for candidate in spec["paths"]:
        path, _, problem = _inspect(candidate, spec["minimum"])
        if problem is None:
            return path
        problems.append(problem)
    upload = spec.get("upload")
    if upload is None:
        too_old = any("is too old" in problem for problem in problems)
        raise _refusal(
            "NODE_TOO_OLD" if too_old else "NO_NODE",
            f"The host {platform.node()} cannot run JavaScript: {'; '.join(problems)}. "
            f"Install Node.js {_short(spec['minimum'])} or newer there, or let the client send it: "
            'SparkSession.builder().javascript({ node: "upload" }).',
        )
    _require_platform(upload)
    path = _sent_file(NODE_NAME, upload["sha256"], _node_chunks)
    _, _, problem = _inspect(path, spec["minimum"])
    if problem is not None:
        raise _refusal(
            "NODE_UNUSABLE",
            f"The Node.js {upload['version']} that the client sent does not run on the host "
            f"{platform.node()}: {problem}. If the folder is mounted without the right to execute, "
            "set spark.local.dir to another one.",
        )
    return path


def _require_platform(upload):
    here, libc = _platform(), _libc()
    wanted = upload["minimumGlibc"]
    version = re.match(r"glibc (\d+\.\d+)", libc)
    fits = version is not None and _numbers(version.group(1)) >= _numbers(wanted)
    if here == upload["platform"] and fits:
        return
    raise _refusal(
        "WRONG_PLATFORM",
        f"The client sent Node.js {upload['version']} for {upload['platform']} with glibc {wanted} "
        f"or newer, but the host {platform.node()} is {here} with {libc}. Install Node.js there "
        'and use SparkSession.builder().javascript({ node: "path" }).',
    )


def _platform():
    """The platform and the processor in Node's words, such as linux-x64."""
    machine = platform.machine().lower()
    names = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64"}
    return f"{sys.platform}-{names.get(machine, machine)}"


def _libc():
    """The C library, such as "glibc 2.36"; "musl" or "an unknown C library" otherwise."""
    try:
        text = os.confstr("CS_GNU_LIBC_VERSION")
    except (AttributeError, OSError, ValueError):
        text = None
    if text:
        return text
    return "musl" if glob.glob("/lib/ld-musl-*") else "an unknown C library"


def _inspect(candidate, minimum):
    """The path of a candidate, its version, and what is wrong with it (None if it can be used)."""
    if candidate == "node":
        found = shutil.which("node")
        if found is None:
            return None, None, "there is no node on PATH"
        path = os.path.abspath(found)
    else:
        path = candidate
        if not os.path.isfile(path):
            return None, None, f"there is no file {path}"
    real = os.stat(path)
    if real.st_mode & 0o002:
        return path, None, f"every user can change {path}, so it is not run"
    identity = (path, real.st_ino, real.st_size, real.st_mtime_ns)
    if identity not in _known_versions:
        _known_versions[identity] = _version(path)
    version, problem = _known_versions[identity]
    if problem is None and _numbers(version) < _numbers(minimum):
        wanted = f"sparktide/cluster needs {_short(minimum)} or newer"
        problem = f"Node.js {version} at {path} is too old: {wanted}"
    return path, version, problem


def _version(path):
    """The version that a Node.js prints, and what is wrong (None if it printed one)."""
    # Version managers put scripts on PATH, which need these variables to find their Node.js.
    kept = {key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ}
    try:
        done = subprocess.run(
            [path, "--version"],
            env=kept,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=VERSION_SECONDS,
        )
    except (OSError, subprocess.SubprocessError) as error:
        return None, f"{path} cannot be run ({error})"
    said = done.stdout.decode("utf8", "replace").strip()
    match = re.fullmatch(r"v(\d+\.\d+\.\d+)\S*", said)
    if done.returncode != 0 or match is None:
        end = f"ended with code {done.returncode} and printed {said[:300]!r}"
        return None, f"{path} --version {end}"
    return match.group(1), None


def _numbers(version):
    return tuple(map(int, version.split(".")))


def _short(version):
    return version[:-2] if version.endswith(".0") else version


def _cache_folder():
    """The private folder for unpacked files. Spark removes its parent when the application ends."""
    base = os.environ.get("SPARK_LOCAL_DIRS", "").split(",")[0]
    if not os.path.isdir(base):
        base = tempfile.gettempdir()
    path = os.path.join(base, f"sparktide-js-{os.getuid()}")
    try:
        os.mkdir(path, 0o700)
    except FileExistsError:
        pass
    except OSError as error:
        raise _unwritable(path, error) from None
    found = os.lstat(path)
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise _refusal(
            "CACHE_UNSAFE",
            f"{path} must be a folder that belongs to the user {os.getuid()}, who runs Spark's "
            "workers, and that nobody else can read or change (mode 0700). Its owner is "
            f"{found.st_uid} and its mode is {stat.S_IMODE(found.st_mode):04o}. Find out who made "
            "it, and remove it.",
        )
    return path


def _unwritable(path, error):
    return _refusal(
        "CACHE_UNWRITABLE",
        f"The files that run JavaScript cannot be unpacked into {path} on the host "
        f"{platform.node()}: {error}. Free some space there, or set spark.local.dir to another "
        "folder.",
    )


def _sent_file(name, digest, chunks_of):
    """The file with this content on this host. Unpacks it from the session's files if necessary."""
    place = os.path.join(_cache_folder(), f"{digest}-{name}")
    if _is_intact(place, digest):
        return place
    sent = artifact_name(name, digest)
    packed = _artifacts(sent)
    if not packed:
        raise _refusal(
            "NOT_SENT",
            f"The file {sent} of this session has not reached the host {platform.node()}. "
            "Create a new session and try again.",
        )
    # Files of other sessions can have the same name, so a wrong content does not end the search.
    for path in packed:
        if _unpack(path, place, digest, chunks_of):
            return place
    raise _refusal(
        "CORRUPT_FILE",
        f"{packed[0]} on {platform.node()} does not have the content that the client sent, "
        f"with the SHA-256 {digest}. Something changed it on the server or on this host. Find out "
        "what, then create a new session.",
    )


def artifact_name(name, digest):
    """The name of a file of the session."""
    return f"sparktide-{digest}-{name}{'.tgz' if name == NODE_NAME else '.gz'}"


def _artifacts(name):
    """
    The paths of a file of the session on this host.

    In a task of a stream SparkFiles names the root of all sessions, or the folder "streaming_job"
    in it, while Spark puts the session's files into "<root>/<session>/". So neighbours are searched
    too. They may belong to other sessions: the caller must check the content.
    """
    from pyspark import SparkFiles

    root = os.path.abspath(SparkFiles.getRootDirectory())
    found = []
    for folder in (root, os.path.dirname(root)):
        folder = glob.escape(folder)
        found += glob.glob(os.path.join(folder, name)) + glob.glob(os.path.join(folder, "*", name))
    return list(dict.fromkeys(found))


def _identity(path):
    found = os.lstat(path)
    is_private = (
        stat.S_ISREG(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & 0o077
    )
    return (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns) if is_private else None


def _is_intact(place, digest):
    """Whether the file has this content. Reads it only if this process has not checked it yet."""
    try:
        identity = _identity(place)
        if identity is None:
            return False
        if _verified_files.get(place) == identity:
            return True
        with open(place, "rb") as file:
            seen = hashlib.sha256()
            for chunk in _chunks(file):
                seen.update(chunk)
    except OSError:
        return False
    if seen.hexdigest() != digest:
        return False
    _verified_files[place] = identity
    return True


def _chunks(file):
    while chunk := file.read(CHUNK_BYTES):
        yield chunk


def _gzip_chunks(path):
    with gzip.open(path, "rb") as file:
        yield from _chunks(file)


def _node_chunks(path):
    with tarfile.open(path, "r|gz") as archive:
        for member in archive:
            if member.name == NODE_MEMBER and member.isreg():
                file = archive.extractfile(member)
                yield from _chunks(file)
                return


def _unpack(packed, place, digest, chunks_of):
    """Unpacks a file into the cache. Returns False, and leaves no file, if its content differs."""
    draft = None
    seen = hashlib.sha256()
    chunks = chunks_of(packed)
    try:
        descriptor, draft = tempfile.mkstemp(dir=os.path.dirname(place), prefix="draft-")
        with os.fdopen(descriptor, "wb") as out:
            while True:
                try:
                    chunk = next(chunks, None)
                except (EOFError, OSError, tarfile.TarError, zlib.error):
                    return False
                if chunk is None:
                    break
                seen.update(chunk)
                out.write(chunk)
        if seen.hexdigest() != digest:
            return False
        os.chmod(draft, 0o700)
        identity = _identity(draft)
        # Processes that unpack at the same time replace each other's file with an equal one.
        os.replace(draft, place)
        _verified_files[place] = identity
        return True
    except OSError as error:
        raise _unwritable(os.path.dirname(place), error) from None
    finally:
        chunks.close()
        if draft is not None and os.path.exists(draft):
            os.unlink(draft)
