"""The types of fields, found by looking into this folder: a new file is a new type."""

import importlib
import pkgutil
from functools import cache

from sheets.fields.base import FieldError, FieldType, Lookup, NoNames

__all__ = ["FieldError", "FieldType", "Lookup", "NoNames", "field_type", "field_types"]


@cache
def field_types() -> dict[str, FieldType]:
    """Every type by its key; two files that claim one key are a programming error."""
    found: dict[str, FieldType] = {}
    for info in pkgutil.iter_modules(__path__):
        module = importlib.import_module(f"{__name__}.{info.name}")
        for item in vars(module).values():
            if not (isinstance(item, type) and issubclass(item, FieldType)):
                continue
            if item.__module__ != module.__name__ or not item.key:
                continue
            if item.key in found:
                raise ValueError(f"two types of fields are called {item.key}")
            found[item.key] = item()
    return found


def field_type(key: str) -> FieldType:
    """The type of this key; raises FieldError for one that is not there."""
    try:
        return field_types()[key]
    except KeyError:
        raise FieldError("没有这个字段类型，请从列表中选择。") from None
