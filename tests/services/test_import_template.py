"""A section's template: filled in and read back nothing is in doubt, and the example is no row."""

from __future__ import annotations

import io
import random
from datetime import UTC, date, datetime

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.drawing.image import Image as Drawn
from sqlalchemy import select

from app.db import Database
from app.demo.fields import typed_value
from app.demo.reference import load_reference
from app.domain.refusals import NotFound
from app.domain.states import Priority, State
from app.models import Organisation, SectionSheet
from app.services.imports.reading.handed import read_handed
from app.services.imports.reading.own_fields import may_be_imported
from app.services.imports.reading.vocabulary import load_knowledge
from app.services.imports.templates.shape import template_shapes
from app.services.imports.templates.workbook import template_name, template_workbook
from app.services.super_table import section_fields
from sheets.fields.base import NoNames
from tests.databases import BACKENDS
from tests.sheets.workbooks import picture

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
ROWS, FIRST = 8, 5  # the row after the example, from 1
HEADER = 3
STATES = {state.label: state for state in State}
POISON = ("=1+1", "+86", "@x", "-3", "＝cmd")


@pytest.fixture(scope="module", params=BACKENDS)
def settled(request, backend_named):
    """The demo city without its problems, made once a kind of database."""
    with backend_named(request.param).migrated() as url:
        database = Database(url)
        with database.writing() as session:
            load_reference(session, NOW)
        yield database
        database.dispose()


@pytest.fixture
def city(settled):
    """A session on it; what a test writes is rolled back."""
    with settled.session(write=True) as session:
        yield session
        session.rollback()


def sections(session):
    return {unit.code: unit.id for unit in load_knowledge(session, NOW).sections()}


def fields_of_columns(session, section_id, workbook):
    """The field that each column of a template stands for, by its number from 1."""
    own = [one for one in section_fields.all_fields(session, NOW) if may_be_imported(one)]
    (shape,) = template_shapes(session, {code_of(session, section_id): section_id}, own)[
        section_id
    ].values()
    return dict(enumerate(shape.values(), 1)), {field.id: field for field in own}


def code_of(session, section_id):
    return session.get_one(Organisation, section_id).code


def options_at(workbook: Workbook, col: int) -> list[str]:
    """The drop-down of a column's cells, as its rule finds it on the hidden sheet."""
    sheet = workbook.worksheets[0]
    cell = sheet.cell(FIRST, col).coordinate
    for rule in sheet.data_validations.dataValidation:
        if rule.type == "list" and cell in rule.sqref:
            name, area = rule.formula1.replace("$", "").split("!")
            return [str(each[0].value) for each in workbook[name.strip("'")][area]]
    return []


def entered(rng, target, field, options, at):
    """What a person enters in a column, and what must be read there; None where nothing."""
    if field is not None:
        parsed = field.kind.parse(typed_value(field, rng, NOW), field.options)
        shown = field.show(parsed, NoNames())
        return (parsed if isinstance(parsed, date) else shown), shown
    day = date(2026, 10, 1 + at)
    said = {
        "no": f"00{at}7",
        "description": f"{POISON[at % len(POISON)]} 人行道破损 {at} 处",
        "point": f"新华街 {at} 号门前",
        **dict.fromkeys(("reported_at", "due", "finished_at", "deferral_until"), day),
    }
    value = rng.choice(options) if options else said.get(target)
    return value, STATES.get(value, value) if target == "status" else value


def test_a_filled_template_is_read_without_a_doubt(city):
    for code, section_id in sections(city).items():
        fill_and_read(city, code, section_id)


def fill_and_read(city, code, section_id):
    """Everything that was entered is there, and nothing else."""
    workbook = load_workbook(io.BytesIO(template_workbook(city, section_id, NOW)))
    sheet, rng = workbook.worksheets[0], random.Random(code)
    columns, own = fields_of_columns(city, section_id, workbook)
    meant = {}
    for at in range(ROWS):
        row = meant[FIRST + at] = {}
        for col, target in columns.items():
            value = entered(rng, target, own.get(target), options_at(workbook, col), at)
            if value[0] is None:
                continue
            cell = sheet.cell(FIRST + at, col)
            cell.value = value[0]
            if isinstance(value[0], str):
                cell.data_type = "s"  # as a person's entry in a cell of text
            row[target] = value[1]
    kept = io.BytesIO()
    workbook.save(kept)

    (read,) = read_handed(city, NOW, [("下载.xlsx", kept.getvalue())])

    assert (read.refused, read.section.code) == (None, code)
    assert {r.row: {k: v for k, v in r.fields.items() if k in columns.values()} for r in
            read.records()} == meant  # fmt: skip
    assert [flag for record in read.records() for flag in record.flags] == []
    assert [
        (kind.value, row) for row, kind in read.sheets[0].skipped() if kind.value == "example"
    ] == [("example", FIRST - 1)]
    assert {one.index + 1: one.field_id for one in read.sheets[0].columns()} == columns
    assert all("category" not in r.fields or r.category_match for r in read.records())


def test_an_empty_template_is_a_ledger_without_a_problem(city):
    section_id = sections(city)["2104-ZJ-02"]
    name = template_name(city, section_id, NOW)
    (read,) = read_handed(city, NOW, [(name, template_workbook(city, section_id, NOW))])

    assert (name, read.section.code) == ("导入模板_市容科_20261120.xlsx", "2104-ZJ-02")
    assert (read.refused, read.records()) == (None, [])
    form, hints, lists = (sheet.why_not for sheet in read.sheets)
    assert form == "表头看懂了，下面还没有填写问题。"
    assert hints == "这张工作表是说明，里面没有问题，不用导入。"
    assert lists == "这张隐藏的工作表里没有台账，不用导入。"


def test_an_empty_template_shows_lists_hints_and_cells_of_text(city):
    section_id = sections(city)["2104-ZJ-02"]
    workbook = load_workbook(io.BytesIO(template_workbook(city, section_id, NOW)))
    sheet = workbook.worksheets[0]
    captions = {cell.value: cell.column for cell in sheet[HEADER]}

    assert sheet.freeze_panes == "A4"
    assert workbook["选项"].sheet_state == "hidden"
    assert sheet.cell(4, 1).value == "样例"
    street, unit = (sheet.cell(4, captions[each]).value for each in ("街道", "谁来整改"))
    assert unit.startswith(street)
    assert {"占道位置", "谁来整改", "占道类型", "整改前照片"} <= captions.keys()
    assert len("".join(options_at(workbook, captions["问题小类"]))) > 255
    assert len(options_at(workbook, captions["街道"])) > 20
    assert options_at(workbook, captions["占道类型"]) == [
        "店外经营", "流动摊贩", "乱堆乱放", "违规广告",
    ]  # fmt: skip
    for caption in ("编号", "商户电话", "占道位置"):
        assert sheet.cell(FIRST, captions[caption]).number_format == "@"
        letter = sheet.cell(FIRST, captions[caption]).column_letter
        assert sheet.column_dimensions[letter].width > 10
    prompts = [rule.prompt for rule in sheet.data_validations.dataValidation if rule.prompt]
    assert any("zip" in prompt for prompt in prompts)


def test_pictures_laid_into_a_template_come_with_their_phase(city):
    section_id = sections(city)["2104-ZJ-05"]
    workbook = load_workbook(io.BytesIO(template_workbook(city, section_id, NOW)))
    sheet = workbook.worksheets[0]
    captions = {cell.value: cell.column_letter for cell in sheet[HEADER]}
    sheet[f"{captions['问题描述']}{FIRST}"] = "树木倒伏"
    sheet[f"{captions['街道']}{FIRST}"] = "站前街道"
    sheet[f"{captions['具体点位']}{FIRST}"] = "新华街 3 号"
    for caption, colour in (("整改前照片", "red"), ("整改后照片", "green")):
        sheet.add_image(Drawn(io.BytesIO(picture(colour))), f"{captions[caption]}{FIRST}")
    kept = io.BytesIO()
    workbook.save(kept)

    (read,) = read_handed(city, NOW, [("园林.xlsx", kept.getvalue())], "2104-ZJ-05")

    (record,) = read.records()
    assert [placed.phase for placed in record.pictures] == ["before", "after"]
    assert record.flags == []


def test_words_that_look_like_formulas_stay_words_in_a_template(city):
    section_id = sections(city)["2104-ZJ-05"]
    row = city.scalar(select(SectionSheet).where(SectionSheet.section_id == section_id))
    row.columns = [{"id": "address", "caption": '=HYPERLINK("x")'}, *row.columns[2:4]]
    city.get_one(Organisation, section_id).name = "=1+1科"
    unit = city.scalar(select(Organisation).where(Organisation.dispatchable))
    unit.name = "@SUM(A1)中心"
    city.flush()

    workbook = load_workbook(io.BytesIO(template_workbook(city, section_id, NOW)))

    cells = [cell for sheet in workbook for line in sheet for cell in line]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert {'=HYPERLINK("x")', "@SUM(A1)中心"} <= {cell.value for cell in cells}


def test_there_is_no_template_for_what_is_no_section(city):
    with pytest.raises(NotFound):
        template_workbook(city, 9_999, NOW)


def test_urgency_is_offered_in_our_two_words(city):
    section_id = sections(city)["2104-ZJ-01"]
    workbook = load_workbook(io.BytesIO(template_workbook(city, section_id, NOW)))
    captions = {cell.value: cell.column for cell in workbook.worksheets[0][HEADER]}

    assert options_at(workbook, captions["紧急程度"]) == [one.label for one in Priority]
