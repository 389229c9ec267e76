"""5,000 cells pasted at once, with their history, against the same values by bare UPDATEs."""

import itertools
import sqlite3
from collections.abc import Callable, Iterator
from typing import Any

from bench.figure import Figure, interleaved, median_ratio
from bench.grid import EDITOR, own_fields, served
from bench.grid_edit import write
from bench.million import Standing

ROWS, ROUNDS = 1_000, 3
REFERENCE = "the same cells by bare UPDATEs in one transaction"
VALUES = {"现场编码": "粘贴-{n}", "处置备注": "已与商户约定第 {n} 周复查", "面积": "{n}.5",
          "点位数量": "{n}", "路段等级": "支路"}  # fmt: skip


def run() -> Iterator[Figure]:
    """Pastes and bare updates in turns; each round has rows of its own."""
    with served(EDITOR) as (city, visitor):
        fields, numbers = own_fields(city), itertools.count(1)
        most = min(ROWS, city.rows // ((ROUNDS + 1) * 2))

        def paste() -> None:
            number = next(numbers)
            cells = [
                {"row": row, "field": fields[caption], "value": value.format(n=number)}
                for row in range((number - 1) * most + 1, number * most + 1)
                for caption, value in VALUES.items()
            ]
            changed = write(visitor, cells, "paste")
            assert changed > 0.8 * len(cells)  # some held the very value before

        pastes, updates = interleaved([paste, bare_updates(city, fields, most)], ROUNDS)
    value, ratio = median_ratio(pastes, updates)
    yield Figure("grid_paste_5000", value, "ms", REFERENCE, ratio)


def bare_updates(city: Standing, fields: dict[str, str], most: int) -> Callable[[], None]:
    """One UPDATE a row, all in one transaction, committed with fsync."""
    sets = {fields[caption]: value for caption, value in VALUES.items()}
    numbers = itertools.count(1)
    mark = "?" if city.file else "%s"
    assigned = ", ".join(f"{name} = {mark}" for name in sets)
    sql = f"UPDATE problem SET {assigned} WHERE id = {mark}"  # noqa: S608 ids of fields

    def values(row: int, number: int) -> tuple[Any, ...]:
        return (f"直-{number}", f"直 {number}", number + 0.5, float(number), "c", row)

    def update() -> None:
        number = next(numbers)
        rows = [values(city.rows - place, number) for place in range(most)]
        if city.file is None:
            with city.database.engine.begin() as held:
                held.exec_driver_sql(sql, rows)
            return
        connection = sqlite3.connect(city.file, timeout=30)
        connection.execute("PRAGMA synchronous=FULL")
        with connection:
            connection.executemany(sql, rows)
        connection.close()

    return update
