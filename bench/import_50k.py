"""A ledger of 50,000 rows and 20 columns into a fresh city: read, matched, compared, written."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.figure import Figure
from bench.importing import figures
from bench.wide_ledger import ROWS, write_ledger


def run() -> Iterator[Figure]:
    """Seconds and memory, against the same file merely read."""
    rows = int(os.environ.get("XIAOHAO_BENCH_IMPORT_ROWS", ROWS))
    with tempfile.TemporaryDirectory(prefix="xiaohao-bench-") as folder:
        file = Path(folder) / "ledger.xlsx"
        write_ledger(file, rows)
        yield from figures("import_50k", file, file)
