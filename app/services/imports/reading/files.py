"""Reads sections' files into records of problems: nothing is written, nothing guessed silently."""

from collections.abc import Callable
from dataclasses import dataclass, field

from app.domain.refusals import Invalid
from app.services.imports.reading.own_fields import settle_own_fields
from app.services.imports.reading.records import ReadRecord, RecordMaker, with_stand_ins
from app.services.imports.reading.sections import SectionGuess, guess_section
from app.services.imports.reading.values import apply_words
from app.services.imports.reading.vocabulary import Knowledge, Own
from sheets.reading import Book, RawSheet, Refused, reading_book
from sheets.understanding.cards import cards_as_table
from sheets.understanding.result import MatchedColumn, RowKind, Understood
from sheets.understanding.sheet import known_captions, understand
from sheets.understanding.turned import turned_round
from sheets.understanding.words import squeezed
from sheets.writing.form import LISTS

NO_TABLE = (
    "“{name}”里没有找到表格：没有哪一行像表头。请确认表头有“问题描述”“点位”这样的列名，再重新上传。"
)
NO_LEDGER = (
    "“{name}”里有表格，但不像问题台账：没有几列能说清是什么问题、在哪里、由谁整改。"
    "请核对是否传错了文件，或者改成一行一个问题、把列名写清楚后重新上传。"
)
NO_HEADER = (
    "“{name}”的第一行就是数据，没有表头，说不清每一列是什么。"
    "请在最上面加一行列名（“街道”“点位”“问题描述”等），再重新上传。"
)
HEADLESS = "这张工作表没有表头，第一行就是数据，没有读取。请在最上面加一行列名后重新上传。"
NOT_A_LEDGER = "这张工作表不像问题台账，没有读取。"
LEFT_OUT_HIDDEN = "这张工作表是隐藏的，没有读取；需要时请取消隐藏后重新上传。"
HIDDEN_AND_NONE = "这张隐藏的工作表里没有台账，不用导入。"
EXPLAINS = "这张工作表是说明，里面没有问题，不用导入。"
NOTHING_FILLED_IN = "表头看懂了，下面还没有填写问题。"
# A table is a ledger of problems when it says at least this much of each.
_TELLING = frozenset(
    {"description", "point", "category", "street", "before", "after", "pictures", "measures",
     "district", "community", "unit", "status", "reported_at", "due", "position", "lng"}
)  # fmt: skip
_CORE = frozenset({"description", "point", "category", "before", "pictures"})
_LEAST_TELLING = 3
_LEAST_TURNED = 0.5  # of the labels down a sheet that must be fields: a list of words is none
_LEAST_HEADLESS = 2  # captions that are values: one may be chance
_BANNER = 6  # rows above a header that may name the section

Watch = Callable[[str, int], None]


@dataclass
class ReadSheet:
    """One sheet: how it was understood, and why nothing came of it where nothing did.

    `turned` are the rows of the file that are columns of `raw`, whose rows are columns there: the
    problems stood side by side. `beyond` are the lines around them.
    """

    name: str
    raw: RawSheet
    understood: Understood
    records: list[ReadRecord] = field(default_factory=list)
    why_not: str = ""
    turned: tuple[int, ...] = ()
    beyond: tuple[str, ...] = ()

    def columns(self) -> list[MatchedColumn]:
        """The columns of all tables of the sheet, from left to right, each once."""
        tables = (self.understood, *self.understood.more)
        by_index: dict[int, MatchedColumn] = {}
        for table in tables:
            for column in table.columns:
                known = by_index.get(column.index)
                if known is None or (known.field_id is None and column.field_id is not None):
                    by_index[column.index] = column
        return [by_index[index] for index in sorted(by_index)]

    def skipped(self) -> list[tuple[int, RowKind]]:
        """The rows, counted from 1, that hold something and are no record, with what they are."""
        return [
            (at + 1, kind)
            for at, kind in enumerate(self.understood.kinds)
            if kind not in (RowKind.DATA, RowKind.BLANK)
        ]


@dataclass
class ReadFile:
    """One file: its sheets and records, or the sentence that refuses it.

    `left` are files inside a zip that came to nothing, with the sentence why.
    """

    name: str
    section: SectionGuess | None = None
    book: Book | None = None
    sheets: list[ReadSheet] = field(default_factory=list)
    refused: str | None = None
    left: list[tuple[str, str]] = field(default_factory=list)

    def records(self) -> list[ReadRecord]:
        """The records of all sheets, in order."""
        return [record for sheet in self.sheets for record in sheet.records]


def section_of_code(knowledge: Knowledge, code: str) -> SectionGuess:
    """The section of a code that somebody gave; raises Invalid for one that is no section's."""
    for unit in knowledge.sections():
        if unit.code == code:
            return SectionGuess(unit.id, unit.code, unit.name, "")
    known = "、".join(f"{unit.code}（{unit.short_name}）" for unit in knowledge.sections())
    raise Invalid("section", f"没有编码为 {code} 的科室。可以用的编码：{known}。")


def read_file(
    knowledge: Knowledge,
    name: str,
    data: bytes,
    section: SectionGuess | None = None,
    watch: Watch | None = None,
) -> ReadFile:
    """One file, read in a process of its own; understood while its values are checked there."""
    result = ReadFile(name, section)
    told = (lambda rows: watch(name, rows)) if watch else None
    try:
        with reading_book(data, name, watch=told) as reading:
            _understand_book(knowledge, result, reading.book, section)
            if not reading.checked():
                _understand_book(knowledge, result, reading.book, section)
    except Refused as refusal:
        return ReadFile(name, section, refused=refusal.sentence)
    result.book = reading.book
    result.refused = _refusal(result)
    return result


def _understand_book(
    knowledge: Knowledge, result: ReadFile, book: Book, section: SectionGuess | None
) -> None:
    """Whose ledger it is, where nobody said so, and what it means to that section."""
    likely = section or guess_section(knowledge, result.name, _first_words(book))
    _understand(knowledge.of_section(likely.id if likely else None), result, book)
    if section is None:
        result.section = guess_section(knowledge, result.name, _banners(result))
        if _own_of(knowledge, result.section) is not _own_of(knowledge, likely):
            own = result.section.id if result.section else None
            _understand(knowledge.of_section(own), result, book)


def _understand(knowledge: Knowledge, result: ReadFile, book: Book) -> None:
    """What the sheets mean to a section."""
    all_hidden = all(raw.hidden for raw in book.sheets)
    result.sheets = [
        _read_sheet(knowledge, book, raw, hidden_counts=all_hidden) for raw in book.sheets
    ]


def _own_of(knowledge: Knowledge, section: SectionGuess | None) -> Own | None:
    return knowledge.own.get(section.id if section else None)


def _first_words(book: Book) -> list[str]:
    """What stands in the first rows and on the tabs: enough to tell whose fields to look for."""
    shown = [raw for raw in book.sheets if not raw.hidden] or book.sheets
    cells = (cell for raw in shown for row in raw.rows[:_BANNER] for cell in row)
    return [*(cell for cell in cells if isinstance(cell, str)), *(raw.name for raw in shown)]


def _read_sheet(
    knowledge: Knowledge, book: Book, raw: RawSheet, *, hidden_counts: bool
) -> ReadSheet:
    sheet = _understood(knowledge, raw)
    raw, understood = sheet.raw, sheet.understood
    for table in (understood, *understood.more):
        with_stand_ins(table)
    name = "csv" if book.kind == "csv" else raw.name
    sheet.name = name
    tables = [table for table in (understood, *understood.more) if _is_ledger(table)]
    ledgers = [table for table in tables if not _is_headless(knowledge, table)]
    if raw.hidden and not hidden_counts:
        holds_some = bool(ledgers) and raw.name != LISTS
        sheet.why_not = LEFT_OUT_HIDDEN if holds_some else HIDDEN_AND_NONE
        return sheet
    for table in ledgers:
        sheet.records += RecordMaker(knowledge, name, raw, table).records()
    sheet.records.sort(key=lambda record: record.row)
    for record in sheet.records:
        settle_own_fields(knowledge.fields, record)
        apply_words(knowledge, record)
    if not sheet.records:
        empty = EXPLAINS if "说明" in raw.name else NOT_A_LEDGER
        sheet.why_not = NOTHING_FILLED_IN if ledgers else HEADLESS if tables else empty
    return sheet


def _understood(knowledge: Knowledge, raw: RawSheet) -> ReadSheet:
    """The sheet as it stands, or turned round where it tells more of problems that way."""
    known = known_captions(knowledge.vocabulary)
    raw = cards_as_table(raw, known)
    sheet = ReadSheet(raw.name, raw, understand(raw, knowledge.vocabulary))
    turned = turned_round(raw, known)
    upright = _is_ledger(sheet.understood)
    if turned is None or (upright and not turned.sure):
        return sheet
    other = understand(turned.sheet, knowledge.vocabulary, turned.beyond)
    if _told(other) < len(other.columns) * _LEAST_TURNED or not _is_ledger(other):
        return sheet
    if upright and _told(other) <= _told(sheet.understood):
        return sheet
    return ReadSheet(raw.name, turned.sheet, other, turned=turned.lines, beyond=turned.beyond)


def _told(table: Understood) -> int:
    """How many columns of a table are known to be something."""
    return sum(column.field_id is not None for column in table.columns)


def _is_ledger(table: Understood) -> bool:
    """Whether a table tells of problems: what and where, not only names, dates or amounts."""
    found = {column.field_id for column in table.columns if column.field_id}
    return bool(found & _CORE) and len(found & _TELLING) >= _LEAST_TELLING


def _is_headless(knowledge: Knowledge, table: Understood) -> bool:
    """Whether the captions are themselves values of their columns: 站前街道 over streets."""
    known, found = knowledge.vocabulary, 0
    captions = known_captions(known)
    for column in table.columns:
        target = known.target(column.field_id) if column.field_id else None
        if target is None or squeezed(column.caption) in captions:
            continue
        place = known.places.find(column.caption, target.level) if target.level else None
        choices = known.choices.get(target.id)
        option = choices.find(column.caption) if choices else None
        found += bool(place and place.place and not place.guessed) or bool(
            option and option.option and not option.guessed
        )
    return found >= _LEAST_HEADLESS


def _refusal(result: ReadFile) -> str | None:
    """Why a file that could be opened is no ledger; None for one that is."""
    if any(sheet.records for sheet in result.sheets):
        return None
    tables = [sheet for sheet in result.sheets if sheet.understood.header is not None]
    if any(sheet.why_not == HEADLESS for sheet in result.sheets):
        return NO_HEADER.format(name=result.name)
    if any(_is_ledger(sheet.understood) for sheet in tables):
        return None  # a ledger without a single problem in it, a template for instance
    return (NO_LEDGER if tables else NO_TABLE).format(name=result.name)


def _banners(result: ReadFile) -> list[str]:
    """The words outside the tables that may name the section, the most telling first."""
    stated, titles = [], []
    shown = [sheet for sheet in result.sheets if not sheet.raw.hidden] or result.sheets
    for sheet in shown:  # a hidden sheet may list every section to choose from
        understood = sheet.understood
        stated += [text for key, text in understood.stated.items() if "单位" in key or "科" in key]
        for at, kind in enumerate(understood.kinds):
            if kind in (RowKind.TITLE, RowKind.NOTE) and at < len(sheet.raw.rows):
                titles += [cell for cell in sheet.raw.rows[at] if isinstance(cell, str)]
        titles += [*sheet.beyond, sheet.raw.name]
    return [*stated, *titles]
