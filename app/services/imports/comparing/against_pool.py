"""Compares the rows of an import with the pool: what each would do, before anything is written."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import Session

from app.domain.policy import may_import_for
from app.domain.roles import Actor
from app.models import ImportRow, ImportRun
from app.services.actors import actor_of
from app.services.collecting import no_collecting
from app.services.imports.comparing.canonical import key_parts
from app.services.imports.comparing.differences import Differences, Verdict
from app.services.imports.comparing.identity import NOT_OURS, TELLING, Chosen, choose, find_ours
from app.services.imports.comparing.scanning import (
    Origins,
    Seen,
    Watch,
    corrected_words,
    fields_needed,
    in_turn,
    origins_of,
    rows_of,
    words_of_rows,
)
from app.services.imports.comparing.twins import Ground, find_twins
from app.services.imports.reading.vocabulary import Knowledge
from app.services.imports.work.places import Place, places_of
from app.services.imports.work.runs import BROKEN, CONFLICTING, NEW, ROW_STATUSES, TWIN, UNCHANGED
from sheets.merging import Key, key_of

KEYS = "keys"  # in run.settings what a person chose, in run.counts what is used, by section
SAME_ROW = "same_row"  # in an outcome: the row of this run that says the same
NO_SECTION = "还不知道这个文件是哪个科室的台账。请先选择科室。"
NOT_YOURS = "您不能为这个科室导入台账。请选择本科室，或者请系统管理员导入。"
NOTHING_SAID = "这一行没有问题描述，也没有点位，说不清是什么问题。请补上其中一项。"
TWICE = "与{place}{row}完全相同，只算一次。"
SHARED = (
    "与{place}{row}的{fields}相同，分不清是不是同一个问题。"
    "请改正其中一行，或者换几个字段来认出已有的问题。"
)
GONE = "导入这份文件的账号已停用，请用自己的账号重新导入。"
_TABLE: Any = ImportRow.__table__


@dataclass(slots=True)
class _Section:
    """The rows of one section, and what its earlier imports said."""

    id: int
    rows: list[Seen]
    keys: Chosen
    earlier: dict[int, int]
    origins: Origins
    problem_of: dict[int, int] = field(default_factory=dict)
    by_number: set[int] = field(default_factory=set)


def compare_run(
    session: Session,
    run: ImportRun,
    knowledge: Knowledge,
    *,
    only: Collection[int] | None = None,
    watch: Watch | None = None,
) -> dict[str, int]:
    """Say of each row what becomes of it: `status`, `outcome` and `problem_id`; rows by status.

    Rows that were written stay as they are. `only` are the rows to be looked at again, with those
    that were told apart from them; the others keep what was said. `run.counts` gets the rows by
    status and under `keys` by what they are known. `watch` is told how many rows were read.
    """
    session.flush()
    told = watch or (lambda _rows: None)
    actor = actor_of(session, run.owner_id, run.updated_at)
    with no_collecting():
        sections = _compare_all(session, actor, run, knowledge, only, told)
    return _count(session, run, sections)


def _compare_all(
    session: Session,
    actor: Actor | None,
    run: ImportRun,
    knowledge: Knowledge,
    only: Collection[int] | None,
    watch: Watch,
) -> list[_Section]:
    places = places_of(session, run.id)
    wanted = run.settings.get(KEYS, {})
    fields = fields_needed(each for chosen in wanted.values() for each in chosen)
    rows = rows_of(session, run.id, fields, watch)
    verdicts: dict[int, Verdict] = {}
    sections: list[_Section] = []
    for section_id, some in _by_section(rows, places).items():
        sound = _sound(actor, section_id, some, verdicts)
        if section_id is not None:
            chosen = wanted.get(str(section_id), ())
            section = _known_again(session, section_id, sound, chosen, fields)
            sections.append(section)
            _judge_keys(section, places, verdicts)
            if actor is not None:
                _by_our_numbers(session, actor, section, places, verdicts)
    looked_at = _looked_at(session, run.id, rows, only)
    if actor is not None:
        for section in sections:
            _compare(session, actor, run.id, section, looked_at, verdicts)
        new = [row for row in rows if row.id not in verdicts and not row.done]
        claimed = {each for section in sections for each in section.problem_of.values()}
        known = {section.id: section.origins.prints.keys() for section in sections}
        ground = Ground(places, claimed, known)
        for row_id, outcome in find_twins(session, actor, knowledge, ground, new).items():
            verdicts[row_id] = Verdict(TWIN, None, outcome)
    _write(session, rows, verdicts, looked_at)
    return sections


def _by_section(rows: Sequence[Seen], places: Mapping[int, Place]) -> dict[int | None, list[Seen]]:
    found: dict[int | None, list[Seen]] = {}
    for row in rows:
        found.setdefault(places[row.sheet_id].section_id, []).append(row)
    return found


def _sound(
    actor: Actor | None, section_id: int | None, rows: list[Seen], verdicts: dict[int, Verdict]
) -> list[Seen]:
    """The rows that can be compared; of the others it is said why not."""
    why = ""
    if actor is None:
        why = GONE
    elif section_id is None:
        why = NO_SECTION
    elif not may_import_for(actor, section_id):
        why = NOT_YOURS
    if why:
        verdicts.update((row.id, Verdict(BROKEN, None, {"why": why})) for row in rows)
        return []
    for row in rows:
        if not row.says:
            verdicts[row.id] = Verdict(BROKEN, None, {"why": NOTHING_SAID})
    return [row for row in rows if row.says]


def _known_again(
    session: Session,
    section_id: int,
    rows: list[Seen],
    wanted: Sequence[str],
    fields: Sequence[str],
) -> _Section:
    """Choose the keys and find each row's problem among the section's earlier imports."""
    origins = origins_of(session, section_id, fields)
    keys, chosen = choose([row.values for row in rows], origins.values, wanted)
    by_key = origins.by_key(keys.fields, TELLING)
    section = _Section(section_id, rows, chosen, dict(keys.repeated), origins)
    taken: set[int] = set()
    unknown = []
    for at, row in enumerate(rows):
        if at in keys.repeated:
            continue
        problem_id = _found(by_key, row, keys.fields) if by_key else None
        if problem_id is None or problem_id in taken:
            unknown.append(row.id)
        else:
            section.problem_of[row.id] = problem_id
            taken.add(problem_id)
    if unknown and origins.problems:
        _known_by_words(session, section, unknown, taken)
    return section


def _found(by_key: Mapping[Key, int], row: Seen, fields: Sequence[str]) -> int | None:
    key = key_of(key_parts(row.values, fields), fields, TELLING)
    return by_key.get(key) if key is not None else None


def _known_by_words(
    session: Session, section: _Section, unknown: Sequence[int], taken: set[int]
) -> None:
    """Rows that say what others said before people corrected them."""
    corrected = corrected_words(session, section.id)
    if not corrected:
        return
    for row_id, words in words_of_rows(session, unknown).items():
        problem_id = corrected.get(words)
        if problem_id is not None and problem_id not in taken:
            section.problem_of[row_id] = problem_id
            taken.add(problem_id)


def _judge_keys(
    section: _Section, places: Mapping[int, Place], verdicts: dict[int, Verdict]
) -> None:
    """Rows that share their key with one before them; our own numbers tell apart by themselves."""
    for at, earlier_at in section.earlier.items():
        row, earlier = section.rows[at], section.rows[earlier_at]
        if not row.ours:
            verdicts[row.id] = _like_earlier(row, earlier, places, section.keys.named)


def _like_earlier(row: Seen, earlier: Seen, places: Mapping[int, Place], by: str) -> Verdict:
    there = places[earlier.sheet_id]
    place = "" if row.sheet_id == earlier.sheet_id else _named(there)
    same = row.print == earlier.print
    why = (TWICE if same else SHARED).format(place=place, row=there.rows([earlier.row]), fields=by)
    return Verdict(UNCHANGED if same else CONFLICTING, None, {"why": why, SAME_ROW: earlier.id})


def _named(place: Place) -> str:
    return f"“{place.file}”的“{place.sheet}”"


def _by_our_numbers(
    session: Session,
    actor: Actor,
    section: _Section,
    places: Mapping[int, Place],
    verdicts: dict[int, Verdict],
) -> None:
    """Our own ledgers and tables come back by our number, whatever else they say."""
    rows = [row for row in section.rows if row.ours and row.id not in verdicts]
    ours = find_ours(session, actor, section.id, {row.ours for row in rows if row.ours})
    first: dict[int, Seen] = {}
    for row in rows:
        found = ours.get(row.ours or "")
        section.problem_of.pop(row.id, None)
        if found is None or not (found.touchable or found.problem_id in section.origins.prints):
            verdicts[row.id] = Verdict(BROKEN, None, {"why": NOT_OURS.format(number=row.ours)})
        elif (earlier := first.setdefault(found.problem_id, row)) is not row:
            verdicts[row.id] = _like_earlier(row, earlier, places, "“编号”")
    for row_id in [key for key, found in section.problem_of.items() if found in first]:
        del section.problem_of[row_id]
    for problem_id, row in first.items():
        section.problem_of[row.id] = problem_id
        section.by_number.add(row.id)


def _looked_at(
    session: Session, run_id: int, rows: Sequence[Seen], only: Collection[int] | None
) -> frozenset[int]:
    """The rows to be judged: with some of them, those that were judged by them before."""
    if only is None:
        return frozenset(row.id for row in rows)
    wanted = set(only)
    judged_by = select(ImportRow.id, ImportRow.outcome).where(
        ImportRow.run_id == run_id, ImportRow.status.in_([CONFLICTING, UNCHANGED])
    )
    for row_id, outcome in session.execute(judged_by):
        if outcome.get(SAME_ROW) in wanted:
            wanted.add(row_id)
    return frozenset(wanted)


def _compare(
    session: Session,
    actor: Actor,
    run_id: int,
    section: _Section,
    looked_at: frozenset[int],
    verdicts: dict[int, Verdict],
) -> None:
    """Rows that say what they said before are unchanged; the others are compared by cell."""
    differing = []
    for row in section.rows:
        problem_id = section.problem_of.get(row.id)
        if problem_id is None or row.id in verdicts:
            continue
        if section.origins.prints.get(problem_id) == row.print:
            verdicts[row.id] = Verdict(UNCHANGED, problem_id)
        elif row.id in looked_at and not row.done:
            differing.append(row.id)
        else:
            verdicts[row.id] = Verdict("", problem_id)
    if not differing:
        return
    differences = Differences(session, actor, run_id, section.id)
    for some in in_turn(differing):
        problems = {row_id: section.problem_of[row_id] for row_id in some}
        verdicts |= differences.verdicts(problems, frozenset(section.by_number.intersection(some)))


def _write(
    session: Session,
    rows: Sequence[Seen],
    verdicts: Mapping[int, Verdict],
    looked_at: frozenset[int],
) -> None:
    """The rows' statuses, in one statement for those of which nothing else is to be said."""
    plain, told = [], []
    for row in rows:
        if row.done or row.id not in looked_at:
            continue
        verdict = verdicts.get(row.id)
        if verdict is None:
            plain += [] if row.is_new else [row.id]
        else:
            told.append(
                {"key": row.id, "new_status": verdict.status, "new_problem": verdict.problem_id,
                 "new_outcome": verdict.outcome}
            )  # fmt: skip
    connection = session.connection()
    for some in in_turn(plain):
        connection.execute(
            update(_TABLE)
            .where(_TABLE.c.id.in_(some))
            .values(status=NEW, problem_id=None, outcome={})
        )
    statement = (
        update(_TABLE)
        .where(_TABLE.c.id == bindparam("key"))
        .values(
            status=bindparam("new_status"), problem_id=bindparam("new_problem"),
            outcome=bindparam("new_outcome", type_=_TABLE.c.outcome.type),
        )
    )  # fmt: skip
    if told:
        connection.execute(statement, told)
    for each in session.identity_map.values():
        if isinstance(each, ImportRow):
            session.expire(each)


def _count(session: Session, run: ImportRun, sections: Sequence[_Section]) -> dict[str, int]:
    query = select(ImportRow.status, func.count()).where(ImportRow.run_id == run.id)
    found: Counter[str] = Counter(
        {status: count for status, count in session.execute(query.group_by(ImportRow.status))}
    )
    counts = {status: found[status] for status in ROW_STATUSES}
    keys = {str(section.id): section.keys.to_json() for section in sections}
    run.counts = {**run.counts, **counts, KEYS: keys}
    return counts
