"""Finding the header of a table: which rows, and each column's caption with those above it."""

from dataclasses import dataclass
from itertools import pairwise

from sheets.understanding.grid import Grid, as_text, look
from sheets.understanding.result import Region
from sheets.understanding.rows import Cells, is_caption, is_numbering, is_stating
from sheets.understanding.words import is_remark, squeezed

SEARCHED = 60  # rows from the top in which a header is looked for
BELOW = 8  # rows beneath a header that are compared with it
MOST_ROWS = 5
ENOUGH = 0.55
NEAR = 0.06
WIDE = 0.8  # a merged cell over more of the table than this is a banner


@dataclass(frozen=True)
class Caption:
    """The words over a column; ``parents`` stand above, the topmost first."""

    index: int
    own: str
    parents: tuple[str, ...] = ()


@dataclass(frozen=True)
class Heading:
    """The header of a table and the captions of its columns, from left to right."""

    region: Region
    captions: tuple[Caption, ...]


def find_heading(grid: Grid, top: int, known: frozenset[str], end: int | None = None) -> int | None:
    """The row, from ``top``, that is most like the last row of a header; None when none is.

    ``known`` are squeezed captions that the vocabulary has: they help, they are not needed.
    """
    stop = min(grid.height if end is None else end, top + SEARCHED)
    scores = {row: heading_score(grid, row, known) for row in range(top, stop)}
    best = max(scores.values(), default=0.0)
    if best <= ENOUGH:
        return None
    # Another table may follow that looks more like one: the first good header is this one's.
    return next(row for row, score in scores.items() if score >= max(best - NEAR, ENOUGH))


def heading_score(grid: Grid, row: int, known: frozenset[str]) -> float:
    """How much a row looks like the last one of a header, 0..1."""
    cells = seen_cells(grid, row)
    texts = [squeezed(as_text(value)) for _, value in cells]
    if len(cells) < 2 or is_stating(cells) or is_numbering(cells):  # noqa: PLR2004
        return 0.0
    count = len(cells)
    worded = sum(is_caption(value) for _, value in cells) / count
    unique = len(set(texts)) / count
    short = sum(len(text) <= 12 for text in texts) / count  # noqa: PLR2004
    below = [other for other in _rows_below(grid, row) if not _same_words(cells, other)]
    widths = sorted(len(cells_below) for cells_below in below)
    usual = widths[len(widths) * 2 // 3] if widths else count
    cover = min(1.0, count / max(usual, 1))
    score = 0.25 * worded + 0.1 * unique + 0.1 * short + 0.25 * cover
    score += 0.2 * _contrast(cells, below) + 0.1 * min(1.0, len(below) / 2)
    familiar = sum(text in known for text in texts) / count
    score = score * (0.85 + 0.15 * familiar) + 0.15 * familiar
    if worded < 0.7 or (count < 4 and familiar < 0.5 and cover < 1):  # noqa: PLR2004
        score *= 0.6
    return score


def seen_cells(grid: Grid, row: int) -> Cells:
    """The cells of a row with those merged down into it, each merge once."""
    cells = list(grid.filled(row))
    have = {col for col, _ in cells}
    for col in range(grid.width):
        merge = grid.merge_at.get((row, col))
        if merge and merge.top < row and merge.left == col and col not in have:
            value = grid.own(merge.top, merge.left)
            if value is not None:
                cells.append((col, value))
    return sorted(cells, key=lambda cell: cell[0])


def _rows_below(grid: Grid, row: int) -> list[Cells]:
    found: list[Cells] = []
    for at in range(row + 1, min(grid.height, row + 1 + 2 * BELOW)):
        cells = grid.filled(at)
        if len(cells) > 1 and len(found) < BELOW:
            found.append(cells)
    return found


def _same_words(cells: Cells, others: Cells) -> bool:
    """Whether a row below is the header again, as on the next page."""
    words = {value for _, value in cells}
    return sum(value in words for _, value in others) > len(others) * WIDE


def _contrast(cells: Cells, below: list[Cells]) -> float:
    """The share of columns whose values below differ in kind, length or variety from the cell."""
    if not below:
        return 0.3
    scores: list[float] = []
    for col, value in cells:
        mine = as_text(value)
        beneath = [other for row in below for at, other in row if at == col]
        if not beneath:
            scores.append(0.4)
            continue
        repeated = any(squeezed(as_text(other)) == squeezed(mine) for other in beneath)
        differs = sum(look(other) != "text" for other in beneath) / len(beneath)
        longer = sum(len(as_text(other)) > len(mine) + 4 for other in beneath) / len(beneath)
        alike = len({as_text(other) for other in beneath}) < len(beneath)
        scores.append(0.0 if repeated else max(differs, longer, 0.5 if alike else 0.3))
    return sum(scores) / len(scores)


def heading_at(grid: Grid, row: int, top: int) -> Heading:
    """The whole header around its last row: rows above that group columns, merges that reach on."""
    bottom = row
    for col in range(grid.width):
        merge = grid.merge_at.get((row, col))
        if merge and merge.bottom > bottom and merge.bottom < min(grid.height, row + MOST_ROWS):
            bottom = merge.bottom if _worded(grid, row + 1) else bottom
    while bottom + 1 < grid.height and bottom - row < MOST_ROWS and _has_children(grid, bottom):
        bottom += 1
    columns = _columns(grid, row, bottom)
    first = row
    while first > top and bottom - first + 1 < MOST_ROWS and _groups(grid, first - 1, columns):
        first -= 1
    while bottom + 1 < grid.height and is_numbering(grid.filled(bottom + 1)):
        bottom += 1
    columns = _columns(grid, first, bottom)
    region = Region(first, columns[0], bottom, columns[-1])
    return Heading(region, tuple(_captions(grid, region, columns)))


def _worded(grid: Grid, row: int) -> bool:
    cells = grid.filled(row) if row < grid.height else []
    return bool(cells) and all(is_caption(value) for _, value in cells)


def _has_children(grid: Grid, row: int) -> bool:
    """Whether a cell of the row spans columns that are told apart by the row beneath."""
    if not _worded(grid, row + 1):
        return False
    for col, _ in seen_cells(grid, row):
        merge = grid.merge_at.get((row, col))
        if merge and merge.bottom == row and merge.right > merge.left:
            beneath = [at for at, _ in grid.filled(row + 1) if merge.left <= at <= merge.right]
            if len(beneath) > 1:
                return True
    return False


def _columns(grid: Grid, first: int, last: int) -> list[int]:
    columns = {
        col
        for row in range(first, last + 1)
        for col in range(grid.width)
        if grid.value(row, col) is not None
    }
    return sorted(columns)


def _groups(grid: Grid, row: int, columns: list[int]) -> bool:
    """Whether a row above the captions holds words over several of them."""
    cells = grid.filled(row)
    if not cells or is_stating(cells) or not all(is_caption(value) for _, value in cells):
        return False
    width = columns[-1] - columns[0] + 1
    spans = [grid.span(row, col) for col, _ in cells]
    if max(spans) > WIDE * width:
        return False
    above = [grid.merge_at.get((row, col)) for col in range(grid.width)]
    if any(merge and merge.top < row for merge in above):
        return True  # captions merged down past this row: it stands in the midst of a header
    if max(spans) > 1:
        return len(cells) > 1 or 1 < spans[0] < width - 1
    starts = [col for col, _ in cells]
    spread = any(right - left > 1 for left, right in pairwise([*starts, columns[-1] + 1]))
    beneath = {col for col, _ in seen_cells(grid, row + 1)}
    return len(cells) > 1 and spread and (beneath != set(starts)) and len(beneath) > len(cells)


def _captions(grid: Grid, region: Region, columns: list[int]) -> list[Caption]:
    found = []
    reach = _reach(grid, region, columns)
    for col in columns:
        words: list[str] = []
        for row in range(region.top, region.bottom + 1):
            if row > region.top and is_numbering(grid.filled(row)):
                continue
            text = as_text(grid.value(row, col)) or reach.get((row, col), "")
            if words and text and is_remark(text):
                words[-1] += text
            elif text and (not words or words[-1] != text):
                words.append(text)
        if words:
            found.append(Caption(col, words[-1], tuple(words[:-1])))
    return found


def _reach(grid: Grid, region: Region, columns: list[int]) -> dict[tuple[int, int], str]:
    """What unmerged words of the upper rows stand over: up to the next word in their row."""
    over: dict[tuple[int, int], str] = {}
    for row in range(region.top, region.bottom):
        word = ""
        for col in columns:
            here = grid.value(row, col)
            if here is not None:
                merged = (row, col) in grid.merge_at
                word = "" if merged else as_text(here)
            elif word and grid.own(row + 1, col) is not None:
                over[row, col] = word
    return over
