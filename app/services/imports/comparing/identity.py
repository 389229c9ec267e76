"""By what a section's rows are known again: our numbers, its own, or what tells them apart."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, true
from sqlalchemy.orm import Session

from app.domain.numbers import PREFIX
from app.domain.policy import may_import_for
from app.domain.roles import Actor
from app.models import Problem
from app.services.imports.comparing.canonical import NUMBER, key_part, key_parts
from app.services.imports.reading.words import targets
from app.services.scope import visible_to
from sheets.merging import Keys, keys_over, propose_keys

TELLING = frozenset({NUMBER, "point", "description"})
OFFERED = (
    NUMBER, "point", "street", "category", "reported_at", "description", "district", "community",
    "unit", "due", "listed_at", "reporter", "lng", "lat", "code",
)  # fmt: skip
"""The fields that a person may choose from."""
_CANDIDATES = (
    (NUMBER,),
    ("point", "reported_at"),
    ("point", "reported_at", "category"),
    ("street", "point", "reported_at", "category"),
    ("street", "point", "reported_at", "category", "description"),
    ("street", "point", "reported_at", "category", "description", "unit", "due"),
)
_UNDATED = (
    (NUMBER,),
    ("point", "description"),
    ("street", "point", "description"),
    ("street", "point", "category", "description", "unit", "due"),
)
PROPOSED = tuple(dict.fromkeys(key for some in (*_CANDIDATES, *_UNDATED) for key in some))
"""The fields that proposals are made of."""
_ABOUT = ("point", "description", "reported_at")
_AT_ONCE = 1_000
_OUR_NUMBER = re.compile(rf"{PREFIX}-\d+-\d{{4}}-\d+", re.IGNORECASE)
NOT_OURS = (
    "“{number}”是本系统的编号，但没有找到这个问题，或者它不归这个科室办理，不能通过导入修改。"
    "要作为新问题导入，请把这一格编号清空。"
)


@dataclass(frozen=True, slots=True)
class Chosen:
    """The keys of a section's rows, with the sentence that explains them on the page."""

    fields: tuple[str, ...]
    why: str
    by_person: bool
    repeated: int
    keyless: int

    @property
    def named(self) -> str:
        """The fields by their captions, for a sentence."""
        known = captions()
        return "、".join(f"“{known[each]}”" for each in self.fields)

    def to_json(self) -> dict[str, Any]:
        """As `run.counts["keys"]` holds it."""
        return {
            "fields": list(self.fields), "why": self.why, "chosen": self.by_person,
            "repeated": self.repeated, "keyless": self.keyless,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ours:
    """A problem named by our own number; not `touchable` where this import may not change it."""

    problem_id: int
    touchable: bool


def captions() -> dict[str, str]:
    """What the fields are called that keys are chosen from."""
    named = {target.id: target.caption for target in targets()}
    return {each: named[each] for each in OFFERED}


def choose(
    rows: Sequence[Mapping[str, Any]],
    known: Sequence[Mapping[str, Any]],
    wanted: Sequence[str] = (),
) -> tuple[Keys, Chosen]:
    """The keys of a section's rows, by their values: `wanted` by a person, or proposed.

    `known` are the values of the rows of earlier imports.
    """
    fields = tuple(each for each in wanted if each in OFFERED)
    if fields:
        keys = keys_over([key_parts(row, fields) for row in rows], fields, TELLING)
        return keys, _chosen(keys, "按您选择的{fields}认出已有的问题{trouble}", by_person=True)
    dated = any("reported_at" in row for row in rows)
    candidates = _CANDIDATES if dated else _UNDATED
    keys = _propose(rows, known, candidates[:1])  # most often that is enough, and it is quick
    if not keys.is_unique or _begins_anew(rows, known):
        keys = _propose(rows, known, candidates[1:])
    return keys, _chosen(keys, _reason(keys), by_person=False)


def _begins_anew(rows: Sequence[Mapping[str, Any]], known: Sequence[Mapping[str, Any]]) -> bool:
    """Whether numbers are given again: most rows with a known number are about something else."""
    by_number = {key_part(NUMBER, row[NUMBER]): row for row in known if NUMBER in row}
    if not by_number:
        return False
    met = other = 0
    for row in rows:
        before = by_number.get(key_part(NUMBER, row.get(NUMBER)))
        if before is not None:
            met += 1
            other += not any(
                each in row and key_part(each, row[each]) == key_part(each, before.get(each))
                for each in _ABOUT
            )
    return other * 2 > met


def _propose(
    rows: Sequence[Mapping[str, Any]],
    known: Sequence[Mapping[str, Any]],
    candidates: Sequence[Sequence[str]],
) -> Keys:
    fields = tuple({each for candidate in candidates for each in candidate})
    new, old = ([key_parts(row, fields) for row in some] for some in (rows, known))
    return propose_keys(new, candidates, telling=TELLING, known=old)


def _reason(keys: Keys) -> str:
    if not keys.fields:
        return "没有编号、点位或描述，认不出已有的问题：只有整行相同的才算同一个。"
    if keys.fields == (NUMBER,):
        return "每一行都有编号，而且没有重复，按编号认出已有的问题{trouble}"
    if keys.is_unique:
        return "{fields}合在一起没有重复，按它们认出已有的问题{trouble}"
    return "{fields}合在一起最能分清各行，按它们认出已有的问题{trouble}"


def _chosen(keys: Keys, sentence: str, *, by_person: bool) -> Chosen:
    named = captions()
    trouble = []
    if keys.repeated:
        trouble.append(f"有 {len(keys.repeated)} 行与前面的行相同")
    if keys.keyless and keys.fields:
        trouble.append(f"有 {len(keys.keyless)} 行这几格是空的")
    why = sentence.format(
        fields="、".join(f"“{named[each]}”" for each in keys.fields),
        trouble=f"；但{'，'.join(trouble)}，请核对，或者换几个字段。" if trouble else "。",
    )
    return Chosen(keys.fields, why, by_person, len(keys.repeated), len(keys.keyless))


def our_number(value: Any) -> str | None:
    """The number in the form we give it; None for the numbers of others."""
    text = str(value).strip() if value else ""
    return text.upper() if _OUR_NUMBER.fullmatch(text) else None


def find_ours(
    session: Session, actor: Actor, section_id: int, numbers: Collection[str]
) -> dict[str, Ours]:
    """The problems with these numbers of ours that the actor may see, by number."""
    found = {}
    anywhere = may_import_for(actor, None)
    seen = true() if anywhere else visible_to(actor)
    wanted = sorted(numbers)
    for start in range(0, len(wanted), _AT_ONCE):
        rows = session.execute(
            select(Problem.number, Problem.id, Problem.lead_section_id).where(
                Problem.number.in_(wanted[start : start + _AT_ONCE]), seen
            )
        )
        for number, problem_id, lead in rows:
            found[str(number)] = Ours(problem_id, touchable=anywhere or lead == section_id)
    return found
