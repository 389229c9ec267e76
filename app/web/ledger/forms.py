"""The form that asks for a ledger."""

from collections.abc import Iterable
from datetime import date

from flask_wtf import FlaskForm
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired
from wtforms.widgets import DateInput

from app.domain.refusals import Invalid
from app.models import Organisation
from app.services.dates import Period
from app.web.form_fields import clean, key_field, whole
from sheets.moments import read_day

ADVICE = "请填写日期，例如 2026-11-30。"


class LedgerForm(FlaskForm):  # type: ignore[misc]
    """From a day to a day, for a unit; the dates stay as they were typed."""

    # What is missing or wrong is the rules' to say; the validators only mark the fields.
    period_from = StringField("开始日期", [InputRequired()], filters=[clean], widget=DateInput())
    period_to = StringField("结束日期", [InputRequired()], filters=[clean], widget=DateInput())
    org_id = SelectField("单位", [InputRequired()])
    key = key_field()

    def offer(self, units: Iterable[Organisation], chosen: int | None) -> None:
        """Fill the list of units; the person's own stands chosen."""
        self.org_id.choices = [(str(unit.id), unit.name) for unit in units]
        self.org_id.validate_choice = False  # a unit out of scope gets the rules' own sentence
        if self.org_id.data in {None, "None"} and chosen is not None:
            self.org_id.data = str(chosen)

    def begin_with(self, period: Period) -> None:
        """Show a period that was named."""
        self.period_from.data = period.first.isoformat()
        self.period_to.data = period.last.isoformat()

    def days(self) -> tuple[date | None, date | None]:
        """The two days; Invalid names the field that holds no date."""
        return self._day("period_from"), self._day("period_to")

    def unit(self) -> int | None:
        """The chosen unit."""
        return whole(self.org_id.data)

    def _day(self, name: str) -> date | None:
        typed = self[name].data or ""
        day = read_day(typed)
        if typed and day is None:
            raise Invalid("period.wrong", ADVICE, fields={name: ADVICE})
        return day
