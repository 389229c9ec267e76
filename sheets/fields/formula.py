"""Formula: a value computed in SQL from other fields of the row."""

from sheets.fields.around import Around, Resolved
from sheets.fields.base import FieldError, FieldType, Options
from sheets.fields.number import NumberType
from sheets.formulas import check_formula, compile_formula, names_in

NUMBER_OPTIONS = ("decimals", "unit")


class FormulaType(FieldType):
    """Option ``formula``, kept with ids; ``decimals`` and ``unit`` where it gives a number.

    What it gives decides the type that shows, sorts, groups and asks of it.
    """

    key = "formula"
    label = "公式"
    control = "none"
    virtual = True
    convertible = False

    def check_options(self, options: Options) -> dict[str, object]:
        """A text, and how a number shows."""
        formula = options.get("formula")
        if options.keys() - {"formula", *NUMBER_OPTIONS} or not isinstance(formula, str):
            raise FieldError("请填写公式，例如 {数量} * 2。")
        shown = {name: options[name] for name in NUMBER_OPTIONS if options.get(name) is not None}
        return {"formula": formula, **NumberType().check_options(shown)}

    def check_among(self, options: Options, around: Around) -> dict[str, object]:
        """The formula must be one over the fields that are there."""
        checked = self.check_options(options)
        stored, made = check_formula(str(checked["formula"]), around)
        if made.type != "number" and len(checked) > 1:
            raise FieldError("公式的结果不是数字，请去掉小数位数和单位。")
        return {**checked, "formula": stored}

    def refers_to(self, options: Options) -> frozenset[str]:
        """The fields in braces."""
        return names_in(str(options.get("formula", "")))

    def resolve(self, options: Options, around: Around) -> Resolved:
        """The expression, read by the type of what it gives."""
        made = compile_formula(str(options.get("formula", "")), around)
        shown = {name: options[name] for name in NUMBER_OPTIONS if name in options}
        return Resolved(
            made.type,
            made.column,
            shown if made.type == "number" else {},
            sources=made.sources,
            size=made.size,
        )
