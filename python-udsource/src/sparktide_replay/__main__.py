"""`python -m sparktide_replay [--host 127.0.0.1] [--port 0] [--seed 1] [--grow 2]
[--exit-with-parent]`.

Prints one line with the URL when it is ready. Stops at SIGTERM or Ctrl-C. With `--exit-with-parent`
it also stops when its standard input closes, so that it never outlives the process that started it.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading

from .server import ReplayServer


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="sparktide_replay", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=0, help="0 picks a free port")
    parser.add_argument("--seed", type=int, default=1, help="seed of the generated values")
    parser.add_argument("--grow", type=int, default=2, help="records that each request adds")
    parser.add_argument("--exit-with-parent", action="store_true", help="stop when stdin closes")
    options = parser.parse_args(arguments)
    done = threading.Event()

    def end(*_: object) -> None:
        done.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    try:
        server = ReplayServer(options.host, options.port, options.seed, options.grow)
    except (OSError, OverflowError) as error:
        print(f"cannot listen on {options.host}:{options.port}: {error}", file=sys.stderr)
        return 1
    with server:
        print(f"sparktide_replay listening on {server.url}", flush=True)
        if options.exit_with_parent:
            threading.Thread(target=_wait_for_end, args=(done,), daemon=True).start()
        done.wait()
    return 0


def _wait_for_end(done: threading.Event) -> None:
    # os.read, because this thread would hold the lock of sys.stdin and block Python's exit.
    while os.read(0, 4096):
        pass
    done.set()


if __name__ == "__main__":
    sys.exit(main())
