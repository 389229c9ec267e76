"""A field's settings and their changes as sentences for its history."""

from collections.abc import Mapping

from sheets.fields import field_type, field_types
from sheets.fields.single_choice import choices
from sheets.storage import FieldRecord
from sheets.text import shortened

BLANK = "空白"
MOST = 60  # characters of one setting in a sentence
# Settings by the words people know them by; one that is not named here is told of as 其他设置.
WORDS = {
    "unit": "单位", "decimals": "小数位数", "min": "最小值", "max": "最大值",
    "max_length": "最多字数", "formula": "公式",
}  # fmt: skip
CHOICES = "choices"


def refers_to(record: FieldRecord) -> frozenset[str]:
    """The ids of the fields that a field's settings name."""
    if record.type not in field_types():
        return frozenset()
    return field_type(record.type).refers_to(record.options)


def type_label(key: str) -> str:
    """The word for a type."""
    return field_type(key).label if key in field_types() else "已停用的类型"


def settings(record: FieldRecord) -> str:
    """What a field is set to."""
    parts = [f"名称“{record.caption}”", type_label(record.type)]
    parts.append("必填" if record.required else "不必填")
    if record.default is not None:
        parts.append(f"默认“{_short(record.default)}”")
    parts += [f"{name}“{value}”" for name, value in _told(record.options).items()]
    return "，".join(parts)


def difference(before: FieldRecord, after: FieldRecord) -> str:
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
    old, new = _told(before.options), _told(after.options)
    parts += [
        f"{name}由“{old.get(name, BLANK)}”改为“{new.get(name, BLANK)}”"
        for name in dict.fromkeys([*old, *new])
        if old.get(name) != new.get(name)
    ]
    if not parts and before.options != after.options:
        parts.append("改选项的颜色或其他设置")
    return "；".join(parts)


def _told(options: Mapping[str, object]) -> dict[str, str]:
    told = {word: _short(options[name]) for name, word in WORDS.items() if name in options}
    if CHOICES in options:
        told["选项"] = _short("、".join(label for _, label in choices(options)))
    return told


def _short(value: object) -> str:
    if value is None:
        return BLANK
    if isinstance(value, bool):
        return "是" if value else "否"
    return shortened(str(value), MOST)
