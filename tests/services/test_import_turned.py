"""A sheet whose problems stand side by side: everything said of its rows names columns."""

from __future__ import annotations

import pytest
from openpyxl import Workbook

from app.models import ImportRun
from app.services import history
from app.services.imports.settling import doubts as import_doubts
from app.services.imports.work import rows as import_rows
from app.services.imports.work import runs as import_runs
from app.services.imports.work.places import places_of
from app.services.imports.work.runs import CONFLICTING, NEW, UNCHANGED
from app.services.problems import timeline
from tests.services.imports_handed_in import hands_of, read, rows_of
from tests.services.imports_made import Worker
from tests.services.invented_ledgers import saved

HEAD = ("街道", "点位", "存在问题", "发现时间", "整改期限", "整改情况")
FIRST = ("站前", "西一路3号", "门前乱堆杂物", "5月6日", "2026-05-15", "未整改")
SECOND = ("福民", "福民街9号", "路面坑洼积水", "2026-05-07", "2026-05-16", "未整改")


@pytest.fixture
def hands(city_database, tmp_path):
    return hands_of(city_database, tmp_path)


@pytest.fixture
def run_id(hands, city):
    """A title, then a label a row; the first problem stands in B and once more in C."""
    book = Workbook()
    book.active.title = "横向"
    book.active.append(["整改情况一览"])
    for labelled in zip(HEAD, FIRST, FIRST, SECOND, strict=True):
        book.active.append(labelled)
    return read(hands, city, ("一览.xlsx", saved(book)))


def test_its_rows_are_named_by_their_letters_wherever_they_are_named(hands, run_id):
    with hands.sessions.reading() as session:
        (sheet,) = import_runs.sheets_of(session, run_id)
        (place,) = places_of(session, run_id).values()
        doubts = import_doubts.doubts(session, run_id).found
        cells = next(one.cells for one in doubts if one.raw == "5月6日")
        (again,) = import_rows.lines(session, run_id, UNCHANGED, 1)
        new = import_rows.lines(session, run_id, NEW, 1)

    assert sheet.layout["turned"] == [2, 3, 4, 5, 6, 7]
    assert place.where([cell.row for cell in cells]) == "一览.xlsx · 横向 · 第 B、C 列"
    assert again.where == "一览.xlsx · 横向 · 第 C 列"
    assert again.outcome["why"] == "与第 B 列完全相同，只算一次。"
    assert [one.named for one in new] == ["第 B 列", "第 D 列"]


def test_the_history_of_its_problems_names_the_column(city_database, hands, city, run_id, tmp_path):
    assert Worker(city_database, tmp_path).apply(city, run_id)
    with hands.sessions.reading() as session:
        (row,) = (one for one in rows_of(session, run_id) if one.row == 4)
        told = timeline.entries(history.events_of(session, row.problem_id), {})
        assert [one.origin.where for one in told if one.origin] == ["一览.xlsx · 横向 · 第 D 列"]
        assert session.get_one(ImportRun, run_id).counts[CONFLICTING] == 0
