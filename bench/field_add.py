"""A field added to a table of a million rows, against adding a column by the driver."""

import itertools
import time
from collections.abc import Iterator
from datetime import UTC, datetime

from app.models import Problem
from bench.figure import Figure, interleaved, median_ratio
from bench.million import standing
from sheets.storage import FieldSpec, add_field

ROUNDS = 9
REFERENCE = "ALTER TABLE … ADD COLUMN by the driver, committed"


def run() -> Iterator[Figure]:
    """Both committed, in turns."""
    city, numbers, stamp = standing(), itertools.count(1), int(time.time())

    def by_us() -> None:
        spec = FieldSpec(caption=f"新字段{stamp}-{next(numbers)}", type="text")
        with city.database.writing() as session:
            add_field(session, Problem.__tablename__, spec, datetime.now(UTC))

    def by_driver() -> None:
        with city.database.engine.begin() as connection:
            name = f"bare_{stamp}_{next(numbers)}"
            connection.exec_driver_sql(f"ALTER TABLE problem ADD COLUMN {name} TEXT")

    ours, plain = interleaved([by_us, by_driver], ROUNDS)
    value, ratio = median_ratio(ours, plain)
    yield Figure("field_add", value, "ms", REFERENCE, ratio)
