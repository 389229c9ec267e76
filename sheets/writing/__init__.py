"""Workbooks out: the only writer of XLSX in the house; text from people is always text."""

from sheets.writing.form import Form, FormColumn, write_form
from sheets.writing.layout import Column, Layout, Picture, Written
from sheets.writing.ledger import ledger_file_name, safe_name, write_ledger
from sheets.writing.workbook import write_workbook

__all__ = [
    "Column",
    "Form",
    "FormColumn",
    "Layout",
    "Picture",
    "Written",
    "ledger_file_name",
    "safe_name",
    "write_form",
    "write_ledger",
    "write_workbook",
]
