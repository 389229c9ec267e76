"""Building blocks of all shapes: cleaned texts, ids that can be ids, instants with their zone."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from app.domain.calendars import LOCAL
from sheets.text import clean_text

LARGEST_ID = 2_147_483_647  # what a column of either database holds
FIRST_YEAR, LAST_YEAR = 1900, 2200  # a phone whose battery was empty says 1970
LONGEST_TEXT = 50_000  # characters; the rules say how much less a field takes


def _clean(text: str) -> str:
    return clean_text(text).strip()


def _of_our_age(at: datetime) -> datetime:
    """At the ends of the calendar a change of zone overflows; a phone's clock is never there."""
    if not FIRST_YEAR <= at.year <= LAST_YEAR:
        raise PydanticCustomError("datetime_range", "out of range")
    return at


def _blank_is_none(value: Any) -> Any:
    """A form control left empty."""
    return None if isinstance(value, str) and not value.strip() else value


Id = Annotated[int, Field(ge=1, le=LARGEST_ID)]
Version = Annotated[int, Field(ge=0, le=LARGEST_ID)]
Text = Annotated[str, AfterValidator(_clean), Field(max_length=LONGEST_TEXT)]
# Lines, as long as their columns.
Line32 = Annotated[str, AfterValidator(_clean), Field(max_length=32)]
Line100 = Annotated[str, AfterValidator(_clean), Field(max_length=100)]
Line200 = Annotated[str, AfterValidator(_clean), Field(max_length=200)]
Line300 = Annotated[str, AfterValidator(_clean), Field(max_length=300)]
PhotoId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{10,32}$")]
# An instant as a client sends it: never without its zone.
Given = Annotated[AwareDatetime, AfterValidator(_of_our_age)]
Blank = BeforeValidator(_blank_is_none)
Instant = Annotated[
    datetime,
    PlainSerializer(lambda at: at.astimezone(LOCAL).isoformat(timespec="seconds"), return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]


class Sent(BaseModel):
    """What a client sends. A key it does not name is refused, never passed on."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False, frozen=True)


class Answer(BaseModel):
    """What a client gets."""

    model_config = ConfigDict(frozen=True)


class Choice(Answer):
    """一个选项：value 供程序使用，label 是中文。"""

    value: str = Field(title="值", examples=["listed"])
    label: str = Field(title="中文", examples=["待整改"])


class Ref(Answer):
    """指向单位或人员：编号和名称。"""

    id: int = Field(title="编号", examples=[12])
    name: str = Field(title="名称", examples=["站前街道"])


class Failure(Answer):
    """办不成时的答复（RFC 9457），各接口通用。"""

    type: str = Field(title="类型", examples=["urn:xiaohao:problem:problem.moved_on"])
    title: str = Field(title="标题", examples=["情况已有变化"])
    status: int = Field(title="HTTP 状态", examples=[409])
    code: str = Field(title="稳定的错误代码，供程序判断", examples=["problem.moved_on"])
    detail: str = Field(
        title="给人看的中文说明",
        examples=["您查看之后，示例核查员甲已核查通过，现在是“预销号”。请看过最新情况再办理。"],
    )
    fields: dict[str, str] = Field(title="各字段的说明", examples=[{}])
    details: dict[str, Any] | None = Field(
        default=None,
        title="供程序使用的补充，如冲突时双方的值",
        examples=[{"state": "pre_signed_off", "version": 5, "yours": 4}],
    )
    reference: str | None = Field(default=None, title="故障编号，报给系统管理员")


def every_sent(base: type[Sent] = Sent) -> Iterator[type[Sent]]:
    """Every model a client may send."""
    for model in base.__subclasses__():
        yield model
        yield from every_sent(model)
