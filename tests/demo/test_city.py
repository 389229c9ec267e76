"""The demo city's organisations, people and categories."""

import pytest

from app.demo import categories, organisations, people
from app.demo.chance import chance
from app.demo.phrases import remedy_text, report_text
from app.demo.scenes import KINDS
from app.domain.clocks import LimitUnit
from app.domain.needs import DESCRIPTION_MIN
from app.domain.roles import OrgType, Role


def test_the_city_has_its_twenty_five_streets_in_four_districts():
    assert len(organisations.STREETS) == 25
    assert {street.parent_code for street in organisations.STREETS} == {
        "210402", "210403", "210404", "210411",
    }  # fmt: skip
    assert all(street.code.startswith(str(street.parent_code)) for street in organisations.STREETS)


def test_the_bureau_has_seven_sections_and_the_centre_five_departments():
    kinds = [org.org_type for org in organisations.LEAD_SECTIONS]
    assert (kinds.count("section"), kinds.count("department")) == (7, 5)


def test_only_the_section_known_by_name_goes_unmarked():
    unmarked = [o.name for o in organisations.LEAD_SECTIONS if "示例" not in o.name]
    assert unmarked == ["城管监督科"]


@pytest.mark.parametrize("org", organisations.ORGANISATIONS, ids=lambda org: org.code)
def test_every_organisation_has_a_known_kind_and_a_parent(org):
    assert OrgType(org.org_type)
    assert org.parent_code is None or org.parent_code in organisations.BY_CODE
    if org.lat is not None:
        assert 41.2 <= org.lat <= 42.5
        assert 123.3 <= org.lng <= 125.5


def test_codes_and_logins_are_unique():
    assert len(organisations.BY_CODE) == len(organisations.ORGANISATIONS)
    assert len(people.BY_LOGIN) == len(people.PEOPLE)


@pytest.mark.parametrize("person", people.PEOPLE, ids=lambda person: person.login)
def test_every_person_has_an_organisation_and_known_roles(person):
    assert person.org_code in organisations.BY_CODE
    assert [Role(role) for role in person.roles]
    assert person.login.isascii()


def test_every_role_but_the_system_has_a_featured_account():
    held = {role for person in people.PEOPLE if person.featured for role in person.roles}
    assert held == {role.value for role in Role} - {"system"}


def test_every_lead_section_has_one_leader_and_one_administrator():
    for section in organisations.LEAD_SECTIONS:
        assert people.leader_of(section.code)
        assert "lead_admin" in people.BY_LOGIN[people.STAFF_OF[section.code]].roles
        assert sum(section.code in person.leads for person in people.PEOPLE) == 1


def test_the_demo_password_is_long_enough():
    assert len(people.DEMO_PASSWORD) >= 10


@pytest.mark.parametrize("category", categories.CATEGORIES, ids=lambda category: category.code)
def test_every_category_can_be_led_limited_and_drawn(category):
    assert organisations.BY_CODE[category.lead_section].org_type in {"section", "department"}
    assert LimitUnit(category.limit_unit)
    assert category.limit_value > 0
    assert category.scene in KINDS
    assert category.kind in {"component", "event"}
    assert category.keywords


def test_about_sixty_kinds_of_which_a_screenful_is_for_every_day():
    assert 55 <= len(categories.CATEGORIES) <= 75
    assert 22 <= sum(each.everyday for each in categories.CATEGORIES) <= 30
    assert len(categories.BY_CODE) == len(categories.CATEGORIES)
    assert len(categories.ICONS) == len(categories.CATEGORIES), "two kinds share an icon"


@pytest.mark.parametrize("code", categories.BY_CODE)
def test_every_category_has_words_for_reports_and_remedies(code):
    rng = chance("words", code)
    for text in (report_text(rng, code), remedy_text(rng, code)):
        assert len(text) >= DESCRIPTION_MIN
        assert "{" not in text
