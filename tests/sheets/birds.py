"""A table of birds, the sheet over it, and its rows as plain dictionaries to compare with."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Double,
    Engine,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    insert,
)

from sheets import storage
from sheets.catalogue import Field, Sheet
from sheets.fields.date_time import Instant
from sheets.when import When

metadata = MetaData()
bird = Table(
    "bird",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(60), nullable=False),
    Column("note", Text),
    Column("ring", String(40)),
    Column("weight", Double),
    Column("eggs", Integer, nullable=False),
    Column("seen_on", Date),
    Column("hatched_at", Instant),
    Column("habitat", String(20)),
    Column("rare", Boolean),
    Column("station_id", Integer),
    Column("ringer_id", Integer),
    Column("pictures", Integer, nullable=False, server_default="0"),
)

TODAY = date(2026, 10, 5)  # a Monday; rows were seen from 10-01 to 10-09
HABITATS = [["marsh", "沼泽"], ["wood", "树林"], ["town", "城区"]]
STATIONS = {1: "站前街道", 2: "河口观测站", 3: "站前街道东站"}
RINGERS = {7: "王小鸟", 8: "李燕"}


class Names:
    """A lookup that counts how often it is asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, frozenset[int]]] = []

    def names(self, kind: str, ids: Collection[int]) -> Mapping[int, str]:
        self.asked.append((kind, frozenset(ids)))
        known = {"organisation": STATIONS, "person": RINGERS}.get(kind, {})
        return {each: known[each] for each in ids if each in known}


def field(field_id: str, caption: str, kind: str, column: str = "", **more: Any) -> Field:
    return Field(field_id, caption, kind, bird.c[column or field_id], **more)


SHEET = Sheet(
    "birds",
    (
        field("name", "鸟名", "text", required=True),
        field("note", "记录", "long_text"),
        field("ring", "环号", "text", options={"max_length": 40}),
        field("weight", "体重", "number", options={"unit": "克", "decimals": 1, "min": 0}),
        field("eggs", "卵数", "number"),
        field("seen_on", "见到日期", "date"),
        field("hatched_at", "出壳时间", "date_time"),
        field("habitat", "生境", "single_choice", options={"choices": HABITATS}),
        field("rare", "珍稀", "tick"),
        field("station", "观测站", "organisation", "station_id"),
        field("ringer", "环志员", "person", "ringer_id"),
        field("pictures", "照片", "photos"),
    ),
    bird,
    bird.c.id,
    when=When(TODAY, now=datetime(2026, 10, 5, 4, 30, tzinfo=UTC)),
)


def make_rows(number: int = 60) -> list[dict[str, Any]]:
    """Rows with ties and blanks in each column that may be blank."""
    names = ["麻雀", "喜鹊", "大山雀", "Robin", "robin", "50% 灰鹤", "a_b", "井盖上的燕子", "\\鸦"]
    start = datetime(2026, 9, 1, 15, 30, tzinfo=UTC)  # 23:30 in China
    return [
        {
            "id": n,
            "name": names[n % len(names)],
            "note": None if n % 4 == 0 else f"第 {n} 只，落在井盖旁\n又飞走",
            "ring": None if n % 5 == 0 else "" if n % 7 == 0 else f"CN-{n % 11:03}",
            "weight": None if n % 3 == 0 else (n % 8) * 2.5,
            "eggs": n % 6,
            "seen_on": None if n % 6 == 0 else date(2026, 10, 1) + timedelta(days=n % 9),
            "hatched_at": None if n % 7 == 0 else start + timedelta(hours=(n % 13) * 7),
            "habitat": None if n % 5 == 0 else HABITATS[n % 3][0],
            "rare": None if n % 5 == 0 else n % 2 == 0,
            "station_id": None if n % 4 == 0 else 1 + n % 3,
            "ringer_id": None if n % 3 == 0 else 7 + n % 2,
            "pictures": n % 3,
        }
        for n in range(1, number + 1)
    ]


ROWS = make_rows()
COLUMN_OF = {each.id: each.column.name for each in SHEET.fields}


def fill(engine: Engine, rows: list[dict[str, Any]] | None = None) -> None:
    """Make the tables and put the birds in."""
    metadata.create_all(engine)
    storage.metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(insert(bird), ROWS if rows is None else rows)
