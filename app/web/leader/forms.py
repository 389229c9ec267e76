"""The forms of a leader."""

from flask_wtf import FlaskForm
from wtforms import DateField, HiddenField, SelectField
from wtforms.validators import Optional

from app.domain.facts import Given
from app.web.form_fields import Wanted, instant, key_field, paragraph, whole

MOVES = ("confirm_urgent", "lower_to_general", "void_urgent")


class DecisionForm(FlaskForm):  # type: ignore[misc]
    """One card's form: an opinion, and the button that was pressed."""

    version = HiddenField()
    key = key_field()
    client_at = HiddenField(render_kw={"data-now": ""})
    text = paragraph("审定意见")

    def given(self) -> Given:
        """What the move is handed."""
        return Given(text=self.text.data or "", client_at=instant(self.client_at.data))

    def looked_at(self) -> int | None:
        """The version of the problem that was decided on."""
        return whole(self.version.data)


class DelegationForm(FlaskForm):  # type: ignore[misc]
    """Who stands in, from when to when."""

    delegate_id = SelectField("受托人", [Wanted()], choices=(), validate_choice=False)
    first_day = DateField("从", [Wanted(), Optional()])
    last_day = DateField("到（含当天）", [Wanted(), Optional()])
