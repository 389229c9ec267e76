"""Templates: each one used, each one named exists."""

from __future__ import annotations

import re

from tests.house.source import ROOT, files, python_files, strings

FOLDER = ROOT / "app" / "templates"
REFERENCE = re.compile(
    r"""{%-?\s*(?:extends|include|import|from)\s+(?P<names>\[[^\]]*\]|["'][^"']+["'])"""
)
NAME = re.compile(r"""["']([^"']+)["']""")
ENDINGS = (".html", ".txt", ".svg", ".xml")


def templates() -> dict[str, str]:
    """Every template's text by the name Jinja knows it by."""
    return {
        path.relative_to(FOLDER).as_posix(): path.read_text(encoding="utf-8")
        for path in files("app/templates", *ENDINGS)
    }


def named_in_templates() -> set[str]:
    """What templates extend, include and import."""
    return {
        name
        for text in templates().values()
        for reference in REFERENCE.finditer(text)
        for name in NAME.findall(reference["names"])
    }


def named_in_code() -> set[str]:
    """Every string in the application that could be a template's name."""
    return {
        text
        for path in python_files("app")
        for text in strings(path)
        if text.endswith(ENDINGS) and re.fullmatch(r"[\w/.-]+", text)
    }


def test_every_template_is_used():
    assert templates().keys() - named_in_templates() - named_in_code() == set()


def test_every_template_named_exists():
    html = {name for name in named_in_code() if name.endswith(".html")}

    assert (named_in_templates() | html) - templates().keys() == set()


def test_no_template_switches_escaping_off():
    unescaped = re.compile(r"\|\s*safe\b|{%-?\s*autoescape\s+false|\bMarkup\(")

    assert [name for name, text in templates().items() if unescaped.search(text)] == []
