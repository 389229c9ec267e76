"""What a template says of each column: how wide, what to fill in, which list, what for example."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.states import Priority, State
from app.models import Organisation
from app.services.imports.reading.vocabulary import Knowledge
from app.services.imports.reading.words import listed_words, state_words, targets
from app.services.problem_columns import SOURCES
from sheets.catalogue import Field
from sheets.writing import FormColumn
from sheets.writing.form import Entry

PHOTO_HINT = (
    "把照片插入到这一格里（浮动的或嵌入单元格的都可以）；"
    "也可以填照片的文件名，和表格一起上传照片的 zip 压缩包。"
)
DAY_HINT = "填日期，如 2026-03-05。"
CODE_HINT = "本科室自己的编号，没有可以不填。以后再次导入时，凭它认出是同一个问题。"
STATUS_HINT = "已经整改、等人核查的选“待核查”；不填按“待整改”。"
DEFERRED_HINT = "状态是“挂号”的必须填挂号到哪一天，如 2026-12-31。"
_DAY_AFTER = timedelta(days=7)
_ENTERED = (State.LISTED, State.SUBMITTED, State.PRE_SIGNED_OFF, State.SIGNED_OFF, State.DEFERRED)
_REQUIRED = frozenset({"description", "street", "point"})
_WIDTHS = {
    "seq": 7, "no": 16, "district": 11, "street": 13, "community": 14, "point": 26, "lat": 12,
    "lng": 12, "category": 18, "description": 34, "source": 15, "urgent": 10, "unit": 22,
    "measures": 28, "status": 11, "before": 20, "after": 20, "send_back_reason": 22,
}  # fmt: skip
_USUAL_WIDTH = 14
_HINTS = {
    "no": CODE_HINT,
    "street": "从列表中选择街道或乡镇。",
    "point": "写到路名、门牌或路口，照着能找到。",
    "description": "写明是什么问题、有多大范围。",
    "category": "从列表中选择最接近的小类。",
    "unit": "从列表中选择由谁整改。",
    "status": STATUS_HINT,
    "due": "填要求整改完成的日期，如 2026-03-12；不填按下发后 7 个工作日计算。",
    "deferral_until": DEFERRED_HINT,
    "lat": "WGS-84 坐标的纬度，如 41.880000；没有可以不填。",
    "lng": "WGS-84 坐标的经度，如 123.957000；没有可以不填。",
    "before": PHOTO_HINT,
    "after": PHOTO_HINT,
}
_EXAMPLES = {
    "no": "CG-2026-001", "point": "新华街 12 号门前", "description": "人行道上堆放垃圾约 2 立方米",
    "community": "新华社区", "reporter": "王工", "handler": "李师傅", "measures": "已安排车辆清运",
    "before": "在此插入照片", "after": "在此插入照片", "lat": "41.880000", "lng": "123.957000",
}  # fmt: skip
_DAYS = {"date", "date_time"}
_NUMBERS = {"number", "latitude", "longitude"}
_FIELD_HINTS = {
    "multi_choice": "可以填几项，用顿号分开：{choices}。",
    "tick": "是的填“是”，不是的填“否”。",
    "rating": "填 1 到 5 的整数。",
    "link": "填完整的网址，以 http 开头。",
    "money": "填金额，单位元。",
    "date": DAY_HINT,
    "date_time": "填日期和时间，如 2026-03-05 09:30。",
    "number": "填数字，不带单位。",
}
_FIELD_EXAMPLES: Mapping[str, object] = {"tick": "是", "rating": "5", "number": 2, "money": 100}


@dataclass(frozen=True)
class Lists:
    """What can be chosen in the columns of a template, by the field they are read as."""

    options: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, session: Session, knowledge: Knowledge) -> "Lists":
        """The streets, kinds, units and states of this city, in the words it signs with."""
        places = knowledge.vocabulary.places.all
        by_level = {
            level: tuple(dict.fromkeys(place.name for place in places if place.level == level))
            for level in ("district", "street")
        }
        return cls(
            {
                **by_level,
                "category": tuple(dict.fromkeys(knowledge.catalogue.names().values())),
                "unit": _units(session, knowledge),
                "status": tuple(_word_of(state) for state in _ENTERED),
                "urgent": tuple(priority.label for priority in Priority),
                "source": tuple(label for key, label in SOURCES if key in listed_words("sources")),
            }
        )


def fixed_column(target_id: str, caption: str, lists: Lists, today: date) -> FormColumn:
    """The column of a field of ours."""
    kind = next(target.kind for target in targets() if target.id == target_id)
    entry: Entry = "date" if kind in _DAYS else "text"
    options = lists.options.get(target_id, ())
    example: object = _EXAMPLES.get(target_id, options[0] if options else None)
    if target_id == "unit":
        example = _example_unit(options, lists.options.get("street", ()))
    if entry == "date":
        example = today + _DAY_AFTER if target_id == "due" else today
    if target_id in {"finished_at", "checked_at", "signed_off_at", "deferral_until"}:
        example = None  # the example is a problem that still waits
    return FormColumn(
        caption=caption,
        width=_WIDTHS.get(target_id, _USUAL_WIDTH),
        entry=entry,
        hint=_HINTS.get(target_id, DAY_HINT if entry == "date" else ""),
        options=options,
        strict=target_id in {"status", "urgent"},
        required=target_id in _REQUIRED,
        example=example,
    )


def _example_unit(units: Sequence[str], streets: Sequence[str]) -> str | None:
    """The office of the example's street; a section would be taken for the file's own."""
    own = (unit for unit in units if streets and unit.startswith(streets[0]))
    return next(own, units[-1] if units else None)


def own_column(field: Field, today: date) -> FormColumn:
    """The column of a section's own field."""
    labels = tuple(field.labels.values())
    entry: Entry = "text"
    if field.type in _DAYS:
        entry = "date_time" if field.type == "date_time" else "date"
    elif field.type in {"number", "money"}:
        entry = "number"
    hint = _FIELD_HINTS.get(field.type, "").format(choices="、".join(labels))
    options = labels if field.type == "single_choice" else ()
    if field.type == "tick":
        options = ("是", "否")
    example = _FIELD_EXAMPLES.get(field.type, labels[0] if labels else None)
    return FormColumn(
        caption=field.caption,
        width=max(_USUAL_WIDTH, len(field.caption) * 2 + 2),
        entry=entry,
        hint=f"{field.help}。{hint}" if field.help else hint,
        options=options,
        strict=field.type in {"single_choice", "tick"},
        required=field.required,
        example=today if entry == "date" else example,
    )


def _units(session: Session, knowledge: Knowledge) -> tuple[str, ...]:
    """The units that problems can be given to, as they sign."""
    wanted = (
        select(Organisation.id)
        .where(Organisation.is_active, Organisation.dispatchable)
        .order_by(Organisation.position, Organisation.id)
    )
    units = (knowledge.units[unit_id] for unit_id in session.scalars(wanted))
    return tuple(dict.fromkeys(unit.formal for unit in units))


def _word_of(state: State) -> str:
    """Our own word for a state where files are read by it, else the first that is."""
    words = state_words()[state.value]
    return state.label if state.label in words else words[0]
