"""A lead section's day: 销号, and a decision on 挂号; the leader's part of it on a phone."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app import clock
from app.demo.organisations import LEAD_SECTIONS
from app.demo.people import STAFF_OF
from app.models import User
from app.services.actors import actor_of
from app.services.lists.pages import count_queue
from tests.browser.screen import Screen


def busiest(live, queue: str) -> str:
    """The login of the section with most in this queue."""
    with live.app.extensions["database"].reading() as session:

        def waiting(login: str) -> int:
            user = session.scalars(select(User).where(User.login == login)).one()
            actor = actor_of(session, user.id, clock.now())
            return count_queue(session, actor, clock.now(), queue)

        return max((STAFF_OF[section.code] for section in LEAD_SECTIONS), key=waiting)


@pytest.fixture
def section(open_screen, live, shape) -> Screen:
    """A lead section's administrator, not signed in yet."""
    return open_screen(shape, live.origin)


@pytest.mark.parametrize("shape", ["desktop", "phone"])
def test_a_section_signs_off_and_sends_back(section, live):
    page = section.sign_in(busiest(live, "sign_off"))
    section.open("/sign-off")
    section.look("sign-off-queue")
    page.locator(".row-target").first.click()
    page.wait_for_url("**/sign-off/*")
    section.look("sign-off-show")
    page.get_by_label("销号意见").fill("同意")
    page.get_by_role("button", name="销号", exact=True).click()
    page.locator("[data-accepted]", has_text="已销号").wait_for()

    page.locator("summary", has_text="退件").click()
    page.get_by_label("3 整改后照片不清楚").check()
    page.get_by_label("退件说明").fill("请在同一位置重新拍照")
    section.look("sign-off-refuse")
    page.get_by_role("button", name="退件").click()
    page.locator("[data-accepted]", has_text="已退件").wait_for()


@pytest.mark.parametrize("shape", ["desktop", "phone"])
def test_a_section_decides_on_a_deferral(section, live):
    page = section.sign_in(busiest(live, "deferral_requests"))
    section.open("/deferrals")
    section.look("deferrals")
    page.locator(".request-act a").first.click()
    page.wait_for_url("**/deferrals/*")
    section.look("deferral-show")
    page.get_by_label("审批意见").fill("施工期间做好围挡")
    page.get_by_role("button", name="同意挂号", exact=True).click()
    page.locator("[data-accepted]", has_text="已同意挂号").wait_for()
    section.look("deferrals-after")


@pytest.mark.parametrize("shape", ["phone"])
def test_a_leader_has_the_page_of_deferrals_on_his_phone(open_screen, live, shape):
    screen = open_screen(shape, live.origin)
    screen.sign_in("lingdao2")
    screen.open("/deferrals")
    screen.look("deferrals-leader")
