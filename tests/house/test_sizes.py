"""Sizes: a file one can read in a sitting, a function one can see at once."""

from __future__ import annotations

import ast

import pytest

from tests.house.source import ROOT, Function, files, functions, name_of, python_files, tree_of

FILE_LINES = 400
TEMPLATE_LINES = 120
FUNCTION_LINES = 40
HARD_FUNCTION_LINES = 60
EVERYWHERE = ("app", "sheets", "migrations", "bench", "tests", "frontend")

# Files past the limit, each with its reason.
LONG_FILES = {
    "migrations/versions/0001_first_schema.py": "written out by Alembic, never edited again",
}
# Functions between 40 and 60 lines, by file:name or by the start of it, each with its reason.
LONG_FUNCTIONS = {
    "app/demo/scenes/": "a drawing is one list of strokes, back to front; halves would say less",
    "tests/services/invented_": "a ledger is its rows, one under another, as they stand on paper",
}


def code_files() -> list[str]:
    endings = (".py", ".ts", ".tsx", ".css", ".scss")
    return [name_of(path) for folder in EVERYWHERE for path in files(folder, *endings)]


def length(function: Function) -> int:
    """Lines from ``def`` to the end; a docstring is not held against anyone."""
    assert function.end_lineno is not None
    lines = function.end_lineno - function.lineno + 1
    first = function.body[0]
    if ast.get_docstring(function) is not None and first.end_lineno is not None:
        lines -= first.end_lineno - first.lineno + 1
    return lines


def lines_of(name: str) -> int:
    return len((ROOT / name).read_text(encoding="utf-8").splitlines())


def test_no_file_is_too_long_to_read():
    long = {name: lines_of(name) for name in code_files() if lines_of(name) > FILE_LINES}

    assert {name: lines for name, lines in long.items() if name not in LONG_FILES} == {}
    assert LONG_FILES.keys() - long.keys() == set(), "these need no exception any more"


def test_no_template_is_too_long_to_read():
    templates = [name_of(path) for path in files("app/templates", ".html", ".txt")]

    assert {name: lines_of(name) for name in templates if lines_of(name) > TEMPLATE_LINES} == {}


def test_no_function_is_too_long_to_see_at_once():
    long = {
        f"{name_of(path)}:{function.name}": length(function)
        for path in python_files("app", "sheets", "bench", "tests")
        for function in functions(path)
        if length(function) > FUNCTION_LINES
    }

    assert {name: lines for name, lines in long.items() if lines > HARD_FUNCTION_LINES} == {}
    excused = {name for name in long if name.startswith(tuple(LONG_FUNCTIONS))}
    idle = {start for start in LONG_FUNCTIONS if not any(n.startswith(start) for n in long)}
    assert {name: lines for name, lines in long.items() if name not in excused} == {}
    assert idle == set(), "these need no exception any more"


@pytest.mark.parametrize("folder", ["app", "sheets", "bench", "tests", "migrations"])
def test_every_module_says_what_lives_there(folder):
    silent = [
        name_of(path)
        for path in python_files(folder)
        if path.read_text(encoding="utf-8").strip() and not documented(path)
    ]

    assert silent == []


def documented(path) -> bool:
    return bool(ast.get_docstring(tree_of(path)))


@pytest.mark.parametrize("folder", ["app/services", "app/domain", "app/photos", "sheets"])
def test_every_public_function_says_what_the_types_do_not(folder):
    silent = [
        f"{name_of(path)}:{node.name}"
        for path in python_files(folder)
        for node in public_parts(path)
        if not ast.get_docstring(node)
    ]

    assert silent == []


def public_parts(path) -> list[Function | ast.ClassDef]:
    """Public functions and classes of a module, and the public methods of these classes."""
    kinds = (*Function.__args__, ast.ClassDef)
    found = []
    for node in tree_of(path).body:
        if isinstance(node, kinds) and not node.name.startswith("_"):
            found.append(node)
            if isinstance(node, ast.ClassDef):
                found += [
                    method
                    for method in node.body
                    if isinstance(method, kinds) and not method.name.startswith("_")
                ]
    return found
