"""What is wrong with a request, field by field, in Chinese."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from app.api.shapes.base import every_sent
from app.domain.refusals import Invalid
from sheets.text import shortened

LONGEST_KEY = 40
_WORDS: dict[str, str] = {
    "missing": "请填写。",
    "extra_forbidden": "没有这个字段，请检查拼写，或把它去掉。",
    "string_type": "应为文字。",
    "string_unicode": "含有不能保存的字符，请删去后再试。",
    "string_too_long": "最多 {max_length} 个字，请删减。",
    "string_too_short": "至少 {min_length} 个字。",
    "string_pattern_mismatch": "写法不对。",
    "int_type": "应为整数。",
    "int_parsing": "应为整数。",
    "int_parsing_size": "数字太大。",
    "int_from_float": "应为整数。",
    "float_type": "应为数字。",
    "float_parsing": "应为数字。",
    "finite_number": "应为普通的数字。",
    "bool_type": "应为 true 或 false。",
    "bool_parsing": "应为 true 或 false。",
    "greater_than_equal": "不能小于 {ge}。",
    "less_than_equal": "不能大于 {le}。",
    "enum": "应为其中之一：{expected}。",
    "literal_error": "应为其中之一：{expected}。",
    "list_type": "应为数组。",
    "tuple_type": "应为数组。",
    "dict_type": "应为对象。",
    "too_long": "最多 {max_length} 项。",
    "too_short": "至少 {min_length} 项。",
    "file_type": "应为一个文件，请以 multipart/form-data 发送。",
    "timezone_aware": "请带上时区，例如 2026-11-20T09:30:00+08:00。",
}
_KINDS = (
    ("datetime_range", "不是可能的时间，请检查年份。"),
    ("datetime", "应为带时区的时间，例如 2026-11-20T09:30:00+08:00。"),
    ("timezone", "应为带时区的时间，例如 2026-11-20T09:30:00+08:00。"),
    ("date", "应为日期，例如 2026-11-20。"),
    ("model", "应为 JSON 对象。"),
)
OTHERWISE = "内容不对，请对照接口说明检查。"


def refusal_of(error: ValidationError) -> Invalid:
    """The refusal that names each wrong field and says what is wanted of it."""
    model = next((each for each in every_sent() if each.__name__ == error.title), None)
    fields: dict[str, str] = {}
    for each in error.errors(include_url=False, include_input=False):
        key = ".".join(shortened(str(part), LONGEST_KEY) for part in each["loc"]) or "body"
        words = _words(each["type"], each.get("ctx", {}))
        title = _title(model, each["loc"])
        fields.setdefault(key, f"{title}：{words}" if title else words)
    return Invalid(
        "request.invalid", " ".join(f"{key}：{words}" for key, words in fields.items()),
        fields=fields,
    )  # fmt: skip


def _words(kind: str, context: Mapping[str, Any]) -> str:
    if kind in _WORDS:
        return _WORDS[kind].format_map({key: value for key, value in context.items()})
    return next((words for start, words in _KINDS if kind.startswith(start)), OTHERWISE)


def _title(model: type[BaseModel] | None, place: tuple[int | str, ...]) -> str:
    known = model.model_fields.get(str(place[0])) if model and place else None
    return known.title or "" if known else ""
