"""A street's report as tests type it, and what came of it."""

from __future__ import annotations

from sqlalchemy import func, select

from app.models import Problem
from tests.builders import City
from tests.web.camera import PLACE, shot

FORM = "form.report-form"


def report(city: City, **changes):
    """A complete report, as it is typed."""
    return {
        "photos": [shot(1)],
        "category_id": city.categories["rubbish"],
        "description": "路口东侧堆放生活垃圾",
        "address": "中央大街 12 号门前",
        **PLACE,
        **changes,
    }


def count(database, model, *where):
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(model).where(*where))


def only_problem(database):
    with database.reading() as session:
        return session.scalars(select(Problem)).one()
