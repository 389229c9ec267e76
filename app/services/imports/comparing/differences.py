"""What rows that are known again say against what the pool holds, cell by cell."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.policy import may_import_for
from app.domain.roles import Actor
from app.domain.states import OPEN, Priority, State
from app.models import ImportOrigin, ImportPicture, ImportRow, Photo, Problem
from app.services.imports.comparing.canonical import (
    COMPARED,
    ENTERED,
    PICTURES,
    RANKS,
    comparable,
    origin_values,
    pool_columns,
    pool_values,
    same,
)
from app.services.imports.work.runs import CHANGED, CONFLICTING, UNCHANGED
from app.services.names import Names
from app.services.problem_columns import SOURCES
from app.services.super_table import section_fields
from sheets.catalogue import Field
from sheets.merging import RowDiff, compare, is_blank

CLOSED = (
    "这个问题已经{state}，导入不再改动它；表里有 {count} 处与系统里不同。需要更正时请在系统里办理。"
)
OTHERS = "这个问题由别的科室牵头，只补空白；表里有 {count} 处与系统里不同，没有改动。"
BEHIND = "表里的状态是“{said}”，系统里已经是“{now}”，按系统里的保留。"
THUMBNAILS = "表里的 {count} 张小图是导出时的缩略图，没有当作新照片。"
PHASES = ("before", "after")
THUMBNAIL = 400  # pixels: no camera's picture is that small, those in our own ledgers are
_NAMED: Mapping[str, str] = {
    "district": "organisation", "street": "organisation", "unit": "organisation",
    "category": "category",
}  # fmt: skip
_CODES: Mapping[str, Mapping[str, str]] = {
    "source": dict(SOURCES),
    "urgent": {each.value: each.label for each in Priority},
    "status": {each.value: each.label for each in State},
}
_OPEN = frozenset(state.value for state in OPEN)
# A day is kept of a step that was taken, and by a person who took it here his own.
_STEPS: Mapping[str, tuple[State, str]] = {
    "listed_at": (State.LISTED, ""),
    "finished_at": (State.SUBMITTED, "submitted_by_id"),
    "checked_at": (State.PRE_SIGNED_OFF, "checked_by_id"),
    "signed_off_at": (State.SIGNED_OFF, "signed_off_by_id"),
    "deferral_until": (State.DEFERRED, ""),
}
_TAKEN_BY = tuple(column for _, column in _STEPS.values() if column)


@dataclass(slots=True)
class Verdict:
    """What becomes of a row, and why; `outcome` as `import_row` keeps it."""

    status: str
    problem_id: int | None = None
    outcome: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class _Pool:
    """What is there of some problems: values, version, and whose pictures are whose."""

    values: dict[int, dict[str, Any]]
    facts: dict[int, Mapping[str, Any]]
    pictures: dict[int, set[str]]


class Differences:
    """Compares rows with their problems, some at a time, asking for names once."""

    def __init__(self, session: Session, actor: Actor, run_id: int, section_id: int) -> None:
        self._session = session
        self._actor = actor
        self._section_id = section_id
        self._names = Names(session)
        self._fields: dict[str, Field] = {
            each.id: each for each in section_fields.all_fields(session) if not each.made_by
        }
        small = select(ImportPicture.sha256, ImportPicture.facts).where(
            ImportPicture.run_id == run_id, ImportPicture.refused == ""
        )
        self._thumbnails = {
            sha256
            for sha256, facts in session.execute(small)
            if max(facts.get("width") or THUMBNAIL + 1, facts.get("height") or 0) <= THUMBNAIL
        }

    def verdicts(
        self, problem_of: Mapping[int, int], by_number: frozenset[int]
    ) -> dict[int, Verdict]:
        """What becomes of these rows, by row id; of those `by_number` the file may be our own."""
        rows = self._rows(problem_of)
        bases = self._bases(problem_of.values())
        own = {key for record, _ in rows.values() for key in record.get("f", ())}
        pool = self._pool(set(problem_of.values()), own & self._fields.keys())
        return {
            row_id: self._verdict(
                record, fixed, problem_of[row_id], bases.get(problem_of[row_id]), pool,
                ours=row_id in by_number,
            )
            for row_id, (record, fixed) in rows.items()
        }  # fmt: skip

    def _rows(self, ids: Iterable[int]) -> dict[int, tuple[dict[str, Any], frozenset[str]]]:
        found = self._session.execute(
            select(ImportRow.id, ImportRow.record, ImportRow.fixes).where(ImportRow.id.in_(ids))
        )
        return {row_id: (record, frozenset(fixes)) for row_id, record, fixes in found}

    def _bases(
        self, problem_ids: Iterable[int]
    ) -> dict[int, tuple[Mapping[str, Any], Mapping[str, str]]]:
        found = self._session.execute(
            select(ImportOrigin.problem_id, ImportOrigin.values, ImportOrigin.texts).where(
                ImportOrigin.problem_id.in_(set(problem_ids)),
                ImportOrigin.section_id == self._section_id,
                ImportOrigin.withdrawn_at.is_(None),
            )
        )
        return {problem_id: (values, texts) for problem_id, values, texts in found}

    def _pool(self, ids: set[int], own: set[str]) -> _Pool:
        fields = [self._fields[each] for each in sorted(own)]
        columns = [*pool_columns(), *(each.column.label(each.id) for each in fields)]
        found = self._session.execute(
            select(
                Problem.id.label("key"), Problem.version.label("version"),
                Problem.lead_section_id.label("lead"),
                *(getattr(Problem, name).label(name) for name in _TAKEN_BY), *columns,
            ).where(Problem.id.in_(ids))
        ).mappings()  # fmt: skip
        pool = _Pool({}, {}, {})
        for row in found:
            values = pool_values(dict(row))
            for each in fields:
                values[each.id] = each.show(each.kind.load(row[each.id]), self._names)
            pool.values[row["key"]], pool.facts[row["key"]] = values, dict(row)
        photos = select(Photo.problem_id, Photo.sha256).where(Photo.problem_id.in_(ids))
        for problem_id, sha256 in self._session.execute(photos):
            pool.pictures.setdefault(int(problem_id or 0), set()).add(sha256)
        return pool

    def _verdict(
        self,
        record: Mapping[str, Any],
        fixed: frozenset[str],
        problem_id: int,
        base: tuple[Mapping[str, Any], Mapping[str, str]] | None,
        pool: _Pool,
        *,
        ours: bool,
    ) -> Verdict:
        now, facts = pool.values[problem_id], pool.facts[problem_id]
        values = _kept_here(comparable(origin_values(record)), now, facts)
        known = _as_said_before(values, record.get("t", {}), base, fixed)
        known, entered = _as_entered(known, values)
        diff = compare(values, known, now, same=same, ranks=RANKS, written=entered)
        pictures = self._new_pictures(record, known, pool.pictures.get(problem_id, set()))
        notes = [
            BEHIND.format(said=_word("status", values[each]), now=_word("status", now[each]))
            for each in diff.behind
        ]
        if ours and (small := [one for one in pictures if one[1] in self._thumbnails]):
            pictures = [one for one in pictures if one not in small]
            notes.append(THUMBNAILS.format(count=len(small)))
        outcome: dict[str, Any] = {"notes": notes} if notes else {}
        differing = len(diff.changed) + len(diff.conflicting) + bool(pictures)
        if not differing:
            return Verdict(UNCHANGED, problem_id, outcome)
        if now["status"] not in _OPEN:
            state = _word("status", now["status"])
            outcome["why"] = CLOSED.format(state=state, count=differing)
            return Verdict(UNCHANGED, problem_id, outcome)
        if not self._may_change(facts["lead"]):
            outcome |= _only_blanks(diff)
            if not diff.changed and not pictures:
                return Verdict(UNCHANGED, problem_id, outcome)
        outcome |= self._told(diff, pictures) | {"version": facts["version"]}
        return Verdict(CONFLICTING if diff.conflicting else CHANGED, problem_id, outcome)

    def _may_change(self, lead: int | None) -> bool:
        """Whether this file may overwrite what stands in a problem that `lead` leads."""
        return lead in (None, self._section_id) or may_import_for(self._actor, lead)

    def _new_pictures(
        self, record: Mapping[str, Any], base: Mapping[str, Any] | None, there: set[str]
    ) -> list[list[str]]:
        """Phase and hash of the pictures that neither the problem has nor the last file had."""
        known = there | set((base or {}).get(PICTURES, ()))
        return [[phase, sha] for phase, sha, *_ in record.get("p", ()) if sha not in known]

    def _told(self, diff: RowDiff, pictures: Sequence[Sequence[str]]) -> dict[str, Any]:
        told: dict[str, Any] = {}
        for name, pairs in (("changes", diff.changed), ("conflicts", diff.conflicting)):
            shown = {
                key: [self._shown(key, old), self._shown(key, new)]
                for key, (old, new) in pairs.items()
            }
            if shown:
                told[name] = shown
        if pictures:
            told["pictures"] = [list(one) for one in pictures]
            changes = told.setdefault("changes", {})
            for phase in PHASES:
                count = sum((one[0] or "before") == phase for one in pictures)
                if count:
                    changes[phase] = ["", f"+{count} 张"]
        return told

    def _shown(self, key: str, value: Any) -> str:
        if value is None or value == "":
            return ""
        if key in _NAMED and type(value) is int:
            return self._names.names(_NAMED[key], [value]).get(value, "")
        known = COMPARED.get(key)
        if known is not None and known.kind == "moment":
            return str(value).replace("T", " ")
        if known is not None and known.kind == "degrees":
            return f"{value:.6f}"
        return _word(key, value)


def _word(key: str, value: Any) -> str:
    return _CODES.get(key, {}).get(str(value), str(value))


def _kept_here(
    values: Mapping[str, Any], now: Mapping[str, Any], facts: Mapping[str, Any]
) -> dict[str, Any]:
    """The values that an update would write: urgency and days of steps are kept by moves."""
    ranks = RANKS["status"]
    reached = max(ranks.get(now["status"], -1), ranks.get(values.get("status"), -1))
    left_out = {
        key
        for key, (state, taken_by) in _STEPS.items()
        if reached < ranks[state.value] or (taken_by and facts[taken_by] is not None)
    }
    if now["status"] != State.POOLED:
        left_out.add("urgent")
    return {key: value for key, value in values.items() if key not in left_out}


def _only_blanks(diff: RowDiff) -> dict[str, Any]:
    """Of another section's problem only blanks are filled; tells how much stays as it is."""
    kept = [key for key, (now, _) in diff.changed.items() if not is_blank(now)]
    count = len(kept) + len(diff.conflicting)
    for key in kept:
        del diff.changed[key]
    diff.conflicting.clear()
    return {"why": OTHERS.format(count=count)} if count else {}


def _as_entered(
    known: Mapping[str, Any] | None, values: Mapping[str, Any]
) -> tuple[Mapping[str, Any] | None, Mapping[str, Any]]:
    """What the row said the last time, and the state that was written for want of better.

    A deferral without a date was entered as listed: with a date now, the same word says more.
    """
    if known is None or ENTERED not in known:
        return known, {}
    if "deferral_until" in values and not known.get("deferral_until"):
        known = {key: value for key, value in known.items() if key != "status"}
    return known, {"status": known[ENTERED]}


def _as_said_before(
    values: Mapping[str, Any],
    texts: Mapping[str, str],
    base: tuple[Mapping[str, Any], Mapping[str, str]] | None,
    fixed: frozenset[str],
) -> Mapping[str, Any] | None:
    """What the row said the last time; the same words say the same, whatever is made of them now.

    So what people corrected then, or what we have come to understand otherwise since, is no
    change of the file; what is corrected this time is.
    """
    if base is None:
        return None
    before, said = base
    as_before = {
        key: values[key]
        for key, text in texts.items()
        if key in values and key not in fixed and said.get(key) == text
    }
    return {**before, **as_before}
