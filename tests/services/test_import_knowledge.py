"""What the city's own rows add to the words of the trade."""

from __future__ import annotations

import pytest

from app.domain.states import State
from app.services.imports.reading.files import read_file
from app.services.imports.reading.states import CLOSED, DONE, settle
from app.services.imports.reading.vocabulary import load_knowledge
from tests.builders import MONDAY, make_city

LEDGER = """序号,街道,点位,问题类型,存在问题,责任单位
1,站前办,中央大街9号,垃圾暴露,门前堆放垃圾,福民街办
""".encode()


def test_a_row_is_led_to_the_citys_own_street_unit_and_kind(session):
    city = make_city(session)

    read = read_file(load_knowledge(session, MONDAY), "环境卫生科.csv", LEDGER)

    (record,) = read.records()
    assert record.fields["street"] == "站前街道"
    assert record.fields["unit"] == "福民街道办事处"
    assert record.ids["street"] == city.orgs["210402001"]
    assert record.ids["unit"] == city.orgs["210402005"]
    assert read.section is not None
    assert read.section.id == city.orgs["HW"]


def test_a_city_without_streets_still_writes_them_one_way_and_says_so(session):
    read = read_file(load_knowledge(session, MONDAY), "台账.csv", LEDGER)

    (record,) = read.records()
    assert record.fields["street"] == "站前街道"
    assert {flag.field_id for flag in record.flags} == {"street", "unit"}
    assert read.section is None


@pytest.mark.parametrize(
    ("option", "photographed", "options", "state"),
    [
        (DONE, False, {DONE, "listed"}, State.SUBMITTED),
        (DONE, True, {DONE, "listed"}, State.PRE_SIGNED_OFF),
        (DONE, False, {DONE, "submitted", "signed_off"}, State.PRE_SIGNED_OFF),
        (CLOSED, False, {CLOSED, "listed"}, State.SUBMITTED),
        (CLOSED, False, {CLOSED, "submitted"}, State.SIGNED_OFF),
        (CLOSED, False, {CLOSED, DONE, "signed_off"}, State.PRE_SIGNED_OFF),
        ("deferred", True, {"deferred"}, State.DEFERRED),
    ],
)
def test_a_word_for_done_goes_as_far_as_photo_and_column_allow(
    option, photographed, options, state
):
    assert settle(option, photographed=photographed, options_of_file=options) is state
