"""Which picture of a zip belongs to which row, told by a column, the names and the folders."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from app.domain.states import State
from app.services.imports.reading.records import ReadRecord
from app.services.imports.reading.words import targets
from app.services.imports.reading.zip_names import Reading, files_named, key_of, keys_in, readings
from sheets.reading import ArchiveFile
from sheets.reading.book import letters
from sheets.understanding.result import Placed

NAMES = "names"
"""The columns of pictures taken together, where they hold names of files."""
NAMES_CAPTION = "照片列里的文件名"
EXTRA = "x"
NAMELESS: Mapping[str, str] = {}
_PICTURES = ("before", "after", "pictures")
_PHASES = {"before": "before", "after": "after", "pictures": ""}
# Columns whose words are no name for a row: several rows share them, or they are a tale.
_NO_NAME = frozenset(
    {"description", "measures", "remark", "district", "street", "community", "area", "category",
     "major", "code", "source", "urgent", "reporter", "phone", "unit", "handler", "checker",
     "lead_section", "reporter_org", "reported_at", "listed_at", "due", "finished_at",
     "checked_at", "signed_off_at", "status", "send_back_reason", "deferral_reason",
     "deferral_until", "lng", "lat", "position", *_PICTURES}
)  # fmt: skip
_NOT_DONE = frozenset({State.LISTED, State.URGENT_LISTED, State.DEFERRED})
PHASE_LABELS = {"before": "整改前", "after": "整改后"}
BY_ORDER = "文件名没有写明是哪个阶段的照片，按先后顺序当作“{phase}”，请核对。"
NO_ROW = "没有哪一行的{column}与文件名对得上。"
MANY_ROWS = "有 {count} 行的{column}都是“{text}”，分不清是哪一行。"
NOT_PACKED = "表里写的照片“{name}”不在压缩包里，请补上后重新上传。"
FITTED = "按{column}对照：{files} 个图片文件中 {placed} 个找到了 {rows} 行。"
_SEPARATOR = "；"
NONE = "图片文件名与表里的任何一列都对不上。请把文件名改成问题编号，如 CG-001-前.jpg，再重新打包。"


@dataclass(frozen=True, slots=True)
class Stated:
    """What a row says in its columns; `done`: it may have pictures of the finished work."""

    key: int
    texts: Mapping[str, str]
    done: bool = True


class Hit(NamedTuple):
    """A file in its row; `why` is a sentence where the phase is a guess."""

    phase: str
    file: ArchiveFile
    why: str = ""


@dataclass(frozen=True)
class Matching:
    """What became of the files; `column` is empty where nothing fits.

    `left` are files with the sentence why they are in no row, `missing` the names of files that
    rows state and nobody packed, by phase. `others` are further columns with the number of files
    each would place.
    """

    column: str
    hits: dict[int, list[Hit]]
    left: list[tuple[ArchiveFile, str]]
    why: str
    missing: dict[int, list[tuple[str, str]]] = field(default_factory=dict)
    others: tuple[tuple[str, int], ...] = ()


def stated_of(key: int, record: ReadRecord) -> Stated:
    """What a record says, by the field of a column, or by `x` and its index where it has none."""
    extra = {f"{EXTRA}{col}": text for col, text in record.extra.items()}
    fields = record.fields
    done = fields.get("status") not in _NOT_DONE or "finished_at" in fields
    return Stated(key, {**record.texts, **extra}, done)


def caption_of(column: str, captions: Mapping[str, str] = NAMELESS) -> str:
    """A column as sentences name it; `captions` are those of columns that are no field."""
    if column in captions:
        return f"“{captions[column]}”"
    if column == NAMES:
        return NAMES_CAPTION
    if column.startswith(EXTRA) and column[1:].isdigit():
        return f"第 {letters(int(column[1:]))} 列"
    return next((f"“{one.caption}”" for one in targets() if one.id == column), f"“{column}”")


def match_archive(
    rows: Sequence[Stated],
    files: Sequence[ArchiveFile],
    column: str | None = None,
    captions: Mapping[str, str] = NAMELESS,
) -> Matching:
    """Every file in its row by this column, or by the one that places most of them.

    `captions` are what columns are called that are no field, for the sentences.
    """
    read = [(file, list(readings(file.name))) for file in files]
    wanted = {reading.key for _, ways in read for reading in ways if reading.key}
    columns = [column] if column else _columns(rows)
    tried = []
    for one in columns:
        index = _index(rows, one, wanted)
        placed = sum(_row_of(ways, index) is not None for _, ways in read)
        tried.append((placed, one, index))
    best = max(tried, key=lambda each: each[0], default=(0, "", {}))
    if best[0] == 0 and not column:
        return Matching("", {}, [(file, NONE) for file in files], NONE)
    _, chosen, index = best
    others = tuple((one, placed) for placed, one, _ in tried if one != chosen and placed)
    return _place(rows, read, _Column(chosen, caption_of(chosen, captions)), index, others)


def join(record: ReadRecord, hits: Iterable[Hit], missing: Iterable[tuple[str, str]] = ()) -> None:
    """Give a record its files as pictures, with a flag for each guess and for missing ones.

    What an earlier archive lacked and this one brings is missing no longer.
    """
    hits = list(hits)
    known = {(placed.phase, placed.picture.sha256) for placed in record.pictures}
    for hit in hits:
        if (hit.phase, hit.file.sha256) in known:
            continue
        picture = hit.file.picture()
        record.pictures.append(Placed(hit.phase, picture))
        if hit.why:
            record.flag(hit.phase, picture.name, hit.why, guessed=True)
    came = {_base(hit.file.name) for hit in hits}
    waited = [flag for flag in record.flags if flag.why == _not_packed(flag.raw)]
    lacking: dict[str, list[str]] = {flag.field_id: _names(flag.raw) for flag in waited}
    for phase, name in () if waited else missing:
        lacking.setdefault(phase or "before", []).append(name)
    record.flags = [flag for flag in record.flags if flag not in waited]
    for phase, names in lacking.items():
        raw = _SEPARATOR.join(name for name in names if _base(name) not in came)
        if raw:
            record.flag(phase, raw, _not_packed(raw))


def _not_packed(raw: str) -> str:
    return NOT_PACKED.format(name=raw)


def _names(raw: str) -> list[str]:
    return raw.split(_SEPARATOR)


def _base(name: str) -> str:
    """A file's name without its folders, as it compares."""
    return key_of(name.replace("\\", "/").rpartition("/")[2])


class _Column(NamedTuple):
    id: str
    caption: str


_Index = Mapping[str, set[tuple[int, str]]]
_Ways = list[Reading]


def _columns(rows: Sequence[Stated]) -> list[str]:
    """The columns that may name a row, the best first: names of files, numbers, then the rest."""
    found = {column: None for row in rows for column in row.texts if column not in _NO_NAME}
    rank = {NAMES: 0, "no": 1, "seq": 3}
    return sorted([NAMES, *found], key=lambda column: rank.get(column, 2))


def _index(rows: Sequence[Stated], column: str, wanted: set[str]) -> _Index:
    """Which rows state a name, and for which phase where their column says one."""
    found: dict[str, set[tuple[int, str]]] = defaultdict(set)
    parts = _PICTURES if column == NAMES else (column,)
    for row in rows:
        for part in parts:
            text = row.texts.get(part, "")
            for key in keys_in(text) & wanted if text else ():
                found[key].add((row.key, _PHASES.get(part, "")))
    return found


def _row_of(ways: _Ways, index: _Index) -> tuple[int, Reading] | None:
    """The row and the reading of a file; None where no row fits, or several do."""
    for way in ways:
        stated = index.get(way.key, set())
        if len({row for row, _ in stated}) == 1:
            phases = {phase for _, phase in stated if phase}
            phase = phases.pop() if len(phases) == 1 else way.phase
            return next(iter(stated))[0], way._replace(phase=phase)
        if stated:
            return None
    return None


def _place(
    rows: Sequence[Stated],
    read: Sequence[tuple[ArchiveFile, _Ways]],
    column: _Column,
    index: _Index,
    others: tuple[tuple[str, int], ...],
) -> Matching:
    found: dict[int, list[tuple[Reading, ArchiveFile]]] = defaultdict(list)
    left = []
    for file, ways in read:
        fitting = _row_of(ways, index)
        if fitting is None:
            left.append((file, _why_left(ways, index, column.caption)))
        else:
            found[fitting[0]].append((fitting[1], file))
    done = {row.key: row.done for row in rows}
    hits = {key: _phased(own, done=done[key]) for key, own in found.items()}
    placed = len(read) - len(left)
    why = FITTED.format(column=column.caption, files=len(read), placed=placed, rows=len(hits))
    missing = _missing(rows, read) if column.id == NAMES else {}
    return Matching(column.id, hits, left, why, missing, others)


def _why_left(ways: _Ways, index: _Index, caption: str) -> str:
    for way in ways:
        count = len({row for row, _ in index.get(way.key, ())})
        if count > 1:
            return MANY_ROWS.format(count=count, column=caption, text=way.key)
    return NO_ROW.format(column=caption)


def _phased(own: list[tuple[Reading, ArchiveFile]], *, done: bool) -> list[Hit]:
    """The files of a row in order; those without a phase get theirs by their order, as a guess."""
    own.sort(key=lambda one: (one[0].place, one[1].name))
    hits = [Hit(way.phase, file) for way, file in own if way.phase]
    loose = [file for way, file in own if not way.phase]
    told = {hit.phase for hit in hits}
    for place, file in enumerate(loose):
        late = place >= (len(loose) + 1) // 2 if not told else told == {"before"}
        phase = "after" if done and late else "before"
        hits.append(Hit(phase, file, BY_ORDER.format(phase=PHASE_LABELS[phase])))
    return hits


def _missing(
    rows: Sequence[Stated], read: Sequence[tuple[ArchiveFile, _Ways]]
) -> dict[int, list[tuple[str, str]]]:
    """The files that rows name and nobody packed."""
    packed = {ways[0].key for _, ways in read}
    found: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for row in rows:
        for part in _PICTURES:
            for name in files_named(row.texts.get(part, "")):
                if _base(name) not in packed:
                    found[row.key].append((_PHASES[part], name))
    return dict(found)
