"""Cells of an import put right before it is written: one, all alike, a column at once; undone."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from dataclasses import field as each_new
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, String, cast, func, select
from sqlalchemy.orm import Session

from app.domain.refusals import Conflict, Invalid, NotFound
from app.domain.roles import Actor
from app.models import ImportFile, ImportRow, ImportRun, ImportSheet
from app.services.imports.comparing.against_pool import compare_run
from app.services.imports.comparing.unaffected import is_unaffected
from app.services.imports.reading.own_fields import with_sections
from app.services.imports.reading.record_json import from_json, to_json
from app.services.imports.reading.records import DATED
from app.services.imports.reading.values import put
from app.services.imports.reading.vocabulary import Knowledge, load_knowledge
from app.services.imports.settling.doubts import kind_of, left, text_of
from app.services.imports.settling.memory import forget_word, remember_word
from app.services.imports.settling.settings import columns_said, forget_said, say_word, words_said
from app.services.imports.work.rows import CHOICES
from app.services.imports.work.runs import PART, READY, count_flags, require
from sheets.understanding.values.dates import lacks_year

CORRECTABLE = frozenset({READY, PART})
SAMPLES = 6  # of what was settled in a step
NOTHING_LEFT = "这一步已经撤回，或者那些行已经写入，请刷新页面。"
_NOTHING = len("{}")
_BY_FIELD = ("f", "i")  # parts of a record in which a correction changes single fields


@dataclass(slots=True)
class Settled:
    """What was done in one go: by whom, in which field, in how many cells; text -> meaning."""

    step: int
    by: str
    field: str
    cells: int = 0
    meant: dict[str, str] = each_new(default_factory=dict)


class _Step:
    """What is done in one go; its end remembers the words and compares the rows it touched."""

    def __init__(self, session: Session, actor: Actor, now: datetime, run: ImportRun) -> None:
        require(run, CORRECTABLE)
        self._session, self._actor, self._now, self._run = session, actor, now, run
        self.knowledge = _knowledge(session, now, run)
        self.done: list[int] = []
        self._changed: set[str] = set()
        self._words: dict[tuple[str, str, str], set[int]] = {}

    def put(
        self, row: ImportRow, section_id: int | None, field_id: str, text: str, *, keep: bool
    ) -> None:
        """Give a cell what a text means; `keep`: the section's next file is to know it too."""
        record = from_json(row.record)
        put(self.knowledge.of_section(section_id), record, field_id, text)
        self._settle(row, section_id, field_id, text, to_json(record), keep=keep)

    def agree(self, row: ImportRow, section_id: int | None, field_id: str) -> None:
        """Take a guess as it is shown."""
        text, raw = text_of(row.record, field_id), row.record.get("t", {}).get(field_id, "")
        flags = row.record.get("g", [])
        after = {**row.record, "g": [flag for flag in flags if flag[0] != field_id]}
        keep = text not in ("", raw) and _is_lasting(self.knowledge, field_id, raw)
        self._settle(row, section_id, field_id, text, after, keep=keep)

    def _settle(
        self, row: ImportRow, section_id: int | None, field_id: str, text: str,
        after: dict[str, Any], *, keep: bool,
    ) -> None:  # fmt: skip
        before, raw = row.record, row.record.get("t", {}).get(field_id, "")
        fix = {"raw": raw, "text": text, "by": self._actor.name, "step": self._run.version}
        differs = _was(before, after)
        was = row.fixes.get(field_id, {}).get("was") or differs
        row.record, row.flagged = after, len(after.get("g", ()))
        row.fixes = {**row.fixes, field_id: fix | {"was": was} | ({"kept": True} if keep else {})}
        if keep:
            sections = self._words.setdefault((field_id, raw, text), set())
            sections |= {section_id} if section_id is not None else set()
        self._changed |= _changed(differs)
        self.done.append(row.id)

    def close(self) -> int:
        """Gives how many cells were settled."""
        for (field_id, raw, text), sections in self._words.items():
            say_word(self._run, field_id, raw, text)
            for section_id in sections:
                remember_word(
                    self._session, self._actor, self._now, section_id, field_id, raw, text
                )
        _compare(self._session, self._now, self._run, self.knowledge, self.done, self._changed)
        return len(self.done)


def fix_cell(
    session: Session,
    actor: Actor,
    now: datetime,
    run: ImportRun,
    row_id: int,
    field_id: str,
    text: str,
) -> None:
    """Give a cell of a row the value that a text means, nothing for ""; the row is compared anew.

    The text is read as the file's cells are. Raises Invalid with a sentence, NotFound, Conflict.
    """
    step = _Step(session, actor, now, run)
    found = next(_rows(session, run, ImportRow.id == row_id), None)
    if found is None:
        raise NotFound("import.no_row", "这次导入里没有这一行，请刷新页面。")
    row, section_id, _file_id = found
    if row.applied:
        raise Conflict("import.written", "这一行已经写入，请到问题页面或表格里修改。")
    step.put(row, section_id, field_id, text, keep=False)
    step.close()


def fix_alike(
    session: Session,
    actor: Actor,
    now: datetime,
    run: ImportRun,
    field_id: str,
    raw: str,
    text: str,
    why: str = "",
) -> int:
    """Give all doubtful cells of a field that say `raw` the value that a text means.

    `why` narrows them to those that are doubtful for this reason: 3日 on the tab of one month.
    It is remembered for the sections of their files, a day without its year is not. Gives how
    many cells. Raises Invalid with a sentence, Conflict.
    """
    step = _Step(session, actor, now, run)
    keep = _is_lasting(step.knowledge, field_id, raw)
    for row, section_id, _file_id in _rows(session, run, ImportRow.flagged > 0):
        if not row.applied and any(
            (one, said) == (field_id, raw) and why in ("", reason)
            for one, said, reason, _guessed in left(row)
        ):
            step.put(row, section_id, field_id, text, keep=keep)
    return step.close()


def agree_to_column(
    session: Session,
    actor: Actor,
    now: datetime,
    run: ImportRun,
    file_id: int,
    field_id: str,
    kind: str,
) -> int:
    """Agree to all guesses of one kind (`kind_of`) in a column of a file, each as it is shown.

    Words are remembered for the file's section, days without their year are not. Gives how many
    cells. Raises Conflict; Invalid where there is none any more.
    """
    step = _Step(session, actor, now, run)
    for row, section_id, file in _rows(session, run, ImportRow.flagged > 0):
        if (
            file == file_id
            and not row.applied
            and any(
                one == field_id and guessed and kind_of(raw, why) == kind
                for one, raw, why, guessed in left(row)
            )
        ):
            step.agree(row, section_id, field_id)
    if not step.done:
        raise Invalid("import.settled", "这一列刚刚已经处理过，请刷新页面。")
    return step.close()


def settled(session: Session, run: ImportRun) -> list[Settled]:
    """What people settled and can take back, the last step first."""
    wanted = select(ImportRow.fixes, ImportRow.applied).where(*_fixed(run))
    known: dict[tuple[int, str], Settled] = {}
    for fixes, applied in session.execute(wanted):
        for field_id, fix in fixes.items() if not applied else ():
            if field_id == CHOICES or "step" not in fix:
                continue
            key = (fix["step"], field_id)
            one = known.setdefault(key, Settled(fix["step"], fix["by"], field_id))
            one.cells += 1
            if len(one.meant) < SAMPLES:
                one.meant.setdefault(fix["raw"], fix["text"])
    return sorted(known.values(), key=lambda one: -one.step)


def take_back(session: Session, now: datetime, run: ImportRun, step: int) -> int:
    """Make the cells of one step doubtful again, as they were read; what was written stays.

    What the step had remembered is forgotten. Gives how many cells; raises Conflict.
    """
    require(run, CORRECTABLE)
    done: Counter[int] = Counter()
    changed: set[str] = set()
    for row, section_id, _file_id in _rows(session, run, *_fixed(run)):
        mine = {
            key: fix
            for key, fix in row.fixes.items()
            if key != CHOICES and fix.get("step") == step and not row.applied
        }
        for field_id, fix in mine.items():
            row.record = _as_it_was(row.record, fix["was"])
            row.flagged = len(left(row))
            done[row.id] += 1
            changed |= _changed(fix["was"])
            if fix.get("kept"):
                forget_said(run, field_id, fix["raw"])
                forget_word(session, section_id, field_id, fix["raw"])
        row.fixes = {key: fix for key, fix in row.fixes.items() if key not in mine}
    if not done:
        raise Conflict("import.taken_back", NOTHING_LEFT)
    _compare(session, now, run, _knowledge(session, now, run), done, changed)
    return done.total()


def _rows(
    session: Session, run: ImportRun, *where: ColumnElement[bool]
) -> Iterator[tuple[ImportRow, int | None, int]]:
    """Rows of a run, each with its section and its file."""
    query = (
        select(ImportRow, ImportFile.section_id, ImportFile.id)
        .join(ImportSheet, ImportSheet.id == ImportRow.sheet_id)
        .join(ImportFile, ImportFile.id == ImportSheet.file_id)
        .where(ImportRow.run_id == run.id, *where)
        .order_by(ImportRow.id)
    )
    yield from session.execute(query).all()


def _fixed(run: ImportRun) -> tuple[ColumnElement[bool], ...]:
    return (
        ImportRow.run_id == run.id, func.length(cast(ImportRow.fixes, String)) > _NOTHING,
    )  # fmt: skip


def _was(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """What a correction took away or changed, so that it can be put back."""
    found: dict[str, Any] = {}
    for part in _BY_FIELD:
        old, new = before.get(part, {}), after.get(part, {})
        found[part] = {key: old.get(key) for key in {*old, *new} if old.get(key) != new.get(key)}
    if before.get("c") != after.get("c"):
        found["c"] = before.get("c")
    found["m"] = [key for key in before.get("m", ()) if key not in after.get("m", ())]
    found["g"] = [flag for flag in before.get("g", ()) if flag not in after.get("g", ())]
    return {part: value for part, value in found.items() if value or part == "c"}


def _as_it_was(record: Mapping[str, Any], was: Mapping[str, Any]) -> dict[str, Any]:
    again = dict(record)
    for part in _BY_FIELD:
        both = {**record.get(part, {}), **was.get(part, {})}
        again[part] = {key: value for key, value in both.items() if value is not None}
    if "c" in was:
        again["c"] = was["c"]
    gone = was.get("f", {}).keys()
    again["m"] = [key for key in record.get("m", ()) if key not in gone] + was.get("m", [])
    again["g"] = [*record.get("g", ()), *was.get("g", ())]
    return to_json(from_json(again))


def _is_lasting(knowledge: Knowledge, field_id: str, raw: str) -> bool:
    """Whether what a text means is worth keeping: 3日 is another day next month."""
    target = knowledge.vocabulary.target(field_id)
    dated = target is not None and target.kind in DATED
    return bool(raw) and not (dated and any(one.isdigit() for one in raw) and lacks_year(raw))


def _compare(
    session: Session,
    now: datetime,
    run: ImportRun,
    knowledge: Knowledge,
    rows: Collection[int],
    changed: Collection[str],
) -> None:
    """Say anew of rows what becomes of them, where other values of these fields may matter."""
    session.flush()
    if rows and not is_unaffected(session, run, rows, changed):
        compare_run(session, run, knowledge, only=rows)
    run.counts = {**run.counts, "flagged": count_flags(session, run.id)}
    run.version += 1
    run.updated_at = now
    session.flush()


def _changed(was: Mapping[str, Any]) -> set[str]:
    """The fields that say something else than before."""
    return {key for part in _BY_FIELD for key in was.get(part, ())} | (
        {"category"} if "c" in was else set()
    )


def _knowledge(session: Session, now: datetime, run: ImportRun) -> Knowledge:
    known = load_knowledge(session, now)
    return with_sections(session, now, known, columns_said(run), words_said(run))
