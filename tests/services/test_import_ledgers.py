"""The example ledgers of four sections, held to their truth."""

from __future__ import annotations

import json

import pytest

from tests.services.import_cities import data_folder, judge, report

LEDGERS = (
    ("01_环境卫生管理科_环境卫生问题整改台账.xlsx", "2104-ZJ-03"),
    ("02_城管监督科_市容市貌问题排查整改台账.xlsx", "2104-ZJ-01"),
    ("03_市容管理科_市容秩序整治前后对比表.xlsx", "2104-ZJ-02"),
    ("06_环境卫生部_巡查上报导出.csv", "2104-CGZX-02"),
)


@pytest.mark.parametrize(("name", "section"), LEDGERS)
def test_every_problem_cell_and_picture_of_a_section_ledger_is_read(name, section):
    folder = data_folder("section_ledgers")
    truth = json.loads((folder / f"{name}.truth.json").read_text(encoding="utf-8"))

    answer = report(name, (folder / name).read_bytes())

    assert answer["refused"] is None
    assert (answer["section"], answer["section_guessed"]) == (section, True)
    columns = {sheet["sheet"]: sheet["columns"] for sheet in answer["sheets"]}
    for sheet, meant in truth["columns"].items():
        said = {one["col"]: (one["caption"], one["field"]) for one in columns[sheet]}
        got = {one["col"]: said[one["col"]][1] for one in meant}
        assert got == {one["col"]: one["field"] for one in meant}
    judge(answer, truth).check()


@pytest.mark.parametrize(
    ("folder", "pattern"),
    [
        ("public_workbooks", "gov_apache2/*"),
        ("public_workbooks", "magicodes_mit/*"),
        ("hostile", "excelize_bsd3/*"),
        ("hostile", "*_mit.*"),
    ],
)
def test_any_workbook_is_understood_or_refused_with_a_sentence(folder, pattern):
    for path in sorted(data_folder(folder).glob(pattern)):
        answer = report(path.name, path.read_bytes())

        assert bool(answer["records"]) != bool(answer["refused"]), path
        assert (answer["refused"] or "。").endswith("。"), path
