"""The demo city's own fields: what each section keeps, its sheet, and values on its problems."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.calendars import local_date
from app.models import Organisation, SectionSheet
from app.services.actors import actor_of
from app.services.super_table import field_admin, section_sheets, sheet_admin
from app.services.super_table.sheet_columns import Column, can_be_typed
from sheets.catalogue import Field
from sheets.storage import FieldSpec

ADMIN = "guanli"
STREETSCAPE, CLEANING, ROADS, GREEN = "2104-ZJ-02", "2104-ZJ-03", "2104-ZJ-04", "2104-ZJ-05"
FIRST = ("number", "state", "category")
LAST = ("street", "address", "responsible", "due_at", "description")


def _choices(*labels: str) -> dict[str, object]:
    """Choices from `label` or `label/colour`."""
    pairs = [each.partition("/") for each in labels]
    return {
        "choices": [
            [f"c{place}", label, colour] if colour else [f"c{place}", label]
            for place, (label, _, colour) in enumerate(pairs, 1)
        ]
    }


def _spec(caption: str, kind: str, options: Mapping[str, object] | None = None, about: str = "",
          **more: Any) -> FieldSpec:  # fmt: skip
    return FieldSpec(caption=caption, type=kind, options=options or {}, help=about, **more)


@dataclass(frozen=True, slots=True)
class Plan:
    """A section's fields, which of them its phone form asks for, and its own captions."""

    code: str | None
    specs: tuple[FieldSpec, ...]
    on_form: frozenset[str] = frozenset()
    captions: Mapping[str, str] = field(default_factory=dict)


PLANS = (
    Plan(None, (
        _spec("重点区域", "single_choice",
              _choices("创城点位/purple", "学校周边/blue", "医院周边/green", "背街小巷/grey")),
    )),
    Plan(STREETSCAPE, (
        _spec("商户名称", "text", about="店外经营、占道经营填店招"),
        _spec("沿主干道", "tick", about="在主干道两侧的打勾"),
        _spec("占道类型", "single_choice",
              _choices("店外经营/orange", "流动摊贩/yellow", "乱堆乱放/red", "违规广告/purple")),
        _spec("涉及对象", "multi_choice", _choices("固定商户", "流动商贩", "居民", "施工单位")),
        _spec("商户电话", "phone"),
        _spec("劝导次数", "number", {"unit": "次", "decimals": 0, "min": 0}),
        _spec("罚款金额", "money", {"unit": "元"}),
        _spec("处罚档次", "formula", {"formula": '如果({罚款金额} >= 500, "较重", "一般")'}),
        _spec("回访日期", "date"),
        _spec("整改评分", "rating", about="回访时打分"),
        _spec("公示网址", "link"),
    ), frozenset({"占道类型", "涉及对象", "商户名称", "沿主干道", "商户电话"}),
       {"address": "占道位置", "responsible": "谁来整改"}),
    Plan(CLEANING, (
        _spec("垃圾量（立方米）", "number", about="清运后按车次估算"),
        _spec("垃圾种类", "multi_choice", _choices("生活", "建筑", "绿化", "大件", "冰雪")),
        _spec("清运班组", "single_choice", _choices("一班/blue", "二班/green", "机动班/orange")),
        _spec("清运车次", "number", {"unit": "车", "decimals": 0, "min": 0}),
        _spec("每车方量", "formula",
              {"formula": "取整({垃圾量（立方米）} / {清运车次}, 1)", "unit": "立方米"}),
        _spec("清运费用", "money", {"unit": "元"}),
        _spec("清运日期", "date"),
        _spec("保洁评分", "rating"),
        _spec("清运单号", "auto_number", {"prefix": "QY-", "digits": 5}),
    ), frozenset({"垃圾量（立方米）", "垃圾种类", "清运班组"}), {"address": "清运点位"}),
    Plan(ROADS, (
        _spec("设施类型", "single_choice",
              _choices("井盖/red", "路面/orange", "护栏/blue", "路灯/yellow", "排水/green")),
        _spec("设施编号", "text"),
        _spec("维修电话", "phone"),
        _spec("维修预算", "money", {"unit": "元"}),
        _spec("开工日期", "date"),
        _spec("完工日期", "date"),
        _spec("工期", "formula",
              {"formula": "工作日数({开工日期}, {完工日期})", "unit": "个工作日"}),
        _spec("何时到期", "lookup", {"of": "due_at"}),
    ), frozenset({"设施类型", "设施编号"}), {"number": "编号"}),
    Plan(GREEN, (
        _spec("树种", "text"),
        _spec("补植数量", "number", {"unit": "株", "decimals": 0}),
        _spec("补植季节", "single_choice", _choices("春季/green", "秋季/orange")),
    ), frozenset({"树种", "补植数量"})),
)  # fmt: skip
WORDS = {
    "树种": ("国槐", "油松", "榆树", "丁香"),
    "设施编号": ("JG-0{}", "LM-1{}", "HL-2{}", "LD-3{}"),
    "商户名称": ("示例商户{}号",),
}


def settle_fields(session: Session, users: Mapping[str, int], now: datetime) -> None:
    """Every section's fields, and its sheet with its own captions, order and phone form."""
    section_sheets.ensure_sheets(session, now)
    admin = actor_of(session, users[ADMIN], now)
    if admin is None:
        raise LookupError(ADMIN)
    ids = {code: key for code, key in session.execute(select(Organisation.code, Organisation.id))}
    for plan in PLANS:
        section_id = ids[plan.code] if plan.code else None
        made = [field_admin.add(session, admin, now, section_id, each) for each in plan.specs]
        if section_id is None:
            continue
        sheet = session.scalars(
            select(SectionSheet).where(SectionSheet.section_id == section_id)
        ).one()
        columns = _columns(plan, made)
        named = {column.id for column in columns}
        others = [field.id for field, _ in sheet_admin.arranged(session, admin, sheet.id).columns]
        columns += [Column(each, shown=False) for each in others if each not in named]
        sheet_admin.rearrange(session, admin, now, sheet.id, sheet.version, sheet.name, columns)


def _columns(plan: Plan, made: list[Field]) -> list[Column]:
    fixed = {each: Column(each, plan.captions.get(each, "")) for each in (*FIRST, *LAST)}
    own = [
        Column(each.id, on_form=each.caption in plan.on_form and can_be_typed(each))
        for each in made
    ]
    return [*(fixed[each] for each in FIRST), *own, *(fixed[each] for each in LAST)]


def typed_value(of: Field, rng: random.Random, done: datetime) -> object:
    """Something a section would type into a field; nothing where the table fills it in itself."""
    number, day = rng.randint(1, 40), local_date(done)
    if of.type in {"single_choice", "multi_choice"}:
        keys = [key for key, _ in of.labels.items()]
        return (
            rng.sample(keys, rng.randint(1, 2)) if of.type == "multi_choice" else rng.choice(keys)
        )
    makers: Mapping[str, object] = {
        "tick": "是" if number % 2 else "否",
        "number": str(1 + number % 6) if "次" in of.caption else str(number / 10),
        "money": str(number * 50),
        "rating": str(3 + number % 3),
        "phone": f"1380000{number:04d}",
        "link": f"https://example.com/gongshi/{number}",
        "date": _day(of.caption, day, number),
        "text": rng.choice(WORDS.get(of.caption, ("示例{}",))).format(number),
    }
    return makers.get(of.type, "")


def _day(caption: str, done: date, number: int) -> str:
    begun = done - timedelta(days=2 + number % 5)
    return (begun if caption == "开工日期" else done).isoformat()
