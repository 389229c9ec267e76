"""Tables that stand side by side on one sheet, each taken as a sheet of its own."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from sheets.reading.book import Merge, RawSheet, Row, Value
from sheets.understanding.grid import Grid
from sheets.understanding.heading import Caption
from sheets.understanding.layout import Table
from sheets.understanding.result import RowKind, Understood
from sheets.understanding.rows import FEW
from sheets.understanding.words import squeezed

SHORTER = 0.8  # of the rows of the larger table: a smaller one beside it is another
PERIOD = 4  # captions that repeat as a whole without a gap are as many tables

Fields = Callable[[Sequence[Caption]], frozenset[str]]


def parts_beside(grid: Grid, table: Table, fields_of: Fields) -> list[RawSheet]:
    """The sheet cut into its tables from left to right; itself alone where there is one.

    ``fields_of`` tells what the columns under some captions are by themselves: two runs of
    columns that tell of the same things are two tables, whatever their captions say.
    """
    captions = table.heading.captions
    groups = _repeated(captions) or _grouped(grid, table, _runs(grid, table), fields_of)
    if len(groups) == 1:
        return [grid.sheet]
    lefts = [0, *(group[0].index for group in groups[1:])]
    rights = [*(left - 1 for left in lefts[1:]), max(grid.sheet.width, grid.width) - 1]
    top = table.heading.region.top
    return [_cut(grid, top, left, right) for left, right in zip(lefts, rights, strict=True)]


def joined(sheet: RawSheet, parts: Sequence[Understood]) -> Understood:
    """The parts as one answer for the sheet: the one with most records, the others as further."""
    main = max(parts, key=lambda one: len(one.records))
    main.more = tuple(each for one in parts for each in (one, *one.more) if each is not main)
    main.stray = [picture for one in parts for picture in one.stray]
    kinds = list(main.kinds)
    for one in parts:
        for row, kind in enumerate(one.kinds):
            if kind is RowKind.DATA or kinds[row] is RowKind.BLANK:
                kinds[row] = kind
    main.kinds, main.name = kinds, sheet.name
    return main


def _repeated(captions: Sequence[Caption]) -> list[list[Caption]]:
    """Runs of the very same captions one beside the other, without a gap."""
    words = [squeezed(one.own) for one in captions]
    for period in range(PERIOD, len(words) // 2 + 1):
        if not len(words) % period and words == words[:period] * (len(words) // period):
            return [list(captions[at : at + period]) for at in range(0, len(words), period)]
    return []


def _runs(grid: Grid, table: Table) -> list[list[Caption]]:
    """The captions, parted where a column has neither a caption nor a value."""
    runs: list[list[Caption]] = []
    for caption in table.heading.captions:
        gap = range(runs[-1][-1].index + 1, caption.index) if runs else range(0)
        if runs and not any(_is_empty(grid, table.data, col) for col in gap):
            runs[-1].append(caption)
        else:
            runs.append([caption])
    return runs


def _is_empty(grid: Grid, rows: Sequence[int], col: int) -> bool:
    pictured = any(one.col == col for row in rows for one in grid.pictures.get(row, ()))
    return not pictured and all(grid.value(row, col) is None for row in rows)


def _grouped(
    grid: Grid, table: Table, runs: list[list[Caption]], fields_of: Fields
) -> list[list[Caption]]:
    """The runs that are tables of their own; others stay with the one left of them."""
    if len(runs) == 1:
        return runs
    whole = [(fields_of(run), _filled(grid, table, run)) for run in runs]
    main = max(range(len(runs)), key=lambda at: len(runs[at]))
    groups = [runs[0]]
    for at in range(1, len(runs)):
        other = at if at != main else at - 1
        same = _are_alike(whole[main][0], whole[other][0], runs[other])
        ends = _ends_early(table.data, whole[main][1], whole[other][1])
        if same or (ends and len(runs[other]) > 1):
            groups.append(runs[at])
        else:
            groups[-1] = [*groups[-1], *runs[at]]
    return groups


def _are_alike(one: frozenset[str], other: frozenset[str], run: Sequence[Caption]) -> bool:
    least = min(len(one), len(other))
    return len(run) > FEW and least > 1 and len(one & other) * 2 >= least


def _filled(grid: Grid, table: Table, run: Sequence[Caption]) -> list[int]:
    columns = [caption.index for caption in run]
    return [row for row in table.data if any(grid.own(row, col) is not None for col in columns)]


def _ends_early(data: Sequence[int], one: list[int], other: list[int]) -> bool:
    """Whether the shorter of two lists of rows fills the first data rows and no others."""
    shorter, longer = sorted((one, other), key=len)
    return (
        bool(shorter)
        and len(shorter) < SHORTER * len(longer)
        and (shorter == list(data[: len(shorter)]))
    )


def _cut(grid: Grid, top: int, left: int, right: int) -> RawSheet:
    """The sheet with the columns of one table alone, and the titles that stand over it."""
    sheet = grid.sheet

    def mine(merge: Merge) -> bool:
        inside = left <= merge.left <= right
        return inside or (merge.top < top and merge.left <= right and merge.right >= left)

    def kept(row: int, col: int, alone: bool) -> bool:
        merge = grid.merge_at.get((row, col))
        return left <= col <= right or (row < top and (alone or bool(merge and mine(merge))))

    rows: list[Row] = []
    for at, cells in enumerate(sheet.rows):
        alone = at < top and len(grid.filled(at)) == 1
        said: list[Value] = [
            cell if kept(at, col, alone) else None for col, cell in enumerate(cells)
        ]
        rows.append(tuple(said))
    return replace(
        sheet,
        rows=rows,
        merges=[merge for merge in sheet.merges if mine(merge)],
        pictures=[one for one in sheet.pictures if left <= one.col <= right],
        errors=[note for note in sheet.errors if left <= note.col <= right],
    )
