"""Files that are broken, too much or ill meant: a sentence within the limits, never a trace."""

from __future__ import annotations

import io
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from sheets.reading import Limits, Refused, limited, read_book, second, wire, xlsx
from sheets.reading.agree import weigh
from sheets.reading.assembly import Assembly
from sheets.reading.book import CellNote
from sheets.reading.out import Out
from tests.sheets.workbooks import (
    HOSTILE,
    by_hand,
    inline,
    parts,
    refusal,
    sheet_of,
    zipped,
)

ONE = '<sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData>'


def test_fifty_thousand_merges_cost_little() -> None:
    merges = "".join(f'<mergeCell ref="A{n}:B{n}"/>' for n in range(1, 50_001))
    sheet = sheet_of(by_hand(f"{ONE}<mergeCells>{merges}</mergeCells>"))
    assert [(m.top, m.left, m.bottom, m.right) for m in sheet.merges] == [(0, 0, 0, 0)]


def test_ghost_ranges_to_the_last_cell_cost_nothing() -> None:
    ghosts = "".join(f'<row r="{n}" hidden="1"><c r="XFD{n}" s="0"/></row>' for n in (2, 1048576))
    sheet = sheet_of(
        by_hand(
            '<dimension ref="A1:XFD1048576"/><cols><col min="1" max="16384" hidden="1"/></cols>'
            f'<sheetData><row r="1"><c r="A1"><v>1</v></c></row>{ghosts}</sheetData>'
            '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'
        )
    )
    assert (sheet.height, sheet.width) == (1, 1)
    assert (sheet.hidden_rows, sheet.hidden_columns) == (frozenset(), {0})


def test_one_real_cell_far_away_is_read_without_the_room_between() -> None:
    sheet = sheet_of(
        by_hand(
            '<sheetData><row r="1"><c r="A1"><v>1</v></c></row>'
            f'<row r="1048576">{inline("XFD1048576", "远")}</row></sheetData>'
        )
    )
    assert (sheet.cell(0, 0), sheet.cell(1048575, 16383)) == (1, "远")


def test_cells_strewn_over_the_whole_sheet_are_refused() -> None:
    rows = "".join(f'<row r="{n}"><c r="XFD{n}"><v>1</v></c></row>' for n in range(1, 2001))
    sentence = refusal(by_hand(f"<sheetData>{rows}</sheetData>"))
    assert "散得太开" in sentence
    assert "XFD" in sentence


def test_too_many_cells_are_refused_with_the_number() -> None:
    data = by_hand(
        '<sheetData><row r="1"><c><v>1</v></c><c><v>1</v></c><c><v>1</v></c></row></sheetData>'
    )
    with pytest.raises(Refused, match="拆成几个"):
        read_book(data, "a.xlsx", Limits(cells=2))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/s.xml", "docProps/core.xml"])
def test_entities_are_refused_before_anything_is_parsed(part: str, encoding: str) -> None:
    made = parts(ONE)
    bomb = '<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;">]>'
    text = str(made.get(part, "<a/>"))
    made[part] = f'<?xml version="1.0" encoding="{encoding}"?>{bomb}{text}'.encode(encoding)
    assert "实体声明" in refusal(zipped(made))


def test_a_zip_bomb_is_refused_by_its_sums() -> None:
    made = parts(ONE)
    made["xl/media/zeros.bin"] = bytes(30_000_000)
    assert "展开后有" in _refused(zipped(made), Limits(unpacked_bytes=20_000_000))


def test_a_zip_that_lies_about_its_lengths_is_refused() -> None:
    data = bytearray(zipped(parts(ONE.replace("<v>1</v>", f"<v>{'0' * 5000}1</v>"))))
    at = data.rindex(b"PK\x01\x02")  # the last entry of the directory is the sheet
    assert data[at + 46 :].startswith(b"xl/worksheets/s.xml")
    data[at + 24 : at + 28] = (40).to_bytes(4, "little")
    assert "已损坏" in refusal(bytes(data))


def test_a_large_table_of_words_meets_the_wall_of_memory_not_the_server() -> None:
    words = b"".join(b"<si><t>%060d</t></si>" % n for n in range(600_000))
    made = parts(ONE, more=[("r2", "sharedStrings", "words.xml")])
    made["xl/words.xml"] = b"<sst>" + words + b"</sst>"
    sentence = _refused(zipped(made), Limits(memory=72 * 1024 * 1024))
    assert "内存不够" in sentence or "中断" in sentence


def test_too_many_parts_are_refused() -> None:
    made = parts(ONE) | {f"x/{n}": b"" for n in range(50)}
    assert "部件" in _refused(zipped(made), Limits(entries=20))


def test_a_file_past_the_limit_is_not_even_looked_at() -> None:
    assert "MB" in _refused(b"a,b\n" * 1000, Limits(file_bytes=1000))


def test_time_runs_out_with_a_sentence() -> None:
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(1, 400_000))
    begun = time.monotonic()
    sentence = _refused(by_hand(f"<sheetData>{rows}</sheetData>"), Limits(seconds=0.4))
    assert "没有读完" in sentence
    assert time.monotonic() - begun < 8


def test_processor_time_runs_out_with_the_same_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    loop = "import sys, sheets.reading.worker as w; from sheets.reading import confine; "
    monkeypatch.setattr(
        limited, "BOOT", f"import sys; sys.path.insert(0, sys.argv[1]); {loop}"
        "confine.confine(2**29, 1)\nwhile True: pass",
    )  # fmt: skip
    assert "没有读完" in refusal(b"a,b\n1,2\n")


def test_a_process_that_dies_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limited, "BOOT", "import os; os.abort()")
    assert "中断" in refusal(b"a,b\n1,2\n")


@pytest.mark.parametrize(
    "line",
    [
        "null", "[1]", '[0,0,[["d","never"]]]', '{"media":0,"size":-1}', '{"media":0,"size":1e9}',
        '{"picture":3,"row":0,"col":0,"name":""}', '{"sheet":1}', "[[", "[0,0,[1],7]",
        '{"formats":0,"runs":[["a"]]}', "[9999999,0,[1]]", '{"what":1}',
    ],
)  # fmt: skip
def test_nothing_a_broken_process_says_is_believed(line: str) -> None:
    told = b'{"kind":"csv"}\n{"sheet":"a","hidden":false}\n' + line.encode() + b"\n"
    with pytest.raises(wire.BrokenLine):
        Assembly("a", Limits(), lambda _: None).listen(io.BytesIO(told))


def test_a_refusal_may_come_at_any_time() -> None:
    told = b'{"sheet":"a","hidden":false}\n[0,0,[1]]\n{"refused":"no"}\n'
    with pytest.raises(Refused, match="no"):
        Assembly("a", Limits(), lambda _: None).listen(io.BytesIO(told))


def test_the_limited_process_opens_nothing_and_prints_nothing() -> None:
    code = (
        "import socket, sys; sys.path.insert(0, sys.argv[1])\n"
        "from sheets.reading import worker, confine\n"
        "source, answer = worker._streams(); confine.confine(2**29, 5)\n"
        "for act in (lambda: open('/etc/passwd'), socket.socket, lambda: open('/tmp/x', 'w')):\n"
        "    try: act()\n"
        "    except OSError: answer.write(b'no ')\n"
        "print('deaf', flush=True); answer.flush()\n"
    )
    root = str(Path(__file__).parents[2])
    command = [sys.executable, "-I", "-c", code, root]
    done = subprocess.run(command, check=True, capture_output=True, stdin=subprocess.DEVNULL)
    assert done.stdout == b"no no no "


class _Panic(BaseException):
    """As the other reader's panics are: no Exception."""


def _panic(*_: Any) -> Any:
    raise _Panic


def test_a_panic_of_the_second_reader_costs_only_its_opinion(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(second.SecondReader, "_open", _panic)
    told = io.BytesIO()
    out = Out(wire.Sender(told), Limits())
    xlsx.read(io.BytesIO(by_hand(ONE)), out)
    out.done()
    assembly = Assembly("a.xlsx", Limits(), lambda _: None)
    assembly.listen(io.BytesIO(told.getvalue()))
    book = assembly.book()
    assert book.sheets[0].rows == [(1,)]
    assert not book.sheets[0].checked
    assert any("核对" in note for note in book.notes)


def test_where_two_readers_differ_the_fuller_counts_and_the_cell_is_marked() -> None:
    rows: list[Any] = [("甲", 1)]
    notes: list[CellNote] = []
    weigh(rows, notes, set(), 0, ("甲", 2, "丙"))
    weigh(rows, notes, set(), 2, ("丁",))
    assert rows == [("甲", 1, "丙"), (), ("丁",)]
    assert [(note.row, note.col, note.kind) for note in notes] == [
        (0, 1, "disagree"), (0, 2, "disagree"), (2, 0, "disagree"),
    ]  # fmt: skip


def test_a_sheet_the_first_reader_cannot_parse_is_read_by_the_second() -> None:
    made = parts(f'<sheetData><row r="1">{inline("A1", "甲")}</row></sheetData><bad></worse>')
    book = read_book(zipped(made), "a.xlsx")
    assert book.sheets[0].rows == [("甲",)]
    assert any("结构不规范" in note for note in book.notes)


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"%PDF-1.7 ...", "PDF"), (b"\x89PNG\r\n\x1a\n....", "图片"), (b"Rar!....", "RAR"),
        (b"PK\x05\x06" + bytes(18), "压缩包"), (b"\x00\x01\x02" * 50, "不是表格"),
        (b"", "空的"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "损坏"),
        (zipped({"word/document.xml": "<a/>"}), "压缩包"), (b"PK\x03\x04 no zip", "损坏"),
    ],
)  # fmt: skip
def test_what_is_no_table_is_named(data: bytes, word: str) -> None:
    assert word in refusal(data)


@pytest.mark.parametrize(
    ("target", "word"),
    [("word/document.xml", "Word"), ("xl/workbook.bin", "xlsb"), ("ppt/show.xml", "演示")],
)
def test_other_documents_in_a_zip_are_named(target: str, word: str) -> None:
    link = f'<Relationships><Relationship Id="a" Type="x/officeDocument" Target="{target}"/>'
    made = {"_rels/.rels": f"{link}</Relationships>", target: "<a/>"}
    assert word in refusal(zipped(made))


def test_an_encrypted_workbook_says_so() -> None:
    if not HOSTILE.is_dir():
        pytest.skip("no hostile files lie near by")
    for path in (HOSTILE / "excelize_bsd3").glob("encrypt*.xlsx"):
        assert refusal(path.read_bytes()) == "文件设了密码，请先在 Excel 中取消密码再上传。"


def _refused(data: bytes, limits: Limits) -> str:
    with pytest.raises(Refused) as refused:
        read_book(data, "台账.xlsx", limits)
    return refused.value.sentence


@pytest.mark.parametrize("value", [10**22, -(2**63) - 1, 2**64, "\ud83d井盖", 41.8635])
def test_what_one_side_sends_the_other_receives_unrounded(value):
    told = io.BytesIO()
    wire.Sender(told).send([0, 0, [value]])
    told.seek(0)

    [_, _, [received]] = wire.receive(told)

    wanted = "?井盖" if isinstance(value, str) else value  # half a character is none
    assert repr(received) == repr(wanted)
