"""May this person put this into this cell: rows, columns and values, judged for many at once."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.facts import Facts
from app.domain.policy import may_edit_city_fields, may_edit_section_fields
from app.domain.roles import Actor
from app.domain.states import Priority, State
from app.models import Organisation, Problem
from app.services.cells.files import OwnFiles, holds_files
from app.services.cells.naming import References, kind_of
from app.services.scope import visible_to
from sheets.catalogue import Field
from sheets.editing import UNKNOWN, CellEdit, Shown, has_own_column
from sheets.fields import FieldError
from sheets.storage import FIELD_ID
from sheets.text import one_line, shortened

AT_ONCE = 1_000
NO_ROW, NO_FIELD, BY_WORKFLOW, READONLY, NOT_ALLOWED, UNFIT = (
    "no_row", "no_field", "by_workflow", "readonly", "not_allowed", "unfit",
)  # fmt: skip
SENTENCES = {
    NO_ROW: "没有找到这一行，或者您不能查看它。",
    NO_FIELD: "没有这个字段，可能已停用，请刷新后再填。",
    BY_WORKFLOW: "这一列由流程自动填写，请通过办理操作改变。",
    READONLY: "这一列您只能查看，不能修改。",
}
ONLY_SECTION = "只有牵头科室或责任科室的人员可以填写本科室字段。"
ONLY_CITY = "只有牵头科室、责任科室的人员和系统管理员可以填写全市字段。"


@dataclass(frozen=True, slots=True)
class Exactly:
    """A value as a column held it: put back without asking whether it would fit today."""

    value: Any


@dataclass(frozen=True, slots=True)
class Edit:
    """What somebody wants in a cell: shown text, a JSON value, {"id": 12}, or an `Exactly`.

    `was` is the shown text the person had before, or an `Exactly`; UNKNOWN overwrites.
    """

    problem_id: int
    field_id: str
    value: object
    was: object = UNKNOWN


@dataclass(frozen=True, slots=True)
class RefusedCell:
    """A cell that cannot be written, with the reason as a code and as a sentence."""

    problem_id: int
    field_id: str
    value: str
    code: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Judged:
    """Wishes that may be tried, and cells that are refused."""

    wishes: list[CellEdit] = field(default_factory=list)
    refused: list[RefusedCell] = field(default_factory=list)


class _CannotWrite(Exception):
    def __init__(self, code: str, sentence: str = "") -> None:
        super().__init__(code)
        self.code, self.sentence = code, sentence or SENTENCES[code]


def rows_seen(
    session: Session, actor: Actor, problem_ids: Collection[int], *, lock: bool
) -> dict[int, Facts]:
    """What rights and history need of each row this actor sees.

    With `lock` the rows stay as they are until the transaction ends.
    """
    P = Problem  # noqa: N806
    columns = (
        P.id, P.version, P.state, P.priority, P.reporter_id, P.reporter_org_id, P.street_id,
        P.lead_section_id, P.responsible_org_id,
    )  # fmt: skip
    ids, found = sorted(problem_ids), {}
    for start in range(0, len(ids), AT_ONCE):
        some = P.id.in_(ids[start : start + AT_ONCE])
        statement = select(*columns).where(some, visible_to(actor)).order_by(P.id)
        if lock:
            statement = statement.with_for_update(key_share=True, of=P)
        for row in session.execute(statement).mappings():
            states = {"state": State(row["state"]), "priority": Priority(row["priority"])}
            found[row["id"]] = Facts(**{**row, **states})
    return found


def judge(
    session: Session,
    actor: Actor,
    fields: Mapping[str, Field],
    rows: Mapping[int, Facts],
    edits: Sequence[Edit],
) -> Judged:
    """Ask of each edit whether the row is there, the column may be written and the value fits.

    `fields` are those the actor sees, `rows` those he sees.
    """
    judge_one = _Judge(session, actor, fields, rows)
    known = [edit for edit in edits if edit.field_id in fields]
    judge_one.references.prepare((fields[edit.field_id], edit.value) for edit in known)
    judge_one.files.prepare((edit.problem_id, fields[edit.field_id]) for edit in known)
    judged = Judged()
    for edit in edits:
        try:
            judged.wishes.append(judge_one.wish(edit))
        except _CannotWrite as no:
            judged.refused.append(refused(edit, no.code, no.sentence))
    return judged


def refused(edit: Edit, code: str, sentence: str) -> RefusedCell:
    """The refusal of an edit, with what was meant to be written."""
    return RefusedCell(edit.problem_id, edit.field_id, said(edit.value), code, sentence)


def said(value: object) -> str:
    """A value as it came, for a sentence or an answer."""
    value = value.value if isinstance(value, Exactly) else value
    return "" if value is None else shortened(one_line(str(value)), 100)


class _Judge:
    def __init__(
        self, session: Session, actor: Actor, fields: Mapping[str, Field], rows: Mapping[int, Facts]
    ) -> None:
        self.references = References(session, actor)
        self.files = OwnFiles(session)
        self._actor, self._fields, self._rows = actor, fields, rows
        codes = {each.section for each in fields.values()} - {None}
        sections = session.execute(
            select(Organisation.code, Organisation.id).where(Organisation.code.in_(codes))
        )
        self._section_ids = {code: section_id for code, section_id in sections}
        self._rights: dict[tuple[str, int | None, int | None], str] = {}

    def wish(self, edit: Edit) -> CellEdit:
        of, row = self._fields.get(edit.field_id), self._rows.get(edit.problem_id)
        if of is None:
            raise _CannotWrite(NO_FIELD)
        if not FIELD_ID.fullmatch(of.id):
            raise _CannotWrite(BY_WORKFLOW)
        if of.readonly or not has_own_column(of):
            raise _CannotWrite(READONLY)
        if row is None:
            raise _CannotWrite(NO_ROW)
        if sentence := self._forbids(of, row):
            raise _CannotWrite(NOT_ALLOWED, sentence)
        try:
            value = self._read(of, edit.value)
            if holds_files(of):
                self.files.check(edit.problem_id, of, value)
        except FieldError as error:
            raise _CannotWrite(UNFIT, error.sentence) from None
        return CellEdit(edit.problem_id, of, value, _held(edit.was))

    def _forbids(self, of: Field, row: Facts) -> str:
        """Why not, or nothing; asked once for all rows of the same two sections."""
        key = (of.id, row.lead_section_id, row.responsible_org_id)
        if key not in self._rights:
            self._rights[key] = self._asked(of, row)
        return self._rights[key]

    def _asked(self, of: Field, row: Facts) -> str:
        if of.section is None:
            return "" if may_edit_city_fields(self._actor, row) else ONLY_CITY
        section_id = self._section_ids.get(of.section)
        may = section_id is not None and may_edit_section_fields(self._actor, row, section_id)
        return "" if may else ONLY_SECTION

    def _read(self, of: Field, raw: object) -> Any:
        if isinstance(raw, Exactly):
            return raw.value
        value = self._parsed(of, raw)
        if value is None and of.required:
            if of.default is not None:
                return of.default
            raise FieldError(f"{of.caption}：此项必填，不能清空。")
        return value

    def _parsed(self, of: Field, raw: object) -> Any:
        try:
            if kind_of(of):
                return self.references.read(of, raw)
            return of.kind.parse(_plain(of, raw), of.options)
        except FieldError as error:
            raise FieldError(f"{of.caption}：{error.sentence}") from None


def _held(was: object) -> object:
    if isinstance(was, Exactly):
        return was.value
    return Shown(was) if isinstance(was, str) else was


def _plain(of: Field, raw: object) -> object:
    """A text without the unit it is shown with, which people copy along."""
    if isinstance(raw, dict):
        raise FieldError("请填写文字或从列表中选择。")
    unit = of.options.get("unit")
    has_unit = isinstance(raw, str) and isinstance(unit, str) and unit
    return str(raw).strip().removesuffix(str(unit)) if has_unit else raw
