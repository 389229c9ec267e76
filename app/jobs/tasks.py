"""What workers do: plain functions that take the workshop and a claimed job."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import islice
from pathlib import Path

import structlog
from sqlalchemy import ColumnElement, and_, delete, select
from sqlalchemy.orm import Session

from app import clock
from app.db import Database
from app.domain.calendars import local_date
from app.domain.facts import Given
from app.domain.refusals import Conflict
from app.domain.roles import SYSTEM
from app.domain.states import State
from app.models import Attachment, ImportFile, ImportPicture, Photo, Problem, Upload
from app.photos.arrivals import Arrivals, is_full
from app.photos.store import FileStore
from app.services import dates, job_queue, pacing
from app.services.evidence import masks, signals, uploads
from app.services.evidence.room import PhotoRoom
from app.services.evidence.twins import Shelf
from app.services.imports.work import clearing as import_clearing
from app.services.imports.work import job as import_job
from app.services.imports.work import runs as import_runs
from app.services.imports.work.hands import Hands
from app.services.imports.writing import applying as import_applying
from app.services.imports.writing import undoing as import_undoing
from app.services.job_queue import Claim
from app.services.ledgers import asking, automatic, building
from app.services.long_work import TakenAway
from app.services.people import login_sessions
from app.services.problems import bulk_moves, bulk_work, phone_contacts
from app.services.super_table import field_conversions
from app.services.tables import export_asking, export_building
from app.services.workflow.moves import perform

log = structlog.get_logger(__name__)
NOT_WRITTEN = "写入多次中断，一行也没有写入。请再写入一次；仍不行请联系系统管理员查看后台日志。"
NOT_UNDONE = "撤销多次中断，什么也没有撤销。请再撤销一次；仍不行请联系系统管理员查看后台日志。"
UNATTACHED = timedelta(hours=48)  # a form that stood open so long has been left
AT_ONCE = 500  # originals asked about in one question
UNTOUCHED = timedelta(days=1)  # a file may come before its row can be read elsewhere


class Stopping(Exception):
    """The worker was told to stop in the middle of a job: the job goes back."""


@dataclass(frozen=True, slots=True)
class Workshop:
    """What tasks work with."""

    database: Database
    photos: PhotoRoom
    exports: Path
    city: str
    now: Callable[[], datetime] = clock.now
    stop: Callable[[], bool] = lambda: False
    shelf: Shelf = field(default_factory=Shelf)
    arrivals: Arrivals = field(kw_only=True)

    def hold(self, session: Session, job: Claim) -> bool:
        """A sign of life; raises Stopping when it is time to go."""
        if self.stop():
            raise Stopping
        return job_queue.hold(session, job, self.now())


Task = Callable[[Workshop, Claim], None]


def make_daily_ledgers(shop: Workshop, job: Claim) -> None:
    """Ledgers of the day before the slot: city, districts, sections with rows."""
    _make_ledgers(shop, job, asking.DAILY, dates.day_before)


def make_monthly_ledgers(shop: Workshop, job: Claim) -> None:
    """Ledgers of the month before the slot."""
    _make_ledgers(shop, job, asking.MONTHLY, dates.month_before)


def _make_ledgers(
    shop: Workshop, job: Claim, origin: str, period_of: Callable[[date], dates.Period]
) -> None:
    period = period_of(date.fromisoformat(job.slot))
    with shop.database.writing() as session:
        if not shop.hold(session, job):
            raise TakenAway
        made = automatic.create_for(session, shop.now(), origin, period)
    log.info("ledgers.queued", origin=origin, period=str(period), ledgers=made)


def build_ledger(shop: Workshop, job: Claim) -> None:
    """The file of one ledger."""
    bench = building.Bench(
        sessions=shop.database,
        pictures=shop.photos,
        folder=shop.exports,
        city=shop.city,
        now=shop.now,
        hold=lambda session: shop.hold(session, job),
    )
    building.build(bench, int(job.payload["ledger_id"]))


def export_table(shop: Workshop, job: Claim) -> None:
    """The workbook of a table that has too many rows to wait for."""
    hands = export_building.Hands(
        shop.database, shop.exports, shop.now, lambda session: shop.hold(session, job), shop.stop
    )
    export_building.build(hands, int(job.payload["export_id"]), int(job.payload["version"]))


def do_bulk_move(shop: Workshop, job: Claim) -> None:
    """A move on many problems, one after another."""
    hands = bulk_work.Hands(shop.database, shop.now, lambda session: shop.hold(session, job))
    bulk_work.work(hands, int(job.payload["bulk_id"]))


def lapse_deferrals(shop: Workshop, job: Claim) -> None:
    """挂号 that ran out returns to its list, each problem in a transaction of its own (T16e)."""
    today = local_date(shop.now())
    with shop.database.reading() as session:
        ids = session.scalars(
            select(Problem.id)
            .where(Problem.state == State.DEFERRED.value, Problem.deferral_due < today)
            .order_by(Problem.id)
        ).all()
    for problem_id in ids:
        try:
            with shop.database.writing() as session:
                perform(session, SYSTEM, shop.now(), problem_id, "lapse_deferral", Given())
        except Conflict as conflict:  # somebody moved it meanwhile: nothing is left to do
            log.info("deferral.moved_on", problem=problem_id, reason=conflict.sentence)
    log.info("deferrals.lapsed", problems=len(ids), slot=job.slot)


def sweep_photos(shop: Workshop, job: Claim) -> None:
    """Forget photos nobody used within 48 hours, then originals that no row names.

    The store keeps what was put again meanwhile, so an upload at this very moment is safe.
    """
    with shop.database.writing() as session:
        cleared = import_clearing.clear_old(session, shop.now())
        left = _left_alone(shop.now() - UNATTACHED)
        unused = session.scalars(select(Photo.id).where(left)).all()
        signals.forget(session, unused)
        masks.forget(session, unused)
        uploads.forget(session, unused)
        rows = session.scalars(
            delete(Photo)
            .where(left)
            .returning(Photo.id)
            .execution_options(synchronize_session=False)
        ).all()
    store, age = shop.photos.store, UNATTACHED.total_seconds()
    old = (kept.sha256 for kept in store.iter_originals() if kept.age >= age)
    removed = sum(store.remove(sha256, older_than=age) for sha256 in _unnamed(shop.database, old))
    if isinstance(store, FileStore):
        store.remove_leftovers(older_than=age)
    log.info("photos.swept", rows=len(rows), imports=cleared, originals=removed, slot=job.slot)


def _left_alone(since: datetime) -> ColumnElement[bool]:
    """Photos no problem has that came before then; what waited long counts from its judging."""
    judged = select(Upload.photo_id).where(Upload.settled_at >= since, Upload.photo_id.is_not(None))
    return and_(Photo.problem_id.is_(None), Photo.received_at < since, Photo.id.not_in(judged))


def sweep_uploads(shop: Workshop, job: Claim) -> None:
    """Forget files that were never sent to the end, and phones not seen for long.

    A file on disk goes when no row wants it any more; one that grew within a day is let be.
    """
    with shop.database.writing() as session:
        rows = uploads.forget_old(session, shop.now())
        contacts = phone_contacts.forget_old(session, shop.now())
    removed = 0
    for name in shop.arrivals.left_since((shop.now() - UNTOUCHED).timestamp()):
        with shop.database.reading() as session:
            wanted = uploads.is_under_way(session, name)
        if not wanted:
            shop.arrivals.drop(name)
            removed += 1
    log.info("uploads.swept", rows=rows, contacts=contacts, files=removed, slot=job.slot)


def sweep_visits(shop: Workshop, job: Claim) -> None:
    """Forget sessions that are over, names that were no account, and who asked about codes."""
    with shop.database.writing() as session:
        login_sessions.sweep(session, shop.now())
        marks = pacing.forget_old(session, shop.now())
    log.info("visits.swept", marks=marks, slot=job.slot)


def sweep_exports(shop: Workshop, job: Claim) -> None:
    """Forget exports of a table after seven days, then every folder that none of them names."""
    with shop.database.writing() as session:
        rows = export_asking.forget_old(session, shop.now())
    folder, before = shop.exports / export_building.FOLDER, shop.now() - UNTOUCHED
    left = (
        [each for each in folder.iterdir() if each.stat().st_mtime < before.timestamp()]
        if folder.is_dir()
        else []
    )
    with shop.database.reading() as session:
        wanted = export_asking.slots_wanted(session)
    unnamed = [each for each in left if each.name not in wanted]
    for each in unnamed:
        shutil.rmtree(each, ignore_errors=True)
    log.info("exports.swept", rows=rows, folders=len(unnamed), slot=job.slot)


def _unnamed(database: Database, hashes: Iterator[str]) -> Iterator[str]:
    """Those originals that no row names, many to a question: a city keeps a million."""
    while some := set(islice(hashes, AT_ONCE)):
        with database.reading() as session:
            for kind in (Photo, Attachment, ImportFile, ImportPicture):
                some -= set(session.scalars(select(kind.sha256).where(kind.sha256.in_(some))))
        yield from some


def read_import(shop: Workshop, job: Claim) -> None:
    """The files of an import, read and compared with the pool."""
    run_id, version = int(job.payload["run_id"]), int(job.payload["version"])
    import_job.read_run(_hands(shop, job), run_id, version, job.payload.get("files", ()))


def apply_import(shop: Workshop, job: Claim) -> None:
    """The rows of an import, written in one transaction."""
    run_id, rows = int(job.payload["run_id"]), job.payload.get("rows")
    import_applying.apply_run(_hands(shop, job), run_id, rows, twins=job.payload.get("twins", ""))


def undo_import(shop: Workshop, job: Claim) -> None:
    """What an import wrote, taken back."""
    import_undoing.undo_run(_hands(shop, job), int(job.payload["run_id"]))


def _hands(shop: Workshop, job: Claim) -> Hands:
    return Hands(shop.database, shop.photos, shop.now, lambda session: shop.hold(session, job))


def convert_field(shop: Workshop, job: Claim) -> None:
    """A field with very many values turned into another type."""
    with shop.database.writing() as session:
        if shop.hold(session, job):
            field_conversions.carry_out(session, shop.now(), job.payload)


TASKS: dict[str, Task] = {
    "make_daily_ledgers": make_daily_ledgers,
    "make_monthly_ledgers": make_monthly_ledgers,
    "lapse_deferrals": lapse_deferrals,
    "sweep_photos": sweep_photos,
    "sweep_uploads": sweep_uploads,
    "sweep_visits": sweep_visits,
    "sweep_exports": sweep_exports,
    asking.BUILD: build_ledger,
    export_asking.JOB: export_table,
    bulk_moves.JOB: do_bulk_move,
    field_conversions.JOB: convert_field,
    import_runs.READ: read_import,
    import_applying.APPLY_JOB: apply_import,
    import_undoing.UNDO_JOB: undo_import,
}


IMPORT_FAILURES: dict[str, Callable[[Session, int, datetime], None]] = {
    import_runs.READ: import_job.reading_failed,
    import_applying.APPLY_JOB: lambda session, run_id, now: import_applying.apply_failed(
        session, run_id, now, NOT_WRITTEN
    ),
    import_undoing.UNDO_JOB: lambda session, run_id, now: import_undoing.undo_failed(
        session, run_id, now, NOT_UNDONE
    ),
}


def tell_failure(session: Session, job: Claim, error: BaseException | None, *, final: bool) -> None:
    """Let whoever waits for this job read what happened."""
    if job.name == bulk_moves.JOB and final:
        bulk_work.say_failed(session, int(job.payload["bulk_id"]), clock.now())
    if final and (say := IMPORT_FAILURES.get(job.name)) is not None:
        say(session, int(job.payload["run_id"]), clock.now())
    if job.name == asking.BUILD:
        sentence = _sentence(error, "台账", "重做", final=final)
        building.say_failed(session, int(job.payload["ledger_id"]), sentence, final=final)
    if job.name == export_asking.JOB:
        sentence = _sentence(error, "导出", "重新导出", final=final)
        which = int(job.payload["export_id"]), int(job.payload["version"])
        export_building.say_failed(session, *which, sentence, clock.now(), final=final)


def _sentence(error: BaseException | None, what: str, button: str, *, final: bool) -> str:
    """What went wrong with a file, and what to do; before the last try that it comes again."""
    if isinstance(error, OSError) and is_full(error):
        said = f"服务器磁盘已满，{what}没有做成，请联系系统管理员清理磁盘。"
    elif isinstance(error, OSError):
        said = f"{what}文件写不进服务器的导出文件夹，请联系系统管理员检查。"
    elif error is None:
        said = f"后台任务多次中断，{what}没有做成，请点“{button}”；仍不行请联系系统管理员。"
    else:
        said = f"制作{what}时出了故障，请点“{button}”；仍不行请联系系统管理员查看后台日志。"
    return said if final else f"{said}稍后自动重试。"
