"""The form that sends a report on its way: which kind, who leads, who must act."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from wtforms import Field, HiddenField, SelectMultipleField
from wtforms.widgets import CheckboxInput

from app.domain.facts import Given
from app.domain.workflow import Move
from app.door.unit_of_work import unit_of_work
from app.services.problems.shown import Detail
from app.web import choices, form_fields, move_forms
from app.web.desk import DeskForm

FORM = "route"
ROUTES = ("dispatch", "refer_to_leader")
TEXTS = {"dispatch": "general_reason", "refer_to_leader": "urgent_reason"}


@dataclass(frozen=True, slots=True)
class RouteDeskForm(DeskForm):
    """The route, shared by the moves that send a report on; a blank section follows the kind."""

    def given(self, move: Move) -> Given:
        """The route, and the text that belongs to the button that was pressed."""
        form = self.form
        kind = form.category_id.data
        by_kind = choices.lead_of_categories(unit_of_work()).get(kind)
        return Given(
            text=form[TEXTS[move.id]].data or "",
            category_id=kind,
            lead_section_id=form.lead_section_id.data or by_kind,
            responsible_org_id=form.responsible_org_id.data,
            co_org_ids=co_orgs(form.co_org_ids.data or (), form.responsible_org_id.data),
        )


def co_orgs(chosen: Iterable[int | None], responsible: int | None) -> tuple[int, ...]:
    """Each helping unit once; the responsible one does not help itself."""
    return tuple(dict.fromkeys(org for org in chosen if org is not None and org != responsible))


def route_form(session: Session, detail: Detail, moves: tuple[Move, ...]) -> DeskForm:
    """The form with kind, section and unit as the report suggests them."""
    leads = choices.lead_of_categories(session)
    made = type("RouteForm", (FlaskForm,), _fields(session, detail, leads))
    data = move_forms.known(detail)
    if data["lead_section_id"] == leads.get(data["category_id"]):
        data["lead_section_id"] = None  # follows the kind, also when the kind is changed
    data["responsible_org_id"] = data["responsible_org_id"] or detail.problem.street_id
    data["co_org_ids"] = list(detail.co_org_ids)
    sent = move_forms.formdata_for_any({move.id for move in moves})
    form = made(formdata=sent, data=data)
    for name in ("category_id", "lead_section_id", "responsible_org_id", *TEXTS.values()):
        form[name].flags.required = True
    return RouteDeskForm(FORM, moves, form, text_fields=TEXTS)


def _fields(session: Session, detail: Detail, leads: dict[int, int]) -> dict[str, Field]:
    sections = choices.sections(session)
    units = choices.units(session, detail.problem)
    by_kind = detail.org_names.get(leads.get(detail.problem.category_id or 0, 0), "请选择")
    return {
        "version": HiddenField(default=str(detail.problem.version)),
        "key": form_fields.key_field(),
        "category_id": move_forms.select(
            "问题类别", choices.with_blank(choices.categories(session))
        ),
        "lead_section_id": move_forms.select(
            "牵头科室", choices.with_blank(sections, f"按类别：{by_kind}")
        ),
        "responsible_org_id": move_forms.select("责任单位", choices.with_blank(units)),
        "co_org_ids": SelectMultipleField(
            "协办单位",
            choices=[replace(each, optgroup=None) for each in units],
            coerce=form_fields.whole,
            validate_choice=False,
            option_widget=CheckboxInput(),
        ),
        "general_reason": form_fields.paragraph("改按一般问题下发的理由"),
        "urgent_reason": form_fields.paragraph("紧急理由"),
    }
