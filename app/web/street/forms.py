"""The forms of people outdoors: a report, and a rectification."""

from collections.abc import Mapping
from typing import Any

from flask_wtf import FlaskForm
from wtforms import HiddenField, MultipleFileField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice

from app.domain.distances import CoordSource
from app.domain.facts import Given
from app.domain.roles import Actor
from app.domain.states import Phase, Priority
from app.models import Problem
from app.services.evidence.photos import Shot
from app.services.problems.reports import Report
from app.web.form_fields import Wanted, instant, key_field, line, number, paragraph, whole

NO_POSITION = (
    "手机没有定位信号", "手机不允许定位", "手机不支持定位", "不在现场补报", "其他原因",
)  # fmt: skip
SAME, AGAIN, NONE = "same", "again", "none"  # the answers to what lies near
PRIORITIES = (
    SelectChoice(Priority.GENERAL.value, "一般"), SelectChoice(Priority.URGENT.value, "紧急申请"),
)  # fmt: skip
PRIORITY_HINTS = {
    Priority.GENERAL.value: "审核后下发责任单位，按时限整改",
    Priority.URGENT.value: "有危险，须马上处理；由分管领导决定",
}
PHRASES = (
    "已清理干净", "已清运，地面已冲洗", "已规范摆放整齐", "已劝离，恢复通行",
    "已拆除", "已修复", "已更换", "已补栽",
)  # fmt: skip
"""What one begins a 解决方案 with: the closing conditions of the trade (§1.7) in a unit's words."""
LONGEST_ADDRESS = 300
LONGEST_NAME = 100


class PlacedForm(FlaskForm):  # type: ignore[misc]
    """Photos taken somewhere: what the position and photo components fill in."""

    wrong_fields: Mapping[str, str] = {}
    photos = MultipleFileField("照片")
    position = StringField("位置")  # the fieldset of the hidden fields below; nothing is typed
    lat = HiddenField()
    lng = HiddenField()
    accuracy_m = HiddenField()
    located_at = HiddenField()
    coord_source = HiddenField()
    no_position_reason = StringField("没有定位的原因")
    key = key_field()
    client_at = HiddenField(render_kw={"data-now": ""})

    def shot(self, phase: Phase, address: str = "") -> Shot:
        """Where these photos were taken."""
        lat, lng = self.place()
        return Shot(
            phase,
            lat=lat,
            lng=lng,
            accuracy_m=number(self.accuracy_m.data) if lat is not None else None,
            coord_source=self.source() if lat is not None else "",
            no_position_reason=self.reason() if lat is None else "",
            address=address[:LONGEST_ADDRESS],  # a longer one is refused with the form
        )

    def place(self) -> tuple[float | None, float | None]:
        """Latitude and longitude as sent, both or none."""
        lat, lng = number(self.lat.data), number(self.lng.data)
        return (lat, lng) if lat is not None and lng is not None else (None, None)

    def source(self) -> str:
        """Where the position comes from."""
        pinned = self.coord_source.data == CoordSource.PIN
        return (CoordSource.PIN if pinned else CoordSource.BROWSER).value

    def reason(self) -> str:
        """Why there is no position: one of the list."""
        told = self.no_position_reason.data or ""
        return told if told in NO_POSITION else ""


class ReportForm(PlacedForm):
    """A report as the phone sends it; what is missing is for the move to say."""

    category_id = StringField("问题类别")
    description = paragraph("问题描述", Wanted())
    street_id = SelectField("所在街道", [Wanted()], choices=(), validate_choice=False)
    address = line("具体点位", LONGEST_ADDRESS)
    priority = RadioField("紧急程度", [Wanted()], choices=PRIORITIES, validate_choice=False)
    text = paragraph("紧急理由", Wanted())
    recurrence_of = HiddenField()  # the id of the signed-off problem that has come back
    same_as = HiddenField()  # the id of the open problem these photos belong to: nothing is filed
    near = StringField("附近的同类问题")  # same:12, again:13 or none; says it for the two above

    def same_problem(self) -> int | None:
        """The open problem that this is, if it is one."""
        kind, told = self._near()
        return told if kind == SAME else None if kind else whole(self.same_as.data)

    def recurring_problem(self) -> int | None:
        """The signed-off problem that has come back, if it is one."""
        kind, told = self._near()
        return told if kind == AGAIN else None if kind else whole(self.recurrence_of.data)

    def _near(self) -> tuple[str, int | None]:
        kind, _, told = (self.near.data or "").partition(":")
        return kind, whole(told)

    def report(self, street_id: int | None) -> Report:
        """The report these fields make, for the street given."""
        shot = self.shot(Phase.BEFORE)
        urgent = self.priority.data == Priority.URGENT.value
        return Report(
            category_id=whole(self.category_id.data),
            description=self.description.data or "",
            street_id=street_id,
            address=self.address.data or "",
            lat=shot.lat,
            lng=shot.lng,
            accuracy_m=shot.accuracy_m,
            coord_source=shot.coord_source,
            located_at=instant(self.located_at.data) if shot.lat is not None else None,
            no_position_reason=shot.no_position_reason,
            priority=Priority.URGENT if urgent else Priority.GENERAL,
            urgent_reason=(self.text.data or "") if urgent else "",
            recurrence_of_id=self.recurring_problem(),
            client_at=instant(self.client_at.data),
        )


class SubmitForm(PlacedForm):
    """A rectification: after photos, what was done, by whom."""

    version = HiddenField()
    remedy = paragraph("解决方案", Wanted())
    handled_by = line("整改人", LONGEST_NAME, Wanted())

    def given(self) -> Given:
        """What the move is handed."""
        return Given(
            remedy=self.remedy.data or "",
            handled_by=self.handled_by.data or "",
            client_at=instant(self.client_at.data),
        )


def filled_from(problem: Problem) -> dict[str, Any]:
    """What a saved draft puts into its form."""
    return {
        "category_id": str(problem.category_id or ""),
        "description": problem.description,
        "street_id": str(problem.street_id or ""),
        "address": problem.address,
        "priority": problem.priority,
        "text": problem.urgent_reason,
        "recurrence_of": str(problem.recurrence_of_id or ""),
        "lat": "" if problem.lat is None else str(problem.lat),
        "lng": "" if problem.lng is None else str(problem.lng),
        "accuracy_m": "" if problem.accuracy_m is None else str(problem.accuracy_m),
        "located_at": problem.located_at.isoformat() if problem.located_at else "",
        "coord_source": problem.coord_source,
        "no_position_reason": problem.no_position_reason,
    }


def fresh(actor: Actor) -> dict[str, Any]:
    """What a new report begins with."""
    return {"priority": Priority.GENERAL.value, "street_id": str(actor.org_id or "")}
