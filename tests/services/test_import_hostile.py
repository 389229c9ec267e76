"""Broken, tricky and foreign files before an import: records, or a sentence; text stays text."""

from __future__ import annotations

import csv
import io
import resource
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import pytest
from openpyxl import load_workbook

from app.services.imports.reading.files import read_file
from app.services.imports.reading.record_json import from_json, to_json
from sheets.writing import Column, Layout, write_workbook
from tests.services.import_cities import data_folder, knowledge

FOLDERS = ("hostile", "public_workbooks")
SECONDS, MEGABYTES = 20, 512
FORMULAS = (
    "=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(1+9)*cmd", "\t=1+1", "＝1+1", "＋cmd", "－2+3",
    "＠SUM(1)", "=HYPERLINK(\"http://a\",\"b\")", "DDE (\"cmd\";\"/C calc\";\"!A0\")A0",
)  # fmt: skip


@dataclass(frozen=True)
class Walk:
    """What became of one file."""

    name: str
    refused: str | None
    opened: bool
    silent: bool
    seconds: float


def walk_all(paths: list[Path]) -> tuple[list[Walk], float]:
    """Every file, and the megabytes that the largest process reading one of them held."""
    known = knowledge()

    def walk(path: Path) -> Walk:
        begun = time.monotonic()
        one = read_file(known, path.name, path.read_bytes())
        spent = time.monotonic() - begun
        silent = not (one.refused or one.sheets)
        return Walk(path.name, one.refused, one.book is not None, silent, spent)

    with ThreadPoolExecutor(2) as pool:
        walks = list(pool.map(walk, paths))
    return walks, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def test_every_file_is_understood_or_refused_with_a_sentence(
    capfd: pytest.CaptureFixture[str],
) -> None:
    paths = sorted(
        path for name in FOLDERS for path in data_folder(name).rglob("*") if path.is_file()
    )
    # In a process without other children: a browser or a database here would be counted too.
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        walks, most = pool.submit(walk_all, paths).result()

    assert [one.name for one in walks if one.silent or one.seconds > SECONDS] == []
    for one in walks:
        sentence = one.refused or "请。"
        assert sentence.endswith("。"), (one.name, sentence)
        assert any("\u4e00" <= letter <= "\u9fff" for letter in sentence), (one.name, sentence)
        assert "请" in sentence, f"{one.name} is told why and not what to do: {sentence}"
    assert 0 < most <= MEGABYTES
    assert sum(one.opened for one in walks) > len(paths) / 2
    assert capfd.readouterr() == ("", "")


def test_an_encrypted_ledger_is_said_to_have_a_password() -> None:
    files = sorted((data_folder("hostile") / "excelize_bsd3").glob("encrypt*.xlsx"))

    for path in files:
        assert "密码" in (read_file(knowledge(), path.name, path.read_bytes()).refused or "")
    assert files


def payloads() -> list[str]:
    """Texts that a spreadsheet would calculate, and the public list of them where it lies near."""
    path = Path(__file__).parents[3] / "shared/data/hostile/csv_injection_payloads_mit.txt"
    more = path.read_text("utf-8").splitlines() if path.exists() else []
    return [*FORMULAS, *(line for line in more if line)]


def ledger_of(texts: list[str]) -> bytes:
    target = io.StringIO()
    writer = csv.writer(target)
    writer.writerow(["序号", "街道", "具体点位", "问题描述", "整改状态"])
    for number, text in enumerate(texts, start=1):
        writer.writerow([number, "站前街道", f"中央大街{number}号", text, "整改中"])
    return target.getvalue().encode("utf-8-sig")


def test_a_text_like_a_formula_is_read_as_the_text_it_is() -> None:
    texts = payloads()

    records = read_file(knowledge(), "台账.csv", ledger_of(texts)).records()

    assert [record.fields["description"] for record in records] == [one.strip() for one in texts]
    assert [from_json(to_json(record)).fields for record in records] == [
        record.fields for record in records
    ]


def test_a_text_like_a_formula_is_written_as_the_text_it_is(tmp_path: Path) -> None:
    texts = payloads()
    column = Column("问题描述", 40, "text", "description")
    path = tmp_path / "out.xlsx"
    write_workbook(
        path, Layout(title="台账", columns=[column]), [{"description": t} for t in texts]
    )

    cells = [cell for row in load_workbook(path).active.iter_rows(min_row=1) for cell in row]

    assert not [cell.value for cell in cells if cell.data_type == "f"]
    assert {str(cell.value).strip() for cell in cells} >= {text.strip() for text in texts}
