"""Runs a command, and ends it and all its children when its owner has ended.

    python watch_owner.py [--pid-fd N] [--remove FOLDER] [--remove-unasked FILE] -- command ...

The owner holds the other end of standard input, which closes when the owner ends in any way. Then
the command gets SIGTERM and, a few seconds later, SIGKILL, and all its remaining descendants are
killed. The line ``stop SECONDS`` requests the same with another time limit. The exit code is the
command's, or 128 + N if signal N ended it. FOLDER is removed at the end. FILE is removed only if
the owner did not request the end.

The owner must start it detached, as the leader of a new session. It finds descendants by that
session, which does not change when their parents end or when they create process groups.
"""

import ctypes
import os
import select
import shutil
import signal
import subprocess
import sys
import time

# The grace period after the owner's end. No process may outlive the owner by more than 10 s.
ORPHAN_GRACE_SECONDS = 4.0
KILL_ROUNDS = 50

# prctl(2) options, from linux/prctl.h.
PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36


def prctl(option: int, value: int) -> None:
    """Calls prctl on Linux. Its two uses here are only an additional safeguard."""
    if not sys.platform.startswith("linux"):
        return
    try:
        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)
    except (AttributeError, OSError):
        pass


def die_with_watcher() -> None:
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def living_pids() -> list[int]:
    """Every process of the machine except zombies."""
    if os.path.isdir("/proc/self"):
        pids = []
        for name in os.listdir("/proc"):
            if not name.isdigit():
                continue
            try:
                with open(f"/proc/{name}/stat", "rb") as file:
                    state = file.read().rpartition(b")")[2].split()[0]
            except OSError:
                continue
            if state not in (b"Z", b"X"):
                pids.append(int(name))
        return pids
    listing = subprocess.run(
        ["ps", "-axo", "pid=,stat="], capture_output=True, text=True, check=False
    )
    rows = (line.split() for line in listing.stdout.splitlines())
    return [int(row[0]) for row in rows if len(row) == 2 and not row[1].startswith("Z")]


def session_members() -> list[int]:
    """The running processes of this session, except this one."""
    session = os.getsid(0)
    members = []
    for pid in living_pids():
        try:
            if pid != os.getpid() and os.getsid(pid) == session:
                members.append(pid)
        except OSError:
            continue
    return members


def kill_session() -> None:
    """Kills all session members, repeatedly, because a process may fork while it is killed."""
    for _ in range(KILL_ROUNDS):
        members = session_members()
        # Otherwise zombies would remain if process 1 does not collect them, as in many containers.
        reap(None)
        if not members:
            return
        for pid in members:
            try:
                os.kill(pid, signal.SIGKILL)
            except OSError:
                continue
        time.sleep(0.05)


def reap(command_pid: int | None) -> int | None:
    """Collects ended children. Returns the command's exit code if it was one of them."""
    code = None
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return code
        if pid == 0:
            return code
        if pid == command_pid:
            code = os.waitstatus_to_exitcode(status)
            if code < 0:
                code = 128 - code


class Watcher:
    """A command, from its start to the end of its last descendant."""

    def __init__(self, command: list[str], pid_fd: int | None) -> None:
        self.wake_read, wake_write = os.pipe()
        os.set_blocking(wake_write, False)
        self.signalled = False
        self.asked = False
        self.deadline: float | None = None
        signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        for ending in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(ending, self.on_ending)
        prctl(PR_SET_CHILD_SUBREAPER, 1)
        self.child = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, preexec_fn=die_with_watcher
        )
        if pid_fd is not None:
            os.write(pid_fd, f"{self.child.pid}\n".encode())
            os.close(pid_fd)

    def on_ending(self, *_: object) -> None:
        self.signalled = True

    def end_within(self, seconds: float) -> None:
        """Sends SIGTERM to the command. A later, shorter limit replaces an earlier one."""
        limit = time.monotonic() + seconds
        if self.deadline is None:
            os.kill(self.child.pid, signal.SIGTERM)
            self.deadline = limit
        else:
            self.deadline = min(self.deadline, limit)

    def run(self) -> int:
        """Waits for the end of the command or the owner. Returns the command's exit code."""
        sources = [self.wake_read, sys.stdin.fileno()]
        request = b""
        while True:
            code = reap(self.child.pid)
            if code is not None:
                return code
            if self.signalled:
                self.signalled = False
                self.end_within(ORPHAN_GRACE_SECONDS)
            left = None if self.deadline is None else self.deadline - time.monotonic()
            if left is not None and left <= 0:
                os.kill(self.child.pid, signal.SIGKILL)
                left = 1.0
            for source in select.select(sources, [], [], left)[0]:
                data = os.read(source, 4096)
                if source == self.wake_read:
                    continue
                request += data
                if not data:
                    sources.remove(source)
                    self.end_within(ORPHAN_GRACE_SECONDS)
                while b"\n" in request:
                    line, _, request = request.partition(b"\n")
                    verb, _, seconds = line.partition(b" ")
                    if verb == b"stop":
                        self.asked = True
                        self.end_within(float(seconds))


def main(arguments: list[str]) -> int:
    options: dict[str, str] = {}
    while arguments and arguments[0] != "--":
        options[arguments[0]] = arguments[1]
        arguments = arguments[2:]
    command = arguments[1:]
    pid_fd = int(options["--pid-fd"]) if "--pid-fd" in options else None
    watcher = None
    try:
        watcher = Watcher(command, pid_fd)
        return watcher.run()
    except OSError as error:
        print(f"watch_owner.py: cannot run {command[0]}: {error.strerror}", file=sys.stderr)
        return 127
    finally:
        kill_session()
        if "--remove" in options:
            shutil.rmtree(options["--remove"], ignore_errors=True)
        if "--remove-unasked" in options and not (watcher and watcher.asked):
            try:
                os.unlink(options["--remove-unasked"])
            except OSError:
                pass


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
