"""`python -m sparktide_replay [--host 127.0.0.1] [--port 0] [--seed 1] [--grow 2]
[--exit-with-parent]`.

Prints one line with the URL when it is ready. Ends at SIGTERM or Ctrl-C; with `--exit-with-parent`
also when its standard input is closed, so that it can't outlive whoever started it.
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
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--seed", type=int, default=1, help="another seed, other values")
    parser.add_argument("--grow", type=int, default=2, help="records added by each request")
    parser.add_argument("--exit-with-parent", action="store_true", help="end with standard input")
    options = parser.parse_args(arguments)
    done = threading.Event()

    def end(*_: object) -> None:
        done.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    try:
        server = ReplayServer(options.host, options.port, options.seed, options.grow)
    except (OSError, OverflowError) as error:
        print(f"can't listen on {options.host}:{options.port}: {error}", file=sys.stderr)
        return 1
    with server:
        print(f"sparktide_replay listening on {server.url}", flush=True)
        if options.exit_with_parent:
            threading.Thread(target=_wait_for_end, args=(done,), daemon=True).start()
        done.wait()
    return 0


def _wait_for_end(done: threading.Event) -> None:
    # Not through sys.stdin: its lock, held by this thread, would break Python's own shutdown.
    while os.read(0, 4096):
        pass
    done.set()


if __name__ == "__main__":
    sys.exit(main())
