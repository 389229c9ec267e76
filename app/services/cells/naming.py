"""What a reference may be set to: the id of somebody on offer, or a name that people paste."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.domain.policy import scope_of
from app.domain.roles import Actor
from app.models import Category, Organisation, User
from sheets.catalogue import Field
from sheets.fields import FieldError
from sheets.text import one_line, shortened

AT_ONCE = 1_000
MOST_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of reference: the row's id, the names it goes by, whether it may still be chosen."""

    word: str
    id: InstrumentedAttribute[int]
    names: tuple[InstrumentedAttribute[str], ...]
    offered: Callable[[Actor], ColumnElement[bool]]


def _people(actor: Actor) -> ColumnElement[bool]:
    """Those who work here now: of the whole city for whoever sees it, else of one's own unit."""
    if scope_of(actor).everything:
        return User.is_active.is_(True)
    own = select(Organisation.id).where(
        Organisation.path.startswith(actor.org_path, autoescape=True)
    )
    return User.is_active.is_(True) & User.org_id.in_(own)


KINDS: Mapping[str, Kind] = {
    "organisation": Kind(
        "单位",
        Organisation.id,
        (Organisation.name, Organisation.short_name),
        lambda _actor: Organisation.is_active.is_(True),
    ),
    "person": Kind("人员", User.id, (User.name,), _people),
    "category": Kind(
        "类别", Category.id, (Category.name,), lambda _actor: Category.is_active.is_(True)
    ),
}


class References:
    """Reads the references of many cells for one actor, with two questions a kind."""

    def __init__(self, session: Session, actor: Actor) -> None:
        self._session = session
        self._actor = actor
        self._ids: dict[str, set[int]] = defaultdict(set)
        self._named: dict[str, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))

    def prepare(self, cells: Iterable[tuple[Field, object]]) -> None:
        """Ask at once for all ids and names that stand in these cells."""
        ids: dict[str, set[int]] = defaultdict(set)
        names: dict[str, set[str]] = defaultdict(set)
        for field, raw in cells:
            kind = kind_of(field)
            if not kind:
                continue
            if isinstance(raw, str):
                names[kind].add(one_line(raw))
            elif (picked := picked_id(raw)) is not None:
                ids[kind].add(picked)
        for kind, wanted in ids.items():
            self._find_ids(kind, wanted)
        for kind, texts in names.items():
            self._find_names(kind, texts)

    def read(self, field: Field, raw: object) -> int | None:
        """The id a cell of this field is set to; FieldError with a sentence for anything else.

        `raw` is {"id": 12}, an id, or a name or short name as it is written on screens.
        """
        kind = KINDS[kind_of(field)]
        if raw is None or (isinstance(raw, str) and not raw.strip()):
            return None
        if not isinstance(raw, str):
            picked = picked_id(raw)
            if picked is None or picked not in self._ids[kind_of(field)]:
                raise FieldError(f"请从列表中选择{kind.word}。")
            return picked
        text = one_line(raw)
        found = self._named[kind_of(field)].get(text, set())
        if len(found) == 1:
            return next(iter(found))
        if found:
            raise FieldError(
                f"有 {len(found)} 个{kind.word}都叫“{shortened(text)}”，请从列表中选择。"
            )
        raise FieldError(f"没有叫“{shortened(text)}”的{kind.word}，请写全称或从列表中选择。")

    def _find_ids(self, kind: str, wanted: set[int]) -> None:
        known = KINDS[kind]
        offered = known.offered(self._actor)
        for some in _in_turn(sorted(wanted)):
            rows = self._session.scalars(select(known.id).where(known.id.in_(some), offered))
            self._ids[kind].update(rows)

    def _find_names(self, kind: str, texts: set[str]) -> None:
        known = KINDS[kind]
        offered = known.offered(self._actor)
        for some in _in_turn(sorted(texts - {""})):
            called = or_(*(name.in_(some) for name in known.names))
            rows = self._session.execute(select(known.id, *known.names).where(called, offered))
            for row_id, *names in rows:
                for name in names:
                    self._named[kind][name].add(row_id)


def kind_of(field: Field) -> str:
    """The kind of names behind a field's ids; nothing for other types."""
    kind = field.kind.names_kind(field.options) or ""
    return kind if kind in KINDS else ""


def picked_id(raw: object) -> int | None:
    """The id in {"id": 12} or 12; None for anything that cannot be one."""
    found = raw.get("id") if isinstance(raw, dict) and raw.keys() == {"id"} else raw
    if isinstance(found, bool) or not isinstance(found, int):
        return None
    return found if 0 < found < 10**MOST_DIGITS else None


def _in_turn(items: list[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(items), AT_ONCE):
        yield items[start : start + AT_ONCE]
