"""Reading the access log: who looked at originals and took files away, in words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from app.domain.states import Phase
from app.models import AccessLog, Organisation, Photo, Problem, SectionSheet, User
from app.services import access_log
from app.services.evidence import masks
from app.services.ledgers import asking
from app.services.tables import export

PAGE = 50
ATTACHMENT = "attachment"
KINDS = {
    access_log.ORIGINAL: "查看原图",
    access_log.UNSTAMPED: "查看没有水印的照片",
    masks.MASKED: "遮挡照片",
    asking.DOWNLOAD: "下载台账",
    export.TAKEN: "导出表格",
    ATTACHMENT: "下载附件",
}
OF_PHOTOS = frozenset({access_log.ORIGINAL, access_log.UNSTAMPED, masks.MASKED})
MOST_WORDS = 5


@dataclass(frozen=True, slots=True)
class Look:
    """One line: who did what when, and with what; `problem_id` where a problem's photo it was."""

    id: int
    at: datetime
    who: str
    login: str
    unit: str
    kind: str
    what: str
    problem_id: int | None = None


def looks(
    session: Session, kind: str = "", words: str = "", before: int | None = None
) -> tuple[list[Look], int | None]:
    """The newest lines, 50 at most, and where the next page begins.

    `kind` is one of `KINDS`, `words` are of a person's name or login or of a problem's number.
    """
    asked = (
        select(AccessLog, User.name, User.login, Organisation.name)
        .join(User, User.id == AccessLog.user_id)
        .join(Organisation, Organisation.id == User.org_id)
        .where(*(_has(word) for word in words.split()[:MOST_WORDS]))
    )
    if kind in KINDS:
        asked = asked.where(AccessLog.kind == kind)
    if before is not None:
        asked = asked.where(AccessLog.id < before)
    rows = session.execute(asked.order_by(AccessLog.id.desc()).limit(PAGE + 1)).all()
    shown = rows[:PAGE]
    told = _Told(session, [row[0] for row in shown])
    found = [
        Look(line.id, line.at, name, login, unit, KINDS.get(line.kind, line.kind), *told.of(line))
        for line, name, login, unit in shown
    ]
    return found, found[-1].id if len(rows) > PAGE else None


def _has(word: str) -> ColumnElement[bool]:
    numbered = (
        select(Photo.id)
        .join(Problem, Problem.id == Photo.problem_id)
        .where(Problem.number.icontains(word, autoescape=True))
    )
    return or_(
        User.name.icontains(word, autoescape=True),
        User.login.icontains(word, autoescape=True),
        (AccessLog.kind.in_(OF_PHOTOS)) & AccessLog.target.in_(numbered),
    )


class _Told:
    """What lines speak of, looked up for a page of them at once."""

    def __init__(self, session: Session, lines: Sequence[AccessLog]) -> None:
        self._photos = {
            photo.id: (photo, number)
            for photo, number in session.execute(
                select(Photo, Problem.number)
                .outerjoin(Problem, Problem.id == Photo.problem_id)
                .where(Photo.id.in_(_targets(lines, OF_PHOTOS)))
            )
        }
        sheets = select(SectionSheet.id, SectionSheet.name)
        self._sheets = {str(sheet_id): name for sheet_id, name in session.execute(sheets)}

    def of(self, line: AccessLog) -> tuple[str, int | None]:
        """The sentence, and the problem it leads to."""
        if line.kind in OF_PHOTOS:
            return self._photo(line)
        detail, rows = line.detail, line.detail.get("rows")
        if line.kind == export.TAKEN:
            name = self._sheets.get(line.target, "")
        else:
            name = str(detail.get("file") or detail.get("name") or "")
        parts = (name, f"{rows} 行" if rows is not None else "")
        return "，".join(part for part in parts if part), None

    def _photo(self, line: AccessLog) -> tuple[str, int | None]:
        if line.target not in self._photos:
            return "照片已清理", None
        photo, number = self._photos[line.target]
        name = f"{Phase(photo.phase).label}第 {photo.position + 1} 张（防伪码 {photo.code}）"
        if photo.problem_id is None:
            return name, None
        return f"{number or f'待编号问题 {photo.problem_id}'} {name}", photo.problem_id


def _targets(lines: Iterable[AccessLog], kinds: Iterable[str]) -> list[str]:
    wanted = frozenset(kinds)
    return [line.target for line in lines if line.kind in wanted]
