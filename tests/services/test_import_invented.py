"""Ledgers in shapes nobody prepared for, held to the same bar as the examples."""

from __future__ import annotations

import pytest

from tests.services import invented_ledgers, invented_more
from tests.services.import_cities import judge, report

LEDGERS = (
    invented_ledgers.roads,
    invented_ledgers.trees,
    invented_ledgers.adverts,
    invented_ledgers.hotline,
    invented_ledgers.gas,
    invented_more.lights,
    invented_more.inspection,
    invented_more.ticked,
    invented_more.grouped,
)


@pytest.mark.parametrize("make", LEDGERS, ids=lambda make: make.__name__)
def test_a_ledger_of_a_shape_never_seen_is_read_whole(make):
    ledger = make()

    answer = report(ledger.name, ledger.data)

    assert answer["refused"] is None
    for sheet, meant in ledger.columns.items():
        columns = next(one["columns"] for one in answer["sheets"] if one["sheet"] == sheet)
        said = {one["col"]: one["field"] for one in columns}
        assert {col: said[col] for col in meant} == meant
    judge(answer, {"records": ledger.records}).check(least=1.0)
    assert answer["section"] == ledger.section
