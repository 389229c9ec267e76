"""The shared views every sheet of the demo city begins with."""

from datetime import datetime
from urllib.parse import urlencode

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.models import SectionSheet, TableView

OWNER = "guanli"
STILL_OPEN = ("f.state.not_in", "signed_off,void")
VIEWS: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    ("临期", (("f.due_at.due_within_workdays", "3"), STILL_OPEN, ("sort", "due_at"))),
    ("本周到期", (("f.due_at.this_week", "1"), STILL_OPEN, ("sort", "due_at"), ("as", "calendar"))),
    ("看板", (STILL_OPEN, ("as", "board"))),
    ("成果对照", (("f.state.is", "signed_off"), ("sort", "-signed_off_at"), ("as", "gallery"))),
    ("地图", (STILL_OPEN, ("as", "map"))),
)


def seed_views(session: Session, users: dict[str, int], now: datetime) -> None:
    """Give each sheet its five, shared and locked, so that a visitor cannot spoil them."""
    sheets = session.scalars(select(SectionSheet.id).order_by(SectionSheet.id)).all()
    rows = [
        {
            "sheet_id": sheet_id,
            "owner_id": users[OWNER],
            "name": name,
            "query": urlencode(pairs),
            "widths": {},
            "shared": True,
            "locked": True,
            "position": place,
            "version": 1,
            "created_at": now,
            "updated_at": now,
        }
        for sheet_id in sheets
        for place, (name, pairs) in enumerate(VIEWS, start=1)
    ]
    session.execute(insert(TableView), rows)
