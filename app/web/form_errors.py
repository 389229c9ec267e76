"""Puts a refusal's sentences where they belong on a form."""

from collections.abc import Mapping
from typing import Any

from app.domain.refusals import Refusal


def show_refusal(form: Any, refusal: Refusal, names: Mapping[str, str] | None = None) -> None:
    """Each sentence at its field; what belongs to no field stands above the form.

    `names` maps a rule's name of a field to the form's, where they differ.
    """
    renamed = names or {}
    rest = []
    for rule_name, sentence in refusal.fields.items():
        name = renamed.get(rule_name, rule_name)
        if name in form:
            form[name].errors = [*form[name].errors, sentence]
        else:
            rest.append(sentence)
    if rest or not refusal.fields:
        form.form_errors.extend(rest or [refusal.sentence])
