"""What columns of JSON keep comes back as it went in, also what orjson does not write itself."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text

from app.db import Database
from app.json_text import of_text, to_text
from app.models import Setting

NOW = datetime(2026, 3, 5, tzinfo=UTC)
PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(PLAIN)
def test_any_plain_value_comes_back(value: Any) -> None:
    assert of_text(to_text(value)) == value


@given(PLAIN)
def test_what_the_standard_library_wrote_is_read(value: Any) -> None:
    assert of_text(json.dumps(value)) == value


def test_chinese_is_kept_as_it_is_written_and_without_blanks() -> None:
    assert to_text({"说明": ["井盖", 1]}) == '{"说明":["井盖",1]}'


def test_half_a_character_and_numbers_as_keys_are_written_all_the_same() -> None:
    assert of_text(to_text({"x": "\ud83d"})) == {"x": "\ud83d"}
    assert of_text(to_text({7: "a"})) == {"7": "a"}


@dataclass
class _Thing:
    name: str


@pytest.mark.parametrize("value", [datetime(2026, 3, 5, tzinfo=UTC), _Thing("a"), {1, 2}])
def test_what_json_has_no_form_for_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        to_text({"x": value})


@pytest.mark.parametrize("number", [2**64, -(2**63) - 1, 10**25])
def test_an_integer_of_more_than_64_bits_is_not_rounded(number: int) -> None:
    assert repr(of_text(to_text({"x": number}))) == repr({"x": number})


def test_what_is_no_json_is_refused() -> None:
    with pytest.raises(ValueError, match="Expecting"):
        of_text("{不是")


@pytest.mark.parametrize("value", [7, 0, -3, 2.5, True, None, "7", "", [7], {}])
def test_a_column_keeps_any_kind_of_value(database: Database, value: Any) -> None:
    with database.writing() as session:
        session.add(Setting(key="probe", value=value, updated_at=NOW))
    with database.reading() as session:
        assert session.scalar(select(Setting.value).where(Setting.key == "probe")) == value


def test_a_column_keeps_chinese_in_its_own_bytes(database: Database) -> None:
    with database.writing() as session:
        session.add(Setting(key="probe", value={"地点": "站前街道"}, updated_at=NOW))
    with database.reading() as session:
        stored = session.scalar(text("SELECT CAST(value AS TEXT) FROM setting WHERE key = 'probe'"))
        value = session.scalar(select(Setting.value).where(Setting.key == "probe"))
    assert stored == '{"地点":"站前街道"}'
    assert value == {"地点": "站前街道"}
