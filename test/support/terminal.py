"""Runs a command on a terminal of its own, and passes its input and output through pipes."""

import fcntl
import os
import select
import struct
import subprocess
import sys
import termios

ROWS, COLUMNS = 24, 100

ours, theirs = os.openpty()
fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
process = subprocess.Popen(
    sys.argv[1:],
    stdin=theirs,
    stdout=theirs,
    stderr=theirs,
    start_new_session=True,
    preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
)
os.close(theirs)
sources = [ours, 0]
while ours in sources:
    for source in select.select(sources, [], [])[0]:
        try:
            data = os.read(source, 65536)
        except OSError:  # Linux reports the end of a terminal as EIO.
            data = b""
        if not data:
            sources.remove(source)
            if source == 0:
                process.terminate()
        else:
            os.write(1 if source == ours else ours, data)
sys.exit(process.wait())
