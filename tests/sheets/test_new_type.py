"""A type is one file: dropped into the folder it can do all that the others can."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from sheets import fields
from sheets.converting import convert_field, undo_conversion
from sheets.fields import FieldError, NoNames, field_types
from sheets.query import fetch, parse_query
from sheets.storage import FieldSpec, add_field, load_fields, set_values, sheet_field
from tests.sheets.birds import SHEET, bird
from tests.sheets.test_storage import NOW

TONE = '''
"""Tone: a pitch, kept in hertz, written as a note."""

from sqlalchemy import Integer

from sheets.fields.base import FieldError, FieldType
from sheets.fields.operators import EMPTY, IS, NOT_EMPTY

NOTES = {"A": 440, "H": 494}


class ToneType(FieldType):
    key = "tone"
    label = "声音"
    value_kind = "number"
    operators = (IS, EMPTY, NOT_EMPTY)

    def parse(self, raw, options=()):
        text = str(raw or "").strip().upper()
        if text and text not in NOTES and not text.isdigit():
            raise FieldError("请填写音名，例如 A。")
        return NOTES.get(text) or (int(text) if text else None)

    def show(self, value, field, context):
        return {440: "A", 494: "H"}.get(value, "" if value is None else str(value))

    def sql_type(self):
        return Integer()
'''
ECHO = '''
"""Echo: shows another type's column again."""

from sheets.fields.around import Resolved
from sheets.fields.base import FieldType


class EchoType(FieldType):
    key = "echo"
    label = "回声"
    virtual = True

    def resolve(self, options, around):
        of = around.used("eggs")
        return Resolved(of.type, of.column, of.options, sources=frozenset({"eggs"}))
'''


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The types with two more files among them."""
    (tmp_path / "tone.py").write_text(TONE.lstrip(), encoding="utf-8")
    (tmp_path / "echo.py").write_text(ECHO.lstrip(), encoding="utf-8")
    field_types.cache_clear()
    with monkeypatch.context() as patch:
        patch.setattr(fields, "__path__", [*fields.__path__, str(tmp_path)])
        yield patch
    field_types.cache_clear()


def test_a_file_dropped_in_is_stored_asked_computed_converted_and_outlived(conn, folder):
    sound = add_field(conn, "bird", FieldSpec(caption="叫声", type="tone"), NOW, over=bird)
    echo = FieldSpec(caption="回声", type="echo")
    add_field(conn, "bird", echo, NOW, base=SHEET.fields, key=bird.c.id)
    pitch = FieldSpec(caption="两倍", type="formula", options={"formula": "{叫声} * 2"})
    add_field(conn, "bird", pitch, NOW, base=SHEET.fields, key=bird.c.id)
    set_values(conn, "bird", "id", 3, {sound: sound.parse("a")})

    def loaded():
        return load_fields(conn, "bird", bird, base=SHEET.fields, key=bird.c.id)

    sheet = SHEET.with_fields(loaded())
    query = parse_query(sheet, [(f"f.{sound.id}.is", "A"), ("sort", f"-{sound.id}")]).check()
    (row,) = fetch(conn, sheet, query).rows
    shown = [field.show(row[field.id], NoNames()) for field in loaded()]
    assert shown == ["A", "3", "880"]

    done = convert_field(conn, sound.id, "text", {}, NOW)
    assert conn.execute(select(loaded()[0].column).where(bird.c.id == 3)).scalar() == "A"
    undo_conversion(conn, done.id, NOW)
    assert conn.execute(select(loaded()[0].column).where(bird.c.id == 3)).scalar() == 440

    folder.undo()
    field_types.cache_clear()
    gone = loaded()
    assert [field.type for field in gone] == ["vanished", "text", "text"]
    assert [bool(field.trouble) for field in gone] == [False, True, True]
    sheet = SHEET.with_fields(gone)
    assert fetch(conn, sheet, parse_query(sheet, [("sort", gone[2].id)])).rows
    with pytest.raises(FieldError):
        gone[0].parse("A")
    assert len(conn.execute(select(sheet_field)).all()) == 3
