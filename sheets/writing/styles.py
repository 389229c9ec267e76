"""Fonts, borders and alignments of a ledger, each format made once a workbook."""

from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook

# A spreadsheet puts another Song face in place of a missing one when it knows the character set.
CHINESE = {"font_charset": 134, "font_family": 0}
TITLE = {"font_name": "方正小标宋简体", "font_size": 20, "align": "center", "valign": "vcenter"}
SUBTITLE = {"font_name": "仿宋", "font_size": 11, "valign": "vcenter", "text_wrap": True}
HEADER = {
    "font_name": "黑体",
    "font_size": 11,
    "align": "center",
    "valign": "vcenter",
    "text_wrap": True,
    "border": 1,
    "bg_color": "#E7E6E6",
}
DATA = {
    "font_name": "宋体",
    "font_size": 10.5,
    "valign": "vcenter",
    "text_wrap": True,
    "border": 1,
}
PHOTO = {**DATA, "font_size": 8, "align": "center", "valign": "bottom"}
PLAIN = {"font_name": "宋体", "font_size": 10.5, "valign": "vcenter"}
NOTE = {"font_name": "宋体", "font_size": 10.5, "valign": "top", "text_wrap": True}


class Styles:
    """The formats of one workbook by what they say."""

    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook
        self._made: dict[tuple[tuple[str, Any], ...], Format] = {}

    def get(self, base: dict[str, Any], **more: Any) -> Format:
        """The format with these properties; made when first asked for."""
        properties = {**CHINESE, **base, **{key: value for key, value in more.items() if value}}
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self._workbook.add_format(properties)
        return self._made[key]
