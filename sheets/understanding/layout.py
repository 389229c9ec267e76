"""Where the tables of a sheet lie and what each row is there for."""

import math
from dataclasses import dataclass, field

from sheets.understanding.grid import Grid, as_text, look
from sheets.understanding.heading import (
    ENOUGH,
    Heading,
    find_heading,
    heading_at,
    heading_score,
    seen_cells,
)
from sheets.understanding.result import RowKind
from sheets.understanding.rows import (
    FEW,
    Cells,
    group_title,
    is_caption,
    is_counted,
    is_example,
    is_note,
    is_numbering,
    is_signature,
    is_stating,
    is_total,
    pairs,
)
from sheets.understanding.words import squeezed

SAME_HEADER = 0.7
EARLY = 3  # data rows within which an example row may stand
POOR = 0.4  # of the columns filled: may be a line of signatures
ENOUGH_ABOVE = 0.6  # of the columns that hold figures or dates, how many a new header must break


@dataclass
class Table:
    """A table of a sheet: header, data rows, the group titles over them, titles and pairs above."""

    heading: Heading
    data: list[int] = field(default_factory=list)
    groups: dict[int, tuple[str, ...]] = field(default_factory=dict)
    stated: dict[str, str] = field(default_factory=dict)
    titles: list[str] = field(default_factory=list)


@dataclass
class Layout:
    """Every row's kind, the tables, what the rows around them state, and the titles."""

    kinds: list[RowKind]
    tables: list[Table]
    stated: dict[str, str]
    titles: list[str]


def lay_out(grid: Grid, known: frozenset[str]) -> Layout:
    """The layout of a sheet; a sheet without any table has none."""
    layout = Layout([RowKind.BLANK] * grid.height, [], {}, [])
    top = 0
    while top < grid.height:
        row = find_heading(grid, top, known)
        if row is None:
            break
        heading = heading_at(grid, row, top)
        above = len(layout.titles)
        _around(grid, layout, range(top, heading.region.top))
        for at in range(heading.region.top, heading.region.bottom + 1):
            layout.kinds[at] = RowKind.HEADER
        walk = _Walk(grid, layout, Table(heading, titles=layout.titles[above:]), known)
        top = walk.through()
        layout.tables.append(walk.table)
    _around(grid, layout, range(top, grid.height))
    return layout


def _around(grid: Grid, layout: Layout, rows: range) -> None:
    """Rows outside any table: titles, what is stated, notes."""
    for row in rows:
        cells = grid.filled(row)
        if not cells:
            continue
        if is_signature(cells) and row > 1:
            layout.kinds[row] = RowKind.SIGNATURE
        elif is_note(cells) or is_stating(cells) or len(cells) > FEW:
            layout.kinds[row] = RowKind.NOTE
            layout.stated.update(pairs(cells))
        else:
            layout.kinds[row] = RowKind.TITLE
            layout.titles.append(as_text(cells[0][1]))


class _Walk:
    """From the header downwards, one row after the other, until the table ends."""

    def __init__(self, grid: Grid, layout: Layout, table: Table, known: frozenset[str]) -> None:
        self.grid, self.layout, self.table, self.known = grid, layout, table, known
        region = table.heading.region
        self.captions = {
            value
            for row in range(region.top, region.bottom + 1)
            for _, value in grid.filled(row)
            if isinstance(value, str)
        }
        self.wide = len(table.heading.captions) > FEW + 1
        self.groups: list[tuple[str, str]] = []
        self.fills: list[int] = []
        self.firm: dict[int, int] = {}  # figures and dates seen in the first rows, by column
        self.usual: tuple[int, frozenset[int]] = (0, frozenset())  # of them, as of how many rows

    def through(self) -> int:
        """Classifies the rows; the row at which the search for a further table starts."""
        row = self.table.heading.region.bottom + 1
        while row < self.grid.height:
            cells = self.grid.filled(row)
            if cells and self._begins_another(row, cells):
                return self._start_of_next(row)
            self.layout.kinds[row] = kind = self._kind(row, cells)
            if kind is RowKind.DATA:
                self._take(row, cells)
            row += 1
        return row

    def _take(self, row: int, cells: Cells) -> None:
        if len(self.fills) < EARLY * 10:
            self.fills.append(len(cells))
            for col, value in cells:
                if look(value) != "text":
                    self.firm[col] = self.firm.get(col, 0) + 1
        self.table.data.append(row)
        if self.groups:
            self.table.groups[row] = tuple(text for _, text in self.groups)

    def _kind(self, row: int, cells: Cells) -> RowKind:
        if not cells:
            return RowKind.BLANK
        early = len(self.table.data) < EARLY
        poor = len(cells) <= max(6, len(self.table.heading.captions) * POOR)
        if self._repeats_header(cells) or (early and is_numbering(cells)):
            return RowKind.HEADER
        for kind, told in (
            (RowKind.TOTAL, is_total(cells)),
            (RowKind.EXAMPLE, early and is_example(cells)),
            (RowKind.SIGNATURE, poor and is_signature(cells)),
            (RowKind.NOTE, poor and self._is_note(cells)),
        ):
            if told:
                return kind
        seen = len(cells) if len(cells) > FEW else len(seen_cells(self.grid, row))
        return RowKind.DATA if seen > FEW + 1 else self._sparse_kind(row, cells)

    def _is_note(self, cells: Cells) -> bool:
        states = self.wide and len(cells) <= FEW + 1 and is_stating(cells)
        if is_note(cells) or (states and not is_counted(cells)):
            self.table.stated.update(pairs(cells))
            return True
        return False

    def _sparse_kind(self, row: int, cells: Cells) -> RowKind:
        """A row of one or two cells: a title again, a group, a note, or a poor data row."""
        usual = sorted(self.fills)[len(self.fills) // 2] if self.fills else 4
        first = cells[0][0]
        if squeezed(as_text(cells[0][1])) in map(squeezed, self.layout.titles):
            return RowKind.TITLE
        alone = len(cells) == 1 and self.wide
        title = group_title(cells) if self.wide and usual > FEW else None
        if not alone and not title:
            return self._figures_only(cells, usual)
        left = self.table.heading.region.left
        if title and first <= left + 1 and self._data_follows(row):
            self._enter(as_text(cells[0][1]), title)
            return RowKind.GROUP
        in_middle = alone and first > left and self.grid.span(row, first) == 1
        return RowKind.DATA if in_middle or (title and not alone) else RowKind.NOTE

    def _figures_only(self, cells: Cells, usual: int) -> RowKind:
        texts = [value for _, value in cells if look(value) == "text"]
        dates = [value for _, value in cells if look(value) == "date"]
        wordy = any(col not in self.firm for col, _ in cells)
        if not texts and not dates and len(cells) * 2 < usual and wordy:
            return RowKind.TOTAL
        return RowKind.DATA

    def _enter(self, numeral: str, title: str) -> None:
        """A group ends those of its own rank and below: （一） under 一、 but not beside it."""
        rank = _rank(numeral)
        while self.groups and self.groups[-1][0] >= rank:
            self.groups.pop()
        self.groups.append((rank, title))

    def _data_follows(self, row: int) -> bool:
        for at in range(row + 1, min(self.grid.height, row + 4)):
            cells = self.grid.filled(at)
            if len(cells) > FEW:
                return not (is_signature(cells) or is_total(cells))
        return False

    def _repeats_header(self, cells: Cells) -> bool:
        # Of so many cells one is a caption where most are: a row of data is known by them.
        first = cells[: len(cells) - math.ceil(SAME_HEADER * len(cells)) + 1]
        if len(cells) <= 1 or not any(value in self.captions for _, value in first):
            return False
        same = sum(value in self.captions for _, value in cells)
        return same >= SAME_HEADER * len(cells)

    def _begins_another(self, row: int, cells: Cells) -> bool:
        """Whether the row is the header of a further table, not a data row or this header again."""
        if len(cells) <= FEW or not self.table.data:
            return False
        parted = self.layout.kinds[row - 1] is not RowKind.DATA
        breaks = self._breaks(cells)
        if not (parted or breaks) or not all(is_caption(value) for _, value in cells):
            return False
        known = sum(squeezed(as_text(value)) in self.known for _, value in cells) * 2 >= len(cells)
        if (breaks + parted + known) < 2 or self._repeats_header(cells):  # noqa: PLR2004
            return False
        return heading_score(self.grid, row, self.known) > ENOUGH

    def _breaks(self, cells: Cells) -> bool:
        """Whether words stand in the columns that hold figures or dates in the rows above."""
        firm = self._firm()
        worded = sum([isinstance(value, str) for col, value in cells if col in firm])
        if not firm or worded < ENOUGH_ABOVE * len(firm):
            return False
        broken = sum(col in firm and look(value) == "text" for col, value in cells)
        return broken >= ENOUGH_ABOVE * len(firm)

    def _firm(self) -> frozenset[int]:
        """The columns that hold figures or dates in most of the first rows."""
        if self.usual[0] != len(self.fills):
            most = {col for col, count in self.firm.items() if count * 2 > len(self.fills)}
            self.usual = len(self.fills), frozenset(most)
        return self.usual[1]

    def _start_of_next(self, row: int) -> int:
        """Rows just above a further header that belong to it: its title, what it states."""
        start = row
        mine = (RowKind.TITLE, RowKind.NOTE, RowKind.GROUP, RowKind.BLANK)
        while start - 1 > self.table.data[-1] and self.layout.kinds[start - 1] in mine:
            start -= 1
        for at in range(start, row):
            self.layout.kinds[at] = RowKind.BLANK
        return start


def _rank(numeral: str) -> str:
    """Where a group's numeral stands: 一、 above （一） above 1. above the ones without."""
    text = numeral.strip()
    if text[:1] in "第一二三四五六七八九十":
        return "a"
    if text[:1] in "（(":
        return "b"
    return "c" if text[:1].isdigit() else "d"
