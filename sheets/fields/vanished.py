"""Vanished: stands in for a type that is no longer there, so that a sheet still opens."""

from sheets.fields.base import NO_OPTIONS, FieldError, FieldType, Options

VANISHED = "vanished"


class VanishedType(FieldType):
    """Shows what is stored; takes nothing in and compares nothing."""

    key = VANISHED
    label = "已停用的类型"
    control = "none"
    sortable = False
    groupable = False

    def parse(self, raw: object, options: Options = NO_OPTIONS) -> None:
        """Nothing can be written here."""
        if raw is not None and raw != "":
            raise FieldError("这个字段的类型已停用，不能填写。")
