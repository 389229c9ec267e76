"""The sections' own columns on a problem."""

from typing import Any

from pydantic import Field

from app.api.shapes.base import Answer, Sent, Version


class OwnFieldsBody(Sent):
    """填写本科室的字段；没有列出的字段不变。"""

    values: dict[str, Any] = Field(
        title="字段到值", max_length=200, examples=[{"f_1": "某某超市", "f_2": True}]
    )
    was: dict[str, Any] | None = Field(
        None, title="您看到的值", max_length=200,
        description="带上它，只有别人也改了同一格才算冲突",
    )  # fmt: skip
    version: Version | None = Field(None, title="您看到的版本")


class OwnField(Answer):
    """一个字段和它的值。"""

    id: str = Field(title="字段", examples=["f_1"])
    caption: str = Field(title="名称", examples=["商户名称"])
    type: str = Field(title="类型", examples=["text"])
    value: Any = Field(title="值")
    shown: str = Field(title="给人看的写法")


class OwnFieldGroup(Answer):
    """一个科室的字段。"""

    section_id: int | None = Field(title="科室；空表示全市的字段")
    section_name: str = Field(title="科室名称")
    may_edit: bool = Field(title="您可以填写")
    fields: list[OwnField] = Field(title="字段")


class OwnFields(Answer):
    """一个问题上您看得到的科室字段。"""

    problem_id: int = Field(title="问题")
    version: int = Field(title="版本")
    groups: list[OwnFieldGroup] = Field(title="各科室")
