"""The settings of a field's type on its form: which there are, read from text, written back."""

from collections.abc import Callable, Mapping
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import Field as Control

from app.domain.refusals import Invalid
from app.web.form_fields import clean, line, paragraph, whole
from sheets.fields.single_choice import choices

CHOICES, UNIT, DECIMALS, LOW, HIGH, LONGEST = (
    "choices", "unit", "decimals", "min", "max", "max_length",
)  # fmt: skip
LABELS = {
    CHOICES: "选项（每行一个）", UNIT: "单位", DECIMALS: "小数位数", LOW: "最小值", HIGH: "最大值",
    LONGEST: "最多字数",
}  # fmt: skip
NAMES = tuple(LABELS)
# Which settings a type has; a type that is not named here has none.
OF_TYPE: Mapping[str, tuple[str, ...]] = {
    "text": (LONGEST,),
    "number": (UNIT, DECIMALS, LOW, HIGH),
    "single_choice": (CHOICES,),
}
FIRST_CHOICES = ("选项一", "选项二")  # of a field whose choices nobody has written yet
# Named, so that nobody has to tell two choices apart by colour alone.
COLOURS = (
    ("red", "红"), ("orange", "橙"), ("yellow", "黄"), ("green", "绿"), ("blue", "蓝"),
    ("purple", "紫"), ("grey", "灰"),
)  # fmt: skip
WITHOUT_DEFAULT = frozenset({"formula", "lookup", "auto_number", "photos", "file", "position"})


def controls() -> dict[str, Control]:
    """A control for every setting."""
    return {
        name: paragraph(label) if name == CHOICES else line(label, 30)
        for name, label in LABELS.items()
    }


def types_with(name: str) -> str:
    """The types that have a setting, with blanks between, for the page's script."""
    return " ".join(key for key, names in OF_TYPE.items() if name in names)


def takes_default(key: str) -> bool:
    """Whether a field of this type can begin with a value."""
    return key not in WITHOUT_DEFAULT


def read(
    key: str, typed: MultiDict[str, Any], but: Mapping[str, object] | None = None
) -> dict[str, object]:
    """The options of a field of this type; Invalid for what cannot be read.

    `but` are settings that come another way, such as choices from their rows.
    """
    found: dict[str, object] = dict(but or {})
    for name in OF_TYPE.get(key, ()):
        if name in found:
            continue
        value = _READERS.get(name, _plain)(clean(str(typed.get(name) or "")), name)
        if value is not None:
            found[name] = value
    return found


def written(value: object) -> str:
    """A default as its control holds it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list | tuple):
        return "、".join(map(str, value))
    return str(value)


def shown(options: Mapping[str, object]) -> dict[str, str]:
    """The settings as their controls hold them."""
    told = {name: str(options.get(name, "")) for name in NAMES if name != CHOICES}
    return told | {CHOICES: "\n".join(label for _, label in choices(options))}


def _plain(text: str, _name: str) -> object:
    return text or None


def _whole(text: str, name: str) -> object:
    if not text:
        return None
    number = whole(text)
    if number is None:
        sentence = f"{LABELS[name]}请填写整数。"
        raise Invalid("field.setting", sentence, fields={name: sentence})
    return number


def _choices(text: str, _name: str) -> object:
    labels = [each.strip() for each in text.splitlines() if each.strip()] or list(FIRST_CHOICES)
    return [[f"c{place}", label] for place, label in enumerate(labels, 1)]


_READERS: Mapping[str, Callable[[str, str], object]] = {
    DECIMALS: _whole,
    LONGEST: _whole,
    CHOICES: _choices,
}
