"""A field's settings and their changes as sentences for its history."""

from collections.abc import Mapping

from sheets.fields import field_type, field_types
from sheets.fields.single_choice import choices
from sheets.formulas import shown_formula
from sheets.storage import FieldRecord
from sheets.text import shortened

BLANK = "空白"
MOST = 60  # characters of one setting in a sentence
# Settings by the words people know them by.
WORDS = {
    "unit": "单位", "decimals": "小数位数", "min": "最小值", "max": "最大值",
    "max_length": "最多字数", "prefix": "编号前缀", "digits": "编号位数", "of": "引用的列",
}  # fmt: skip
CHOICES, FORMULA = "choices", "formula"


def type_label(key: str) -> str:
    """The word for a type."""
    return field_type(key).label if key in field_types() else "已停用的类型"


def settings(record: FieldRecord, captions: Mapping[str, str]) -> str:
    """What a field is set to; `captions` are those a formula may name, by id."""
    parts = [f"名称“{record.caption}”", type_label(record.type)]
    parts.append("必填" if record.required else "不必填")
    if record.default is not None:
        parts.append(f"默认“{_short(record.default)}”")
    parts += [f"{name}“{value}”" for name, value in _told(record.options, captions).items()]
    return "，".join(parts)


def difference(before: FieldRecord, after: FieldRecord, captions: Mapping[str, str]) -> str:
    """What became of a field; empty when nothing did."""
    parts = []
    if before.caption != after.caption:
        parts.append(f"改名为“{after.caption}”")
    if before.required != after.required:
        parts.append("设为必填" if after.required else "不再必填")
    if before.help != after.help:
        parts.append("改填写说明")
    if before.default != after.default:
        parts.append(f"默认值改为“{_short(after.default)}”")
    old, new = _told(before.options, captions), _told(after.options, captions)
    parts += [
        f"{name}由“{old.get(name, BLANK)}”改为“{new.get(name, BLANK)}”"
        for name in dict.fromkeys([*old, *new])
        if old.get(name) != new.get(name)
    ]
    if not parts and before.options != after.options:
        parts.append("改选项的颜色或其他设置")
    return "；".join(parts)


def _told(options: Mapping[str, object], captions: Mapping[str, str]) -> dict[str, str]:
    told = {word: _short(options[name]) for name, word in WORDS.items() if name in options}
    if FORMULA in options:
        told["公式"] = _short(shown_formula(str(options[FORMULA]), captions))
    if CHOICES in options:
        told["选项"] = _short("、".join(label for _, label in choices(options)))
    return told


def _short(value: object) -> str:
    if value is None:
        return BLANK
    if isinstance(value, bool):
        return "是" if value else "否"
    return shortened(str(value), MOST)
