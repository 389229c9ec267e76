"""Numbers in addresses: only those that can be the id of a row."""

from flask import Flask
from werkzeug.routing import IntegerConverter, ValidationError

LARGEST = 2**31 - 1  # of an integer column on both databases


class RowId(IntegerConverter):
    """An id; a number no row can have is an address that does not exist."""

    def to_python(self, value: str) -> int:
        """The number, within what a database can be asked for."""
        number: int = super().to_python(value)
        if number > LARGEST:
            raise ValidationError
        return number


def register(app: Flask) -> None:
    """Take it for every `int` in an address."""
    app.url_map.converters["int"] = RowId
