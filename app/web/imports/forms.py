"""The form by which files are handed in."""

from collections.abc import Sequence

from flask_wtf import FlaskForm
from wtforms import MultipleFileField, SelectField, TextAreaField

from app.models import Organisation
from app.web.form_fields import clean, whole
from app.web.imports.handing import MOST_MB

BY_ITSELF = "自动判断（按标题、文件名）"
ACCEPTED = ".xlsx,.xls,.xlsm,.et,.csv,.txt,.zip"
LONGEST_PASTE = 500_000  # characters; a form's text may have 2 MB in all


class HandInForm(FlaskForm):  # type: ignore[misc]
    """Files, or a block out of a table, and whose ledger it is."""

    files = MultipleFileField("台账文件")
    section_id = SelectField("哪个科室的台账")
    pasted = TextAreaField("或者粘贴表格", filters=[clean])

    def offer(self, sections: Sequence[Organisation]) -> None:
        """The sections one may import for; whoever has one need not choose."""
        choices = [(str(section.id), section.name) for section in sections]
        if len(sections) != 1:
            choices.insert(0, ("", BY_ITSELF))
        self.section_id.choices = choices
        self.section_id.validate_choice = False  # the rules have a sentence of their own

    def section(self) -> int | None:
        """The chosen section; None to find it out."""
        return whole(self.section_id.data)


def limits_in_words(most_files: int, all_mb: int) -> str:
    """What may be handed in at once."""
    return (
        "可以选 Excel（.xlsx、.xls、.xlsm）、WPS 表格（.et）、CSV，以及装照片的 zip。"
        f"一次最多 {most_files} 个文件，每个不超过 {MOST_MB} MB，合计不超过 {all_mb} MB。"
    )
