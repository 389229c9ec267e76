"""Photos: how many pictures a row has; the pictures themselves are the application's."""

from typing import TYPE_CHECKING, Any

from sheets.fields.base import (
    NO_OPTIONS,
    ExcelCell,
    FieldError,
    FieldType,
    Lookup,
    Operator,
    Options,
)

if TYPE_CHECKING:
    from sheets.catalogue import Field


class PhotosType(FieldType):
    """A count to filter and show by; a ledger puts pictures in such a column."""

    key = "photos"
    label = "照片"
    control = "none"
    order = ("从少到多", "从多到少")
    operators = (
        Operator("some", "有照片", 0, lambda column, _: column > 0),
        Operator("none", "没有照片", 0, lambda column, _: (column.is_(None)) | (column == 0)),
    )

    def parse(self, raw: object, options: Options = NO_OPTIONS) -> int | None:
        """Nothing can be written here: pictures come by upload."""
        if raw is None or raw == "":
            return None
        raise FieldError("照片请用上传的方式添加。")

    def show(self, value: Any, field: "Field", context: Lookup) -> str:
        """The number of pictures."""
        return f"{value} 张" if value else ""

    def excel_cell(self, value: Any, field: "Field", context: Lookup) -> ExcelCell:
        """The number of pictures, where a ledger prints none."""
        return ExcelCell("number", value or 0, "0")
