"""The reading of an import: files to rows, pictures to the store, all compared with the pool."""

import time
from codecs import BOM_UTF8
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain
from typing import Any, TypeVar

import structlog
from sqlalchemy import update
from sqlalchemy.orm import Session

from app.models import ImportFile, ImportRun
from app.photos.store import PhotoMissing
from app.services.bulk_insert import many_rows
from app.services.collecting import no_collecting
from app.services.imports.comparing.against_pool import compare_run
from app.services.imports.reading.archives import place_pictures, read_zip
from app.services.imports.reading.files import ReadFile, ReadSheet, read_file
from app.services.imports.reading.own_fields import with_sections
from app.services.imports.reading.pictures import flag_refused, take_in_pictures
from app.services.imports.reading.sections import SectionGuess
from app.services.imports.reading.vocabulary import Knowledge, load_knowledge
from app.services.imports.settling.keeping import keep_sheets
from app.services.imports.settling.settings import columns_said, words_said
from app.services.imports.work.hands import Hands
from app.services.imports.work.runs import (
    BEING_READ,
    FAILED,
    PASTE,
    READING,
    READY,
    ZIP,
    count_flags,
    files_of,
    mark,
)
from app.services.long_work import TakenAway
from sheets.reading import RawPicture
from sheets.remembering import forget

log = structlog.get_logger(__name__)
BEAT = 0.5  # seconds between two looks whether anybody said stop
IN_READING, IN_PICTURES, IN_KEEPING, IN_COMPARING = (
    "正在读取", "正在存照片", "正在整理", "正在与已有问题比较",
)  # fmt: skip
NO_SECTION = "看不出是哪个科室的台账，请选择科室。"
GONE = "这个文件的原件已不在服务器上，请重新上传。"
BROKE = (
    "“{name}”读取时出了故障，没有读；其他文件不受影响。"
    "请用 Excel 另存为新的 .xlsx 后再上传，仍不行请联系系统管理员。"
)
FAILED_FOR_GOOD = "读取多次中断，没有读完。请点“重新读取”；仍不行请联系系统管理员查看后台日志。"


Read = TypeVar("Read")


class GivenUp(Exception):
    """Somebody stopped the reading, or asked for a new one."""


def read_run(hands: Hands, run_id: int, version: int, only: Collection[int] = ()) -> bool:
    """Read the files of a run, put its pictures into the store, compare its rows with the pool.

    `only` are the files to be read, none for all; the rows of the others stay as they were read.

    What was read of a file is written in one transaction, so whoever begins anew after a kill
    comes to the same end. `version` is the run's as the reading was asked for; False when the
    run was stopped, or is to be read anew. Raises TakenAway.
    """
    try:
        _Reading(hands, run_id, version, frozenset(only)).through()
    except GivenUp:
        log.info("import.given_up", run=run_id, version=version)
        return False
    return True


def reading_failed(session: Session, run_id: int, now: datetime) -> None:
    """There will be no other try."""
    mark(session, run_id, now, BEING_READ, status=FAILED, sentence=FAILED_FOR_GOOD, progress={})


class _Reading:
    def __init__(self, hands: Hands, run_id: int, version: int, only: Collection[int]) -> None:
        self._hands, self._run_id, self._version = hands, run_id, version
        self._only = only
        self._progress: dict[str, Any] = {}
        self._last = 0.0
        self._interrupt: Exception | None = None

    def through(self) -> None:
        """From the first file to the comparison."""
        with self._hands.sessions.writing() as session:
            run = self._alive(session, was=BEING_READ)
            knowledge = load_knowledge(session, self._hands.now())
            columns, words = columns_said(run), words_said(run)
            knowledge = with_sections(session, self._hands.now(), knowledge, columns, words)
            files = files_of(session, self._run_id)
            files = [file for file in files if not self._only or file.id in self._only]
        # The pictures of a zip find their rows when all rows are there.
        files.sort(key=lambda file: (file.kind == ZIP, file.position))
        for number, file in enumerate(files, start=1):
            self._tell(stage=IN_READING, file=number, files=len(files), row=0, name=file.name)
            (self._zip if file.kind == ZIP else self._file)(knowledge, file)
            forget()
        self._compare(knowledge)

    def _file(self, knowledge: Knowledge, file: ImportFile) -> None:
        given = _given_section(knowledge, file)
        read = self._guarded(
            file, lambda data: read_file(knowledge, file.name, data, given, self._watch)
        )
        if isinstance(read, str):
            read = ReadFile(file.name, given, refused=read)
        refused = self._take_in(_pictures(read.sheets))
        self._keep(knowledge, file, read.section, read.sheets, read.refused, refused)

    def _zip(self, knowledge: Knowledge, file: ImportFile) -> None:
        """Its tables are kept as its sheets; its pictures go into the rows of the whole run."""
        given = _given_section(knowledge, file)
        read = self._guarded(
            file, lambda data: read_zip(knowledge, file.name, data, given, self._watch)
        )
        if isinstance(read, str):
            self._keep(knowledge, file, given, [], read, {})
            return
        sheets = [sheet for table in read.tables for sheet in table.sheets]
        packed = (one.picture() for one in read.archive.files)
        refused = self._take_in(chain(_pictures(sheets), packed))
        self._keep(knowledge, file, read.section, sheets, read.refused, refused)
        if read.archive.files:
            with self._hands.sessions.writing() as session:
                run = self._alive(session)
                place_pictures(session, run, knowledge, file.id, read, refused)

    def _guarded(self, file: ImportFile, read: Callable[[bytes], Read]) -> Read | str:
        """What was read, or the sentence why nothing was: one bad file harms no other."""
        try:
            data = self._hands.room.store.original(file.sha256)
            with no_collecting():
                return read(BOM_UTF8 + data if file.kind == PASTE else data)
        except PhotoMissing:
            return GONE
        except Exception as error:
            if error is self._interrupt or isinstance(error, OSError):
                raise
            log.exception("import.file_broke", run=self._run_id, file=file.id)
            return BROKE.format(name=file.name)

    def _take_in(self, pictures: Iterable[RawPicture]) -> dict[str, str]:
        """Put pictures into the store; why some are refused, by hash."""
        self._tell(stage=IN_PICTURES)
        hands = self._hands
        return take_in_pictures(
            hands.sessions, hands.room, self._run_id, pictures,
            lambda count: self._tell(pictures=count),
        )  # fmt: skip

    def _keep(
        self,
        knowledge: Knowledge,
        file: ImportFile,
        section: SectionGuess | None,
        sheets: Sequence[ReadSheet],
        why_not: str | None,
        refused: Mapping[str, str],
    ) -> None:
        """Write the sheets and rows of a file in one transaction."""
        self._tell(stage=IN_KEEPING)
        for record in (record for sheet in sheets for record in sheet.records):
            flag_refused(record, refused)
        with self._hands.sessions.writing() as session:
            self._alive(session)
            row = session.get_one(ImportFile, file.id)
            row.section_id = section.id if section else None
            row.section_why = section.why if section else NO_SECTION
            row.refused = why_not or ""
            own = knowledge.of_section(row.section_id)
            with no_collecting():
                keep_sheets(session, self._run_id, file.id, sheets, own)

    def _compare(self, knowledge: Knowledge) -> None:
        self._tell(stage=IN_COMPARING)
        with self._hands.sessions.writing() as session:
            run = self._alive(session)
            with many_rows(session):
                compare_run(session, run, knowledge)
                run.counts = {**run.counts, "flagged": count_flags(session, run.id)}
            run.status, run.progress, run.sentence = READY, {}, ""
            run.updated_at = self._hands.now()

    def _watch(self, _name: str, rows: int) -> None:
        self._tell(row=rows)

    def _tell(self, **progress: Any) -> None:
        """Say how far it is, now and then, and hear whether to stop."""
        new_stage = progress.keys() & {"stage"}
        self._progress |= progress
        if not new_stage and time.monotonic() - self._last < BEAT:
            return
        try:
            with self._hands.sessions.writing() as session:
                self._alive(session).progress = dict(self._progress)
        except Exception as error:
            self._interrupt = error
            raise
        self._last = time.monotonic()

    def _alive(self, session: Session, was: Collection[str] = (READING,)) -> ImportRun:
        """The run, held until the transaction ends; raises TakenAway, GivenUp."""
        if not self._hands.hold(session):
            raise TakenAway
        values = {"status": READING, "updated_at": self._hands.now()}
        held = session.scalar(
            update(ImportRun)
            .where(
                ImportRun.id == self._run_id,
                ImportRun.version == self._version,
                ImportRun.status.in_(was),
            )
            .values(**values)
            .returning(ImportRun.id)
            .execution_options(synchronize_session=False)
        )
        if held is None:
            raise GivenUp
        return session.get_one(ImportRun, self._run_id, populate_existing=True)


def _given_section(knowledge: Knowledge, file: ImportFile) -> SectionGuess | None:
    """The section that somebody said; what was guessed before is guessed again."""
    unit = knowledge.units.get(file.section_id or 0)
    if unit is None or file.section_why:
        return None
    return SectionGuess(unit.id, unit.code, unit.name, "")


def _pictures(sheets: Iterable[ReadSheet]) -> Iterator[RawPicture]:
    for sheet in sheets:
        for record in sheet.records:
            for placed in record.pictures:
                yield placed.picture
