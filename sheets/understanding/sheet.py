"""A raw sheet in, what it means out: the way through layout, matching, values and pictures."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial

from sheets.matching import column_keys, match_columns
from sheets.reading.book import RawSheet, Value
from sheets.understanding.around import Around
from sheets.understanding.beside import joined, parts_beside
from sheets.understanding.evidence import SeenColumn, sample
from sheets.understanding.grid import Grid
from sheets.understanding.heading import Caption
from sheets.understanding.layout import Layout, Table, lay_out
from sheets.understanding.pictures import Album
from sheets.understanding.records import Records
from sheets.understanding.result import Understood
from sheets.understanding.rows import pairs
from sheets.understanding.values.numerals import with_figures
from sheets.understanding.vocabulary import Vocabulary
from sheets.understanding.words import plain, squeezed

SAMPLED = 48  # rows of which the values are looked at to match the columns
_MONTH = re.compile(r"(?<!\d)(1[0-2]|0?[1-9])\s*月(?!\s*\d)")
_YEAR = re.compile(r"(?<!\d)(20[0-4]\d)\s*(?:年|[-/.]\d)")


def understand(sheet: RawSheet, vocabulary: Vocabulary, beyond: Sequence[str] = ()) -> Understood:
    """What a sheet means to this vocabulary; never fails: what is no table has no records.

    ``beyond`` are lines that belong to the sheet and stand nowhere on it.
    """
    grid = Grid(sheet)
    layout = lay_out(grid, known_captions(vocabulary))
    if layout.tables:
        first = layout.tables[0]
        parts = parts_beside(grid, first, partial(_fields_of, grid, first, vocabulary))
        if len(parts) > 1:
            return joined(sheet, [_understand(part, vocabulary, beyond) for part in parts])
    return _understood(grid, layout, vocabulary, beyond)


def _understand(sheet: RawSheet, vocabulary: Vocabulary, beyond: Sequence[str]) -> Understood:
    grid = Grid(sheet)
    return _understood(grid, lay_out(grid, known_captions(vocabulary)), vocabulary, beyond)


def _understood(
    grid: Grid, layout: Layout, vocabulary: Vocabulary, beyond: Sequence[str]
) -> Understood:
    sheet = grid.sheet
    layout.titles[:0] = beyond
    for table in layout.tables:
        table.titles[:0] = beyond
    for line in beyond:
        layout.stated.update(pairs([(0, line)]))
    vocabulary = replace(
        vocabulary,
        year=_year(layout, sheet.name) or vocabulary.year,
        month=_month(layout, sheet.name) or vocabulary.month,
    )
    tables = [_table(grid, layout, table, vocabulary) for table in layout.tables]
    placed: set[int] = set()
    for one in tables:
        placed |= Album(grid, one.columns, vocabulary).place(one.records)
    if not tables:
        return Understood(
            sheet.name, layout.kinds, None, [], [], stated=layout.stated, stray=[*sheet.pictures]
        )
    main = max(tables, key=lambda one: len(one.records))
    main.stray = [picture for picture in sheet.pictures if id(picture) not in placed]
    main.more = tuple(one for one in tables if one is not main)
    return main


def _fields_of(
    grid: Grid, table: Table, vocabulary: Vocabulary, captions: Sequence[Caption]
) -> frozenset[str]:
    """What the columns under some captions of a table are when they are matched alone."""
    indexes = {caption.index for caption in captions}
    columns = [column for column in seen_columns(grid, table) if column.index in indexes]
    matched = match_columns(columns, vocabulary)
    return frozenset(one.field_id for one in matched if one.field_id)


def shape_of_captions(captions: Sequence[str]) -> tuple[str, list[str]]:
    """The fingerprint of a table with these captions in one row, and the key of each column."""
    keys = column_keys([SeenColumn(at, caption) for at, caption in enumerate(captions)])
    return _shape(keys), keys


def _shape(keys: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(keys).encode()).hexdigest()[:20]


def known_captions(vocabulary: Vocabulary) -> frozenset[str]:
    """All captions that the vocabulary knows, squeezed."""
    return frozenset(
        squeezed(word)
        for target in vocabulary.targets
        for word in (target.caption, *target.synonyms)
    )


def _year(layout: Layout, name: str) -> int | None:
    """The year that the sheet names most, in its titles, its name and what it states."""
    said = [*layout.titles, name, *layout.stated.values()]
    years = Counter(int(year) for text in said for year in _YEAR.findall(text))
    return years.most_common(1)[0][0] if years else None


def _month(layout: Layout, name: str) -> int | None:
    """The only month that the sheet's name tells, else the only one in its titles."""
    for said in (name, " ".join([*layout.titles, *layout.stated.values()])):
        months = {int(one) for one in _MONTH.findall(with_figures(plain(said)))}
        if len(months) == 1:
            return months.pop()
        if months:
            return None
    return None


def _table(grid: Grid, layout: Layout, table: Table, vocabulary: Vocabulary) -> Understood:
    columns = seen_columns(grid, table)
    keys = column_keys(columns)
    shape = _shape(keys)
    hints = _hints(vocabulary)
    matched = match_columns(columns, vocabulary, vocabulary.remembered.get(shape), hints)
    stated = {**layout.stated, **table.stated}
    around = Around(vocabulary, matched, stated, [*table.titles, grid.sheet.name])
    records = Records(grid, table, matched, vocabulary, around).read()
    return Understood(
        grid.sheet.name,
        layout.kinds,
        table.heading.region,
        matched,
        records,
        shape=shape,
        stated=stated,
    )


def _hints(vocabulary: Vocabulary) -> dict[str, str]:
    """Columns that were the same target in every remembered shape that has them."""
    said: dict[str, set[str | None]] = {}
    for columns in vocabulary.remembered.values():
        for key, target in columns.items():
            said.setdefault(key, set()).add(target)
    return {
        key: target
        for key, targets in said.items()
        if len(targets) == 1 and (target := next(iter(targets))) is not None
    }


def seen_columns(grid: Grid, table: Table) -> list[SeenColumn]:
    """The columns of a table with a sample of their values, spread over all rows."""
    rows = _spread(table.data)
    data = set(table.data)
    pictures = Counter(
        picture.col for row, own in grid.pictures.items() if row in data for picture in own
    )
    return [
        SeenColumn(
            caption.index,
            caption.own,
            caption.parents,
            sample([_seen(grid, row, caption.index) for row in rows]),
            pictures[caption.index],
            len(table.data),
        )
        for caption in table.heading.captions
    ]


def _seen(grid: Grid, row: int, col: int) -> Value:
    """The value of a cell; a share as the sheet shows it: 100% for 1."""
    value = grid.value(row, col)
    shown = grid.shown(row, col) if isinstance(value, int | float) else ""
    return shown if shown.endswith("%") else value


def _spread(rows: Sequence[int]) -> list[int]:
    """The first rows, which stand one after the other, and others from all over the table."""
    if len(rows) <= SAMPLED:
        return list(rows)
    half = SAMPLED // 2
    step = (len(rows) - half) / half
    return [*rows[:half], *(rows[half + int(place * step)] for place in range(half))]
