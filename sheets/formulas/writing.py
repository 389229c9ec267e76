"""Formulas as people type and read them, with captions, and as they are kept, with ids."""

from collections.abc import Callable, Mapping

from sheets.formulas.lexing import tokens_of
from sheets.formulas.tree import FormulaError
from sheets.text import clean_text, one_line, shortened


def stored_formula(typed: str, captions: Mapping[str, str]) -> str:
    """The formula with the id of each field in braces; raises FormulaError.

    ``captions`` are those of the fields that may be named, by id; an id may be typed as well.
    """
    return _rewritten(cleaned(typed), lambda name, place: named_id(name, place, captions))


def cleaned(typed: str) -> str:
    """The formula without what no database keeps."""
    return clean_text(typed).strip()


def named_id(name: str, place: int, captions: Mapping[str, str]) -> str:
    """The id of the field that is named at a place; raises FormulaError."""
    if name in captions:
        return name
    wanted = one_line(name)
    found = [field_id for field_id, caption in captions.items() if caption == wanted]
    if not found:
        raise FormulaError(place, f"没有“{shortened(name)}”这个字段，请核对名称。")
    if len(found) > 1:
        codes = " 或 ".join(f"{{{each}}}" for each in found[:4])
        raise FormulaError(place, f"有 {len(found)} 个字段都叫“{wanted}”，请改写成 {codes}。")
    return found[0]


def shown_formula(stored: str, captions: Mapping[str, str]) -> str:
    """The formula with captions in braces; an id stays where its caption would not be clear."""
    told = list(captions.values())

    def caption_of(field_id: str, _place: int) -> str:
        caption = captions.get(field_id, "")
        clear = told.count(caption) == 1 and caption not in captions
        return caption if clear and not set("{}｛｝") & set(caption) else field_id

    try:
        return _rewritten(stored, caption_of)
    except FormulaError:
        return stored


def _rewritten(text: str, name_of: Callable[[str, int], str]) -> str:
    parts, last = [], 0
    for token in tokens_of(text):
        if token.kind == "reference":
            parts += [text[last : token.start], f"{{{name_of(token.value, token.place)}}}"]
            last = token.end
    return "".join([*parts, text[last:]])
