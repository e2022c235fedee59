"""Reads an API with `rest` and the tokens of a broker again and again. A test kills it.

Arguments: the folder of the Python sources, the options as JSON. Prints a line for each read.
"""

import json
import sys
import time

sys.path.insert(0, sys.argv[1])

from sparktide_sources._clock import Clock  # noqa: E402
from sparktide_sources._errors import HttpError  # noqa: E402
from sparktide_sources._rest.batch_reader import RestBatchReader  # noqa: E402
from sparktide_sources._rest.config import read_config  # noqa: E402

reader = RestBatchReader(read_config(json.loads(sys.argv[2])), Clock())
(part,) = reader.partitions()
while True:
    try:
        print("row", next(iter(reader.read(part)))[0], flush=True)
    except HttpError as error:
        print("error", error, flush=True)
    time.sleep(0.01)
