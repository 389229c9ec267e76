"""The guides show pictures that exist, and name buttons and pages as the screens do."""

from __future__ import annotations

import re
from functools import cache

import pytest

from app.domain.roles import Role
from docs.take_pictures import MOST_BYTES, PICTURES
from tests.house.source import ROOT, files, name_of

DOCS = ROOT / "docs"
GUIDES = sorted((DOCS / "guides").glob("*.md"))
PAPERS = [*DOCS.rglob("*.md"), *ROOT.glob("*.md")]
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
STRONG = re.compile(r"\*\*([^*]+)\*\*")
LONGEST_GUIDE = 110  # lines: one page for a busy person
PROSE = "，。：；、"  # a strong phrase with these in it is a remark, not a word of the screen
GUIDE_OF = {
    Role.REPORTER: "street",
    Role.UNIT_USER: "unit",
    Role.REVIEWER: "reviewer",
    Role.CHECKER: "checker",
    Role.LEAD_ADMIN: "section",
    Role.LEADER: "leader",
    Role.BRIGADE_USER: "brigade",
    Role.BRIGADE_ADMIN: "brigade",
    Role.LEDGER_READER: "ledger",
    Role.SYSADMIN: "admin",
}


@cache
def words_of_the_screens() -> str:
    """All text a page can be made of: templates, scripts, labels in code."""
    sources = [*files("app", ".html", ".py", ".csv"), *files("frontend/src", ".ts")]
    return "\n".join(path.read_text(encoding="utf-8") for path in sources)


def test_every_role_has_a_guide():
    assert set(GUIDE_OF) == set(Role) - {Role.SYSTEM}
    missing = {name for name in GUIDE_OF.values() if not (DOCS / "guides" / f"{name}.md").exists()}

    assert missing == set()


def test_every_link_between_papers_leads_somewhere():
    dead = [
        f"{name_of(paper)}: {target}"
        for paper in PAPERS
        for target in LINK.findall(paper.read_text(encoding="utf-8"))
        if "://" not in target and not (paper.parent / target.partition("#")[0]).exists()
    ]

    assert dead == []


def test_pictures_are_taken_shown_and_small():
    shown = {
        (paper.parent / target).resolve().name
        for paper in PAPERS
        for target in LINK.findall(paper.read_text(encoding="utf-8"))
        if "pictures/" in target
    }
    kept = {path.name: path.stat().st_size for path in (DOCS / "pictures").iterdir()}

    assert {f"{picture.name}.webp" for picture in PICTURES} == set(kept)
    assert set(kept) == shown
    assert {name: size for name, size in kept.items() if size > MOST_BYTES} == {}


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.stem)
def test_a_guide_names_things_as_the_screens_do(guide):
    strong = STRONG.findall(guide.read_text(encoding="utf-8"))
    unknown = [
        word for word in strong if not set(PROSE) & set(word) and word not in words_of_the_screens()
    ]

    assert unknown == []


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.stem)
def test_a_guide_is_one_page(guide):
    assert len(guide.read_text(encoding="utf-8").splitlines()) <= LONGEST_GUIDE
