"""The front end: what templates ask for is built, and nothing in it points outside."""

from __future__ import annotations

import csv
import json
import os
import re

import pytest

from app.web import assets
from tests.house.source import ROOT, files, name_of, python_files

TEMPLATES = {name_of(path): path.read_text("utf-8") for path in files("app/templates", ".html")}
ICONS = set(json.loads((ROOT / "frontend/icons.json").read_text("utf-8")))


def icons_named() -> set[str]:
    """Every icon that a template, a page's code or the list of categories names outright."""
    markup = "\n".join(TEMPLATES.values())
    code = "\n".join(path.read_text("utf-8") for path in python_files("app/web"))
    named = set(re.findall(r"""\bicon\(\s*['"]([a-z0-9-]+)['"]""", markup))
    named |= set(
        re.findall(r"""\bicon(?:_name)?["']?\s*[=:]\s*["']([a-z0-9-]+)["']""", code + markup)
    )
    with (ROOT / "app/demo/categories.csv").open(encoding="utf-8", newline="") as table:
        return named | {row["icon"] for row in csv.DictReader(table)}


def test_every_icon_named_is_drawn():
    assert icons_named() - ICONS == set()


def test_every_behaviour_named_exists():
    named = {
        word
        for text in TEMPLATES.values()
        for value in re.findall(r'data-behaviour="([^"]*)"', text)
        for word in re.sub(r"{%.*?%}", " ", value).split()
    }
    modules = {path.stem for path in files("frontend/src/behaviours", ".ts")}

    assert named - modules == set()


def test_no_template_carries_a_style_or_a_handler_that_the_content_policy_refuses():
    refused = re.compile(r"<style\b|\sstyle=|\son[a-z]+=|<script(?![^>]*\bsrc=)", re.IGNORECASE)

    assert [name for name, text in TEMPLATES.items() if refused.search(text)] == []


def classes_of(sheet: str) -> set[str]:
    """The classes that a stylesheet's own parts name; `sheet` is a file of frontend/src/styles."""
    folder = ROOT / "frontend/src/styles"
    parts = re.findall(r'@use "([\w-]+)"', (folder / sheet).read_text("utf-8"))
    text = "\n".join((folder / f"_{part}.scss").read_text("utf-8") for part in parts)
    return set(re.findall(r"\.([a-z][\w-]*)", re.sub(r"//.*", "", text)))


def test_a_page_without_the_offices_styles_names_none_of_their_classes():
    reached = [name for name, text in TEMPLATES.items() if 'extends "base.html"' in text]
    reached.remove("app/templates/office.html")
    for name in reached:  # grows by what each page includes and imports
        parts = re.findall(r"""(?:include|from|import) "([^"]+)\"""", TEMPLATES[name])
        reached += [
            f"app/templates/{part}" for part in parts if f"app/templates/{part}" not in reached
        ]
    of_offices = classes_of("office.scss") - classes_of("main.scss")
    named = {
        (name, word)
        for name in reached
        for value in re.findall(r'class="([^"]*)"', TEMPLATES[name])
        for word in re.sub(r"{%.*?%}", " ", value).split()
    }

    assert {pair for pair in named if pair[1] in of_offices} == set()


def test_the_lock_file_names_no_registry():
    lock = json.loads((ROOT / "frontend/package-lock.json").read_text("utf-8"))

    assert [name for name, package in lock["packages"].items() if "resolved" in package] == []


def test_every_version_is_pinned():
    package = json.loads((ROOT / "frontend/package.json").read_text("utf-8"))
    versions = {**package["dependencies"], **package["devDependencies"]}

    assert [v for v in versions.values() if not re.fullmatch(r"\d+\.\d+\.\d+", v)] == []


def test_a_front_end_that_is_not_built_says_what_to_do(tmp_path):
    with pytest.raises(assets.AssetMissingError, match="make build"):
        assets.asset_path("main.css", tmp_path)


def test_a_rebuilt_manifest_is_read_again(tmp_path):
    manifest = tmp_path / "manifest.json"
    manifest.write_text('{"main.css": "assets/main-1.css"}')
    os.utime(manifest, (1, 1))
    first = assets.asset_path("main.css", tmp_path)
    manifest.write_text('{"main.css": "assets/main-2.css"}')

    assert (first, assets.asset_path("main.css", tmp_path)) == (
        "assets/main-1.css",
        "assets/main-2.css",
    )
