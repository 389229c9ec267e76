"""Ledgers in shapes nobody prepared for, held to the same bar as the examples."""

from __future__ import annotations

import pytest

from tests.services import invented_ledgers, invented_more
from tests.services.import_cities import read_whole

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

    answer = read_whole(ledger)

    assert answer["section"] == ledger.section
