"""The settings of a field's type on its form: which there are, read from text, written back."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import Field as Control
from wtforms import SelectField

from app.domain.refusals import Invalid
from app.services.problem_columns import FIXED, NOT_OFFERED
from app.web.choices import plain, with_blank
from app.web.form_fields import clean, line, paragraph, whole
from sheets.fields.single_choice import COLOURS as NAMED_COLOURS
from sheets.fields.single_choice import choices

CHOICES, FORMULA, OF = "choices", "formula", "of"
NEEDED = frozenset({CHOICES, FORMULA, OF})  # a type with one of these is little without it
FIRST_CHOICES = ("选项一", "选项二")  # of a field whose choices nobody has written yet
# Named, so that nobody has to tell two choices apart by colour alone.
COLOURS = tuple(NAMED_COLOURS.items())


@dataclass(frozen=True, slots=True)
class Setting:
    """One control: its `name` on the form, the engine's `option`, its label."""

    name: str
    option: str
    label: str
    whole: bool = False
    help: str = ""


LONGEST = Setting("max_length", "max_length", "最多字数", whole=True)
UNIT = Setting("unit", "unit", "单位", help="写在数字后面，如 吨、处。")
DECIMALS = Setting("decimals", "decimals", "小数位数", whole=True)
LOW, HIGH = Setting("min", "min", "最小值"), Setting("max", "max", "最大值")
STARS = Setting("stars", "max", "最高几星", whole=True, help="3 到 10，不填为 5。")
PREFIX = Setting("prefix", "prefix", "编号前缀", help="如 BH-。")
DIGITS = Setting("digits", "digits", "编号位数", whole=True, help="不足的在前面补 0。")
LISTED = Setting(CHOICES, CHOICES, "选项（每行一个）", help="不写就先放两个，以后再改。")
NAMED = Setting(OF, OF, "引用哪一列")
WRITTEN = Setting(FORMULA, FORMULA, "公式", help="如 {清运量} * 2；保存时检查。")
# Which settings a type has; a type that is not named here has none.
OF_TYPE: Mapping[str, tuple[Setting, ...]] = {
    "text": (LONGEST,),
    "number": (UNIT, DECIMALS, LOW, HIGH),
    "single_choice": (LISTED,),
    "multi_choice": (LISTED,),
    "rating": (STARS,),
    "auto_number": (PREFIX, DIGITS),
    "lookup": (NAMED,),
    "formula": (WRITTEN, UNIT, DECIMALS),
}
ALL = tuple({each.name: each for listed in OF_TYPE.values() for each in listed}.values())
NAMES = tuple(each.name for each in ALL)
ALWAYS: Mapping[str, Mapping[str, object]] = {"money": {"unit": "元"}}
COMPUTED = frozenset({"formula", "lookup", "auto_number"})
WITHOUT_DEFAULT = COMPUTED | {"photos", "file", "position"}


def controls() -> dict[str, Control]:
    """A control for every setting."""
    return {each.name: _control(each) for each in ALL}


def _control(setting: Setting) -> Control:
    if setting.name in {CHOICES, FORMULA}:
        return paragraph(setting.label)
    if setting.name == OF:
        fixed = [(each.id, each.caption) for each in FIXED if each.id not in NOT_OFFERED]
        offered = with_blank(plain(fixed))
        return SelectField(setting.label, choices=offered, validate_choice=False, default="")
    return line(setting.label, 30)


def types_with(name: str) -> str:
    """The types that have a setting, with blanks between, for the page's script."""
    having = (key for key, listed in OF_TYPE.items() if name in {each.name for each in listed})
    return " ".join(having)


def takes_default(key: str) -> bool:
    """Whether a field of this type can begin with a value."""
    return key not in WITHOUT_DEFAULT


def has_choices(key: str) -> bool:
    """Whether a type has choices."""
    return LISTED in OF_TYPE.get(key, ())


def read(
    key: str, typed: MultiDict[str, Any], but: Mapping[str, object] | None = None
) -> dict[str, object]:
    """The options of a field of this type; Invalid for what cannot be read.

    `but` are options that come another way, such as choices from their rows.
    """
    found: dict[str, object] = dict(ALWAYS.get(key, {})) | dict(but or {})
    for setting in OF_TYPE.get(key, ()):
        text = clean(str(typed.get(setting.name) or ""))
        if setting.option in found:
            continue
        if setting.name == CHOICES:
            found[CHOICES] = _choices(text)
        elif text:
            found[setting.option] = _whole(text, setting) if setting.whole else text
    return found


def shown(key: str, options: Mapping[str, object]) -> dict[str, str]:
    """The settings of a field of this type as their controls hold them."""
    told = {}
    for each in OF_TYPE.get(key, ()):
        told[each.name] = str(options.get(each.option, ""))
        if each.name == CHOICES:
            told[CHOICES] = "\n".join(label for _, label in choices(options))
    return told


def written(value: object, given: Mapping[str, object]) -> str:
    """A default as its control holds it; a choice by its label, found in the options `given`."""
    labels = dict(choices(given))
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list | tuple):
        return "、".join(labels.get(str(each), str(each)) for each in value)
    return labels.get(str(value), str(value))


def _whole(text: str, setting: Setting) -> int:
    number = whole(text)
    if number is None:
        sentence = f"{setting.label}请填写整数。"
        raise Invalid("field.setting", sentence, fields={setting.name: sentence})
    return number


def _choices(text: str) -> list[list[str]]:
    labels = [each.strip() for each in text.splitlines() if each.strip()] or list(FIRST_CHOICES)
    return [[f"c{place}", label] for place, label in enumerate(labels, 1)]
