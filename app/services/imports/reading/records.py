"""Turns understood rows into records in canonical form, with the ids of what they name."""

import re
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from typing import Any

from app.domain.states import Priority, State
from app.services.imports.reading.days import LATER, settle_days
from app.services.imports.reading.states import settle
from app.services.imports.reading.vocabulary import Knowledge, Unit
from sheets.reading import RawSheet
from sheets.understanding.places import stem
from sheets.understanding.result import Flag, Placed, Record, Understood

SEVERAL = (
    "这一格列了 {count} 个点位，按一个问题导入；要分开的，请在文件里一行写一个点位后重新导入。"
)
STATUS_FROM_BLANK = "本列只在完成时打勾，空白按“待整改”理解，请核对。"
STATUS_UNKNOWN = "“{raw}”不在已知的状态里，请选择一个状态。"
CATEGORY_GUESS = "“{raw}”按类别“{name}”理解，请核对。"
_YES = frozenset({*"√✓✔☑vV是●○1yY", "是", "已"})
_TICKS = _YES | frozenset("×✗✕✘xX否nN0")
_SECONDS = re.compile(r"\d{1,2}\s*[:时点]\s*\d{1,2}\s*[:分]\s*\d{1,2}")
_LISTED = re.compile(r"(?:^|[\s;；,，、])[(（]?(\d{1,2})[.．、)）](?!\d)")
_ABBREVIATED = re.compile(r"(?:街道办|街办|(?<!街道)办事处|办|街)$")
_STAND_INS = (
    ("reported_at", "listed_at"),
    ("finished_at", "signed_off_at"),
    ("finished_at", "checked_at"),
)
NO_STREETS = "系统里还没有街道名单，“{raw}”按“{name}”理解，请核对。"
DATED = frozenset({"date", "date_time"})  # kinds of fields
_NOT_URGENT = frozenset({"否", "不", "×", "✗", "✕", "✘", "x", "X", "n", "N", "0"})
_TOWN = re.compile(r"[镇乡]$")
TICKED = "列名是一种状态，打了勾的行就是这个状态"
STANDS_IN = {
    "reported_at": "表里没有上报时间，按它作为上报时间",
    "finished_at": "表里没有整改完成时间，按它作为整改完成时间",
}


@dataclass
class ReadRecord:
    """One problem as its row tells it.

    `fields` are by canonical id: str, int, float, `date`, naive local `datetime`, `State` for the
    status, words of the file for category, unit and source. `texts` are what stood in the file.
    `ids` lead to the city's own rows: district, street, unit, category (ids), source, priority
    (codes); only those that are known. `minute` names the fields whose time has no seconds.
    """

    sheet: str
    row: int
    hidden: bool
    fields: dict[str, Any] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    ids: dict[str, int | str] = field(default_factory=dict)
    category_match: str | None = None
    flags: list[Flag] = field(default_factory=list)
    pictures: list[Placed] = field(default_factory=list)
    extra: dict[int, str] = field(default_factory=dict)
    minute: set[str] = field(default_factory=set)

    def flag(self, field_id: str, raw: str, why: str, *, guessed: bool = False) -> None:
        """Note a doubt, one a field."""
        if all(known.field_id != field_id for known in self.flags):
            self.flags.append(Flag(field_id, raw, why, guessed))


def with_stand_ins(understood: Understood) -> None:
    """Take the only date of a kind in a table for the one it stands for.

    Where nobody wrote when a problem was found, the day it was handed out is the nearest; where
    nobody wrote when the work was done, the day it was signed off.
    """
    held = {column.field_id for column in understood.columns}
    for wanted, instead in _STAND_INS:
        if wanted in held or instead not in held:
            continue
        understood.columns = [
            replace(one, field_id=wanted, reason=f"{one.reason}，{STANDS_IN[wanted]}")
            if one.field_id == instead
            else one
            for one in understood.columns
        ]
        for record in understood.records:
            if instead in record.fields:
                record.fields[wanted] = record.fields.pop(instead)
            if instead in record.raw:
                record.raw[wanted] = record.raw.pop(instead)
            record.flags = [
                replace(flag, field_id=wanted) if flag.field_id == instead else flag
                for flag in record.flags
            ]
        held |= {wanted}


class RecordMaker:
    """Makes the records of one table; it knows the whole column when it judges a status."""

    def __init__(
        self, knowledge: Knowledge, sheet: str, raw: RawSheet, understood: Understood
    ) -> None:
        self._knowledge = knowledge
        self._sheet = sheet
        self._raw = raw
        self._understood = understood
        said = [record.raw.get("status", "") for record in understood.records]
        marks = [text for text in said if text]
        self._ticked = bool(marks) and all(text.strip() in _TICKS for text in marks)
        self._field_at = {
            column.index: column.field_id for column in understood.columns if column.field_id
        }
        self._held = frozenset(self._field_at.values())
        self._dated = [one.id for one in knowledge.vocabulary.targets if one.kind in DATED]
        self._later = [key for key in LATER if key in self._held]
        self._ticks = self._ticked_states()
        self._misread = self._take_ticks()
        options = {record.fields.get("status") for record in understood.records}
        self._options = {str(option) for option in options if option} | set(self._ticks.values())

    def records(self) -> list[ReadRecord]:
        """One a row of the table, which are used up by it: a long ledger is not held twice."""
        made = [self._record(record) for record in self._understood.records]
        self._understood.records = []
        self._note_cells({record.row: record for record in made})
        return made

    def _ticked_states(self) -> dict[int, str]:
        """Columns whose caption is a state and whose cells are ticks: 已完成 √, 未完成 √."""
        choices = self._knowledge.vocabulary.choices["status"]
        found: dict[int, str] = {}
        for column in self._understood.columns:
            option = choices.find(column.caption)
            if not option.option or option.guessed:
                continue
            cells = [self._cell(record.row, column.index) for record in self._understood.records]
            marks = {cell for cell in cells if cell}
            if marks and marks <= _YES:
                found[column.index] = option.option
        return found

    def _take_ticks(self) -> set[str]:
        """Make those columns the status; gives the fields they had been taken for."""
        columns = self._understood.columns
        misread = {one.field_id for one in columns if one.index in self._ticks and one.field_id}
        self._understood.columns = [
            replace(one, field_id="status", reason=TICKED) if one.index in self._ticks else one
            for one in columns
        ]
        return misread

    def _cell(self, row: int, col: int) -> str:
        """What stands in a cell itself, as text; `row` counts from 1."""
        value = self._raw.cell(row - 1, col)
        return "" if value is None else str(value).strip()

    def _record(self, row: Record) -> ReadRecord:
        made = ReadRecord(
            self._sheet, row.row, row.hidden, row.fields, row.raw,
            flags=row.flags, pictures=row.pictures, extra=row.extra,
        )  # fmt: skip
        for field_id in self._misread:
            made.fields.pop(field_id, None)
            made.texts.pop(field_id, None)
            made.flags = [flag for flag in made.flags if flag.field_id != field_id]
        self._position(made)
        self._several(made)
        settle_days(made, self._later)
        self._moments(made)
        self._verbatim(made)
        self._status(made)
        self._category(made)
        self._lists(made)
        self._unit(made)
        self._places(made)
        return made

    def _position(self, made: ReadRecord) -> None:
        position = made.fields.pop("position", None)
        if isinstance(position, tuple):
            made.fields["lat"], made.fields["lng"] = position

    def _moments(self, made: ReadRecord) -> None:
        for key in self._dated:
            value = made.fields.get(key)
            if not isinstance(value, datetime):
                continue
            if value.time() == time() and ":" not in made.texts.get(key, ""):
                made.fields[key] = value.date()
            elif value.second == 0 and not _SECONDS.search(made.texts.get(key, "")):
                made.minute.add(key)

    def _several(self, made: ReadRecord) -> None:
        """A row stays one problem; where its point is a list, somebody ought to know."""
        raw = made.texts.get("point", "")
        numbers = [int(one) for one in _LISTED.findall(raw)] if "1" in raw and "2" in raw else []
        if len(numbers) > 1 and numbers == list(range(1, len(numbers) + 1)):
            made.flag("point", raw, SEVERAL.format(count=len(numbers)), guessed=True)

    def _verbatim(self, made: ReadRecord) -> None:
        """Line breaks of other systems stay in the text that is shown beside the value."""
        cells = self._raw.rows[made.row - 1]
        if not any(type(cell) is str and "\r" in cell for cell in cells):
            return
        for col, field_id in self._field_at.items():
            cell = cells[col] if col < len(cells) else None
            if isinstance(cell, str) and "\r\n" in cell and field_id in made.texts:
                made.texts[field_id] = cell.strip()

    def _status(self, made: ReadRecord) -> None:
        for col, option_id in self._ticks.items():
            if self._cell(made.row, col):
                made.fields["status"] = option_id
                made.texts["status"] = self._caption(col)
        option = made.fields.get("status")
        raw = made.texts.get("status", "")
        photographed = any(placed.phase == "after" for placed in made.pictures)
        if option is not None:
            made.fields["status"] = settle(
                str(option), photographed=photographed, options_of_file=self._options
            )
        elif not raw and self._ticked:
            made.fields["status"] = State.LISTED
            made.flag("status", "", STATUS_FROM_BLANK, guessed=True)
        elif raw:
            made.flag("status", raw, STATUS_UNKNOWN.format(raw=raw))

    def _caption(self, col: int) -> str:
        captions = (one.caption for one in self._understood.columns if one.index == col)
        return next(captions, "")

    def _category(self, made: ReadRecord) -> None:
        said = made.texts.get("category", "")
        if not said:
            made.fields.pop("category", None)
            return
        made.fields["category"] = said
        made.flags = [flag for flag in made.flags if flag.field_id != "category"]
        description = made.fields.get("description")
        found = self._knowledge.catalogue.find(said, str(description or ""))
        if found is None:
            return
        made.category_match = found.name
        made.ids["category"] = found.id
        if found.guessed:
            made.flag(
                "category", said, CATEGORY_GUESS.format(raw=said, name=found.name), guessed=True
            )

    def _lists(self, made: ReadRecord) -> None:
        """Source stays the file's word; urgency has our two words."""
        for key in ("source", "urgent"):
            raw, option = made.texts.get(key, ""), made.fields.get(key)
            known = self._knowledge.vocabulary.choices[key].options
            if key == "urgent" and raw and option not in known:
                option = self._ticked_priority(made, raw)
            if option not in known:
                continue
            if key == "source":
                made.ids["source"] = str(option)
                made.fields["source"] = raw
            else:
                priority = Priority(str(option))
                made.ids["priority"] = priority.value
                made.fields["urgent"] = priority.label

    def _ticked_priority(self, made: ReadRecord, raw: str) -> str | None:
        """是否紧急 is answered by 是 and 否."""
        yes = raw.strip() in _YES
        if not yes and raw.strip() not in _NOT_URGENT:
            return None
        made.flags = [flag for flag in made.flags if flag.field_id != "urgent"]
        return (Priority.URGENT if yes else Priority.GENERAL).value

    def _unit(self, made: ReadRecord) -> None:
        said = made.texts.get("unit", "")
        option = made.fields.get("unit")
        known = self._knowledge.units
        unit = known.get(int(option)) if isinstance(option, str) and option.isdigit() else None
        if unit is None:
            return
        guessed = any(flag.field_id == "unit" and flag.guessed for flag in made.flags)
        if guessed:  # the name of another unit that holds this one's name
            made.flags = [flag for flag in made.flags if flag.field_id != "unit"]
            made.fields["unit"] = said
            return
        made.ids["unit"] = unit.id
        made.fields["unit"] = _signed(unit, said)

    def _places(self, made: ReadRecord) -> None:
        area = made.fields.pop("area", None)
        said = made.texts.pop("area", "")
        made.flags = [flag for flag in made.flags if flag.field_id != "area"]
        self._district_said(made)
        self._without_list(made)
        for level in ("district", "street"):
            if area is not None and level not in made.fields:  # one column for both
                read = self._knowledge.vocabulary.places.find(said, level)
                if read.place is not None:
                    made.fields[level], made.texts[level] = read.place.name, said
            name = made.fields.get(level)
            found = self._knowledge.place_id(str(name), level) if name else None
            if found is not None:
                made.ids[level] = found

    def _district_said(self, made: ReadRecord) -> None:
        """The district in front of the street in one cell: 望花区和平街道; so the street's."""
        if "street" not in made.fields and "street" not in self._held:
            self._leading_street(made)
        said = made.texts.get("street", "")
        if "district" in made.fields or "district" in self._held:
            return
        for place in self._knowledge.vocabulary.places.all:
            if place.level == "district" and said.startswith(place.name):
                made.fields["district"], made.texts["district"] = place.name, said

    def _leading_street(self, made: ReadRecord) -> None:
        said = made.texts.get("community", "")
        for place in self._knowledge.vocabulary.places.all:
            if place.level == "street" and said.startswith(place.name):
                made.fields["street"], made.texts["street"] = place.name, said
                rest = said.removeprefix(place.name)
                if rest and made.fields.get("community") == said:
                    made.fields["community"] = rest

    def _without_list(self, made: ReadRecord) -> None:
        """In a city whose streets nobody entered yet, 站前 and 站前办事处 are one all the same."""
        street = made.fields.get("street")
        if not street or self._knowledge.vocabulary.places.knows("street"):
            return
        name = f"{stem(street)}街道"
        if name != street and not _TOWN.search(street):
            made.fields["street"] = name
            made.flag("street", street, NO_STREETS.format(raw=street, name=name), guessed=True)

    def _note_cells(self, by_row: dict[int, ReadRecord]) -> None:
        """What the reading noted of single cells becomes a flag of the field there."""
        for note in self._raw.errors:
            record = by_row.get(note.row + 1)
            field_id = self._field_at.get(note.col)
            if record is not None and field_id is not None:
                record.flag(field_id, note.text, note.why)


def _signed(unit: Unit, said: str) -> str:
    """The file's word, a street's abbreviation written out: 站前办 → 站前街道办事处."""
    if said in (unit.name, unit.short_name, unit.formal) or not unit.place:
        return said
    bare = unit.place.removesuffix("街道")
    return unit.formal if said == bare or _ABBREVIATED.search(said) else said


def day_text(value: date | datetime, *, to_the_minute: bool) -> str:
    """A date as `2026-03-07`, a moment as `2026-03-07 09:13:28` or as far as the file says."""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}" if to_the_minute else f"{value:%Y-%m-%d %H:%M:%S}"
    return f"{value:%Y-%m-%d}"
