"""Lookup: a fixed column of the sheet under a caption of one's own."""

from sheets.fields.around import Around, Resolved
from sheets.fields.base import FieldError, FieldType, Options


class LookupType(FieldType):
    """Option ``of`` is the id of the fixed column; it is read, sorted and asked as that one is."""

    key = "lookup"
    label = "引用流程信息"
    control = "none"
    virtual = True
    convertible = False

    def check_options(self, options: Options) -> dict[str, object]:
        """Only ``of``."""
        of = options.get("of")
        if options.keys() != {"of"} or not isinstance(of, str):
            raise FieldError("请选择要引用的列。")
        return {"of": of}

    def check_among(self, options: Options, around: Around) -> dict[str, object]:
        """The column must be there."""
        checked = self.check_options(options)
        if checked["of"] not in around.base():
            raise FieldError("没有这一列可以引用，请从列表中重新选择。")
        return checked

    def refers_to(self, options: Options) -> frozenset[str]:
        """The one column."""
        return frozenset({str(options.get("of", ""))})

    def resolve(self, options: Options, around: Around) -> Resolved:
        """The fixed column itself."""
        of = around.used(str(options.get("of", "")))
        return Resolved(of.type, of.column, of.options, of.sort, of.searchable, frozenset({of.id}))
