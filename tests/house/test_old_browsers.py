"""What is built holds nothing that the oldest browsers of frontend/build/browsers.ts do not know.

The language of our own scripts is held by frontend/tsconfig.json, the build rewrites much; these
are the names and rules that neither of them stops. All of them are newer than Chromium 86.
"""

from __future__ import annotations

import re

import pytest

from app.web.assets import STATIC

TOO_NEW_STYLE = {
    "a ratio of one number in a media query": r"@media[^{]*aspect-ratio:\s*[\d.]+\s*\)",
    "a range in a media query": r"@media[^{]*[<>]",
    "a list in :not(), :is(), :where()": r":not\([^()]*,|:(?:is|where)\(",
    "the short forms of logical sides": (
        r"[{;](?:inset|(?:inset|margin|padding|border)-(?:inline|block)):"
    ),
    "units of a screen with or without its bars": r"[\d.][dsl]v(?:h|w|min|max)\b",
    "mixed and wide colours": r"\b(?:color-mix|oklch|oklab|light-dark)\(",
    "layers and scopes": r"@(?:layer|scope|starting-style)\b",
    "parts of a transform by themselves": r"[{;](?:translate|scale|rotate):",
    "overflow: clip": r"overflow(?:-[xy])?:clip",
}
TOO_NEW_SCRIPT = {
    "a list in :not(), or :is(), :where(), :has()": r":not\([^()`'\"]*,|:(?:is|where|has)\(",
    "copies of structures": r"\bstructuredClone\(",
    "made identifiers": r"\brandomUUID\(",
    "signals that stop by themselves": r"\bAbortSignal\.(?:timeout|any)\(",
    "own properties asked for shortly": r"\bObject\.(?:hasOwn|groupBy)\(",
    "lists changed into copies": r"\.(?:toSorted|toReversed|toSpliced|findLast|findLastIndex)\(",
    "whether something can be seen": r"\.checkVisibility\(",
    "popovers": r"\.(?:show|hide|toggle)Popover\(",
    "packing in the browser": r"\b(?:De)?[Cc]ompressionStream\(",
}


def built(ending: str) -> dict[str, str]:
    """The built files with this ending, by name."""
    found = {path.name: path.read_text("utf-8") for path in (STATIC / "assets").glob(f"*{ending}")}
    assert found, "the front end is not built: make build"
    return found


def places(texts: dict[str, str], pattern: str) -> list[str]:
    """Where a pattern stands, with the words around it."""
    return [
        f"{name}: …{text[max(0, hit.start() - 60) : hit.end() + 60]}…"
        for name, text in texts.items()
        for hit in re.finditer(pattern, text)
    ]


@pytest.mark.parametrize("what", TOO_NEW_STYLE)
def test_styles_hold_nothing_that_old_browsers_do_not_know(what):
    assert places(built(".css"), TOO_NEW_STYLE[what]) == []


@pytest.mark.parametrize("what", TOO_NEW_SCRIPT)
def test_scripts_call_nothing_that_old_browsers_do_not_know(what):
    assert places(built(".js"), TOO_NEW_SCRIPT[what]) == []


def test_no_rule_is_lost_through_a_selector_beside_it_that_old_browsers_do_not_know():
    lost = [
        f"{name}: {selectors}"
        for name, text in built(".css").items()
        for selectors in re.findall(r"[{};]([^{};@]*:has\([^{};]*)\{", text)
        if not all(":has(" in one for one in re.split(r",(?![^(]*\))", selectors))
    ]

    assert lost == []
