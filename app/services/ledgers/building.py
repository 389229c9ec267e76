"""Makes a ledger's file: rows of one moment, both pictures a row, progress told in between."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple, Protocol

import structlog
from sqlalchemy import ColumnElement, Connection, update
from sqlalchemy.orm import Session

from app.domain.policy import Scope
from app.domain.rights import HIDEABLE
from app.domain.roles import SECTION_TYPES, Rights
from app.domain.states import Phase, State
from app.models import Ledger, Organisation, Photo, User
from app.photos.refusal import PhotoRefused
from app.photos.store import PhotoMissing
from app.services.actors import rights_of
from app.services.dates import Period
from app.services.evidence import masks as photo_masks
from app.services.evidence.room import Mask
from app.services.ledgers import layout as ledger_layout
from app.services.ledgers import units
from app.services.ledgers.asking import DONE, FAILED, NARROWED, RUNNING, WAITING, narrowing
from app.services.lists.pages import first_photo_rows
from app.services.long_work import Sessions, TakenAway, empty_folder, keep, kept, settle
from app.services.names import Names
from app.services.problem_columns import BASE
from app.services.row_rules import row_conditions
from app.services.scope import where_visible
from app.services.super_table import section_fields
from app.services.workflow import verdicts
from app.services.world import load_rules
from sheets.catalogue import Sheet
from sheets.fields.base import ExcelCell
from sheets.query import Query, Row, describe, iterate, parse_query
from sheets.showing import NameCache, excel_rows
from sheets.writing import Layout, Picture, Written, ledger_file_name, write_ledger

log = structlog.get_logger(__name__)
BATCH = 200
MISSING = ExcelCell("text", "照片文件缺失")
UNLOOKED = ExcelCell("text", "照片未确认遮挡")


class SmallPictures(Protocol):
    """A photo room as far as this work needs it."""

    def for_ledger(self, sha256: str, mask: Mask = ()) -> bytes:
        """The small JPEG of an original, masked; raises PhotoMissing or PhotoRefused."""


@dataclass(frozen=True, slots=True)
class Bench:
    """What building needs: the database, small pictures, the folder of files, the clock.

    `hold` says that the worker lives and gives False when its job was taken away.
    """

    sessions: Sessions
    pictures: SmallPictures
    folder: Path
    city: str
    now: Callable[[], datetime]
    hold: Callable[[Session], bool] = lambda _session: True


@dataclass(frozen=True, slots=True)
class _Plan:
    ledger: Ledger
    org: Organisation
    rights: Rights
    sheet: Sheet
    query: Query
    scope: tuple[ColumnElement[bool], ...]
    fields: tuple[str, ...]
    masks_required: bool


class _Shown(NamedTuple):
    id: str
    sha256: str
    code: str
    mask: Mask | None


@dataclass(frozen=True, slots=True)
class _Lot:
    name: str
    layout: Layout
    scope: dict[str, Any]
    masks_required: bool
    rows: int
    path: Path


def build(bench: Bench, ledger_id: int) -> None:
    """Make the file of a ledger that waits; nothing for one that is done or gone.

    Raises TakenAway, and whatever goes wrong with files or database; the caller then says so
    with `say_failed`.
    """
    if not _begin(bench, ledger_id):
        return
    folder = empty_folder(bench.folder / str(ledger_id))
    with TemporaryDirectory(prefix=".rows-", dir=folder) as drafts:
        with bench.sessions.reading() as session:
            lot = _read(session, ledger_id, bench, Path(drafts) / "rows")
        _tell(bench, ledger_id, rows_total=lot.rows, scope=lot.scope)
        written = write_ledger(
            folder / lot.name,
            lot.layout,
            _rows(bench, lot),
            progress=lambda done: _tell(bench, ledger_id, rows_done=done),
        )
    settle(written.path)
    _finish(bench, ledger_id, written)


def say_failed(session: Session, ledger_id: int, sentence: str, *, final: bool) -> None:
    """Put the sentence at the ledger: failed for good, or waiting for the next try."""
    session.execute(
        update(Ledger)
        .where(Ledger.id == ledger_id, Ledger.status.in_([WAITING, RUNNING]))
        .values(status=FAILED if final else WAITING, error=sentence)
        .execution_options(synchronize_session=False)
    )


def _begin(bench: Bench, ledger_id: int) -> bool:
    with bench.sessions.writing() as session:
        if not bench.hold(session):
            raise TakenAway
        begun = session.scalar(
            update(Ledger)
            .where(Ledger.id == ledger_id, Ledger.status.in_([WAITING, RUNNING]))
            .values(status=RUNNING, rows_done=0, rows_total=None, error="")
            .returning(Ledger.id)
            .execution_options(synchronize_session=False)
        )
        return begun is not None


def _one_moment(session: Session) -> Connection:
    """A connection that sees one moment throughout; on SQLite every reader does."""
    if session.get_bind().dialect.name == "postgresql":
        return session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    return session.connection()


def _plan(session: Session, ledger_id: int, now: datetime) -> _Plan:
    """What to write; rules narrow it as they stand now for whoever asked."""
    ledger = session.get_one(Ledger, ledger_id)
    org, rules = session.get_one(Organisation, ledger.org_id), load_rules(session)
    asked_by = ledger.requested_by_id
    rights = rights_of(session, asked_by, now) if asked_by is not None else Rights()
    own = []
    if org.org_type in SECTION_TYPES:
        own = section_fields.fields_of_section(session, org.code)
        own = [field for field in own if rights.hidden.isdisjoint({field.id, *field.sources})]
    sheet = BASE.with_fields(own)
    fields = dict.fromkeys((*ledger_layout.FIELDS, *(field.id for field in own)))
    period = f"{ledger.period_from.isoformat()},{ledger.period_to.isoformat()}"
    pairs = [
        ("f.state.is", State.SIGNED_OFF.value),
        ("f.signed_off_at.between", period),
        ("sort", "signed_off_at,serial"),
    ]
    return _Plan(
        ledger=ledger,
        org=org,
        rights=rights,
        sheet=sheet,
        query=parse_query(sheet, pairs).check(),
        scope=(
            where_visible(_scope(ledger)),
            *row_conditions(rights, asked_by),
            units.belongs_to(org),
            verdicts.settled(now, rules),
        ),
        fields=tuple(each for each in fields if each not in rights.hidden),
        masks_required=rules.masks_required,
    )


def _scope(ledger: Ledger) -> Scope:
    return Scope(**{key: value for key, value in ledger.scope.items() if key != NARROWED})


def _read(session: Session, ledger_id: int, bench: Bench, path: Path) -> _Lot:
    """All there is to read, rows onto the disk: pictures take long, and nothing is held then."""
    connection, now = _one_moment(session), bench.now()
    plan = _plan(session, ledger_id, now)
    ledger, org = plan.ledger, plan.org
    period = Period(ledger.period_from, ledger.period_to)
    layout = ledger_layout.layout_of(
        org,
        period,
        now,
        city=bench.city,
        fields=[field for field in plan.sheet.fields if field.section is not None],
        hidden=plan.rights.hidden,
        notes=_notes(session, plan, now),
    )
    found = iterate(connection, plan.sheet, plan.query, plan.scope, plan.fields, BATCH)
    rows = keep(path, _lots(session, plan, found))
    name = ledger_file_name(org.short_name, period.first, period.last, now)
    scope = ledger.scope | {NARROWED: narrowing(plan.rights)}
    return _Lot(name, layout, scope, plan.masks_required, rows, path)


def _notes(session: Session, plan: _Plan, now: datetime) -> list[tuple[str, str]]:
    names = Names(session, full=True)
    asked = "系统自动生成"
    if plan.ledger.requested_by_id is not None:
        user = session.get_one(User, plan.ledger.requested_by_id)
        asked = f"{user.org.name} {user.name}"
    made = plan.sheet.field("signed_off_at").kind.show(
        now, plan.sheet.field("signed_off_at"), names
    )
    hidden = [name for each, name in HIDEABLE.items() if each in plan.rights.hidden]
    return [
        ("导出人", asked),
        ("导出时间", made),
        ("统计单位", ledger_layout.area_name(plan.org)),
        ("筛选条件", describe(plan.sheet, plan.query, names)),
        ("更多列", "区（县）、牵头科室、核查人等列已折叠，点表头上方的“+”展开；打印时不出现。"),
        ("坐标", "WGS-84，十进制度"),
        (
            "照片",
            "整改前为第一张，整改后为通过核查那一轮的第一张；照片下为防伪码；有遮挡的用遮挡后的照片。",
        ),
        *([("未列出", f"按权限规则未列出：{'、'.join(hidden)}")] if hidden else []),
    ]


def _lots(session: Session, plan: _Plan, found: Iterator[Row]) -> Iterator[list[Any]]:
    """Cells by field id and what to know of the two pictures, some rows at a time."""
    names = Names(session, full=True)
    while some := list(islice(found, BATCH)):
        NameCache(names).prepare(plan.sheet.only(plan.fields), some)
        keys = [row.key for row in some]
        before = first_photo_rows(session, keys, Phase.BEFORE)
        after = first_photo_rows(session, keys, Phase.AFTER)
        shown = [photo.id for photo in (*before.values(), *after.values())]
        masks = photo_masks.masks_of(session, shown)
        cells = excel_rows(plan.sheet, some, names)
        yield [
            (each, _shown(before.get(row.key), masks), _shown(after.get(row.key), masks))
            for row, each in zip(some, cells, strict=True)
        ]


def _shown(photo: Photo | None, masks: Mapping[str, Mask]) -> _Shown | None:
    if photo is None:
        return None
    return _Shown(photo.id, photo.sha256, photo.code, masks.get(photo.id))


def _rows(bench: Bench, lot: _Lot) -> Iterator[dict[str, object]]:
    """Cells by field id, and the two pictures, row after row."""
    for cells, before, after in kept(lot.path):
        pictures = {
            ledger_layout.BEFORE: _picture(bench, lot, before),
            ledger_layout.AFTER: _picture(bench, lot, after),
        }
        yield {**cells, **pictures}


def _picture(bench: Bench, lot: _Lot, photo: _Shown | None) -> Picture | ExcelCell | None:
    if photo is None:
        return None
    if lot.masks_required and photo.mask is None:
        return UNLOOKED
    try:
        return Picture(bench.pictures.for_ledger(photo.sha256, photo.mask or ()), photo.code)
    except (PhotoMissing, PhotoRefused) as error:
        log.warning("ledger.picture_missing", photo=photo.id, reason=repr(error))
        return MISSING


def _tell(bench: Bench, ledger_id: int, **values: Any) -> None:
    """Progress, in a transaction of its own, and a sign of life."""
    with bench.sessions.writing() as session:
        if not bench.hold(session):
            raise TakenAway
        session.execute(
            update(Ledger)
            .where(Ledger.id == ledger_id)
            .values(**values)
            .execution_options(synchronize_session=False)
        )


def _finish(bench: Bench, ledger_id: int, written: Written) -> None:
    _tell(
        bench,
        ledger_id,
        status=DONE,
        rows_done=written.rows,
        rows_total=written.rows,
        file_name=written.path.name,
        file_path=written.path.relative_to(bench.folder).as_posix(),
        file_size=written.path.stat().st_size,
        sha256=written.sha256,
        error="",
        finished_at=bench.now(),
    )
