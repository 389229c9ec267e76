"""Formulas: a closed grammar, checked and turned into one expression of SQL; no code is run."""

from sheets.formulas.compiling import Compiled, check_formula, compile_formula, names_in
from sheets.formulas.functions import FUNCTIONS, Function
from sheets.formulas.tree import FormulaError
from sheets.formulas.writing import shown_formula, stored_formula

__all__ = [
    "FUNCTIONS",
    "Compiled",
    "FormulaError",
    "Function",
    "check_formula",
    "compile_formula",
    "names_in",
    "shown_formula",
    "stored_formula",
]
