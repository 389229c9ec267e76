"""A day on foot: the nearest first, four taps to a rectification, and what was reported already."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.demo.scenes import draw
from app.domain.states import State
from app.extensions import database
from app.models import Category, Event, Organisation, Problem, User
from tests.browser.screen import Screen
from tests.live import SERVED

LOGIN = "zhanqian1"
MOST_TAPS = 4


@pytest.fixture
def street(open_screen, live, shape) -> Screen:
    """The collector, signed in."""
    screen = open_screen(shape, live.origin)
    screen.sign_in(LOGIN)
    return screen


@pytest.fixture
def asking(live):
    """A function that asks the city's database for one row."""

    def ask(statement):
        with SERVED[live.origin].app_context(), database().reading() as session:
            return session.execute(statement).first()

    return ask


def placed(asking, *states):
    """An open problem of the collector's street: id, kind, latitude, longitude."""
    found = asking(
        select(Problem.id, Category.name, Problem.lat, Problem.lng)
        .join(Category, Category.id == Problem.category_id)
        .join(Organisation, Organisation.id == Problem.street_id)
        .join(User, User.org_id == Organisation.id)
        .where(
            User.login == LOGIN,
            Problem.state.in_([state.value for state in states]),
            Problem.lat.is_not(None),
            Category.everyday,
        )
        .order_by(Problem.id.desc())
    )
    assert found is not None
    return found


def stand(screen, lat, lng):
    screen.context.set_geolocation({"latitude": lat, "longitude": lng, "accuracy": 8})


def picture(folder, name):
    path = folder / f"{name}.jpg"
    phase, _, take = name.partition("-")
    path.write_bytes(draw("rubbish", phase, "browser-walk", (960, 720), take=int(take)))
    return path


def rectified_before(live, problem_id):
    """Let the collector have put right another problem of this one's kind."""
    with SERVED[live.origin].app_context(), database().writing() as session:
        now = session.get_one(Problem, problem_id)
        closed = select(Problem).where(
            Problem.state == State.SIGNED_OFF.value, Problem.street_id == now.street_id
        )
        other = session.scalars(closed.limit(1)).one()
        other.category_id, other.remedy = now.category_id, "出动 2 人清理，地面已冲洗"
        other.submitted_by_id = session.scalars(select(User.id).where(User.login == LOGIN)).one()


@pytest.mark.parametrize("shape", ["phone"])
def test_from_the_list_to_a_rectification_in_four_taps(street, live):
    page, taps = street.page, []
    street.open("/today")
    page.locator(".card-meta", has_text="步行约").first.wait_for()
    before = page.locator(".card").count()
    button = page.locator(".card-action").first
    rectified_before(live, int(button.get_attribute("href").split("/")[2]))

    def tap(locator):
        locator.tap()
        taps.append(locator)

    tap(button)
    page.locator("[data-shutter]:enabled").wait_for()
    tap(page.locator("[data-shutter]"))
    page.locator(".viewfinder-count", has_text="1/9").wait_for()
    tap(page.locator("[data-done]"))
    page.locator(".position-said", has_text="已定位").wait_for()
    assert "按上次填写，请核对" in page.locator(".actions-stuck").inner_text()
    street.look("walk-four-taps")
    tap(page.get_by_role("button", name="提交整改"))

    page.get_by_text("已提交整改").wait_for()
    assert len(taps) <= MOST_TAPS
    assert page.locator(".card").count() == before - 1


@pytest.mark.parametrize("shape", ["phone", "desktop"])
def test_the_list_by_distance_leads_to_a_route_with_a_map(street):
    page = street.page
    street.open("/today")
    page.locator(".card-meta", has_text="步行约").first.wait_for()
    street.look("walk-today")
    page.get_by_role("link", name="今日路线").click()
    page.locator(".walk-stop").first.wait_for()
    assert page.locator(".walk-stop").count() == page.locator(".walk-stops > li").count()
    assert page.locator(".walk-here").count() == 1
    street.look("walk-route")


@pytest.mark.parametrize("shape", ["phone", "desktop"])
def test_what_was_reported_already_gets_the_photos_and_nothing_is_filed(street, asking, tmp_path):
    page = street.page
    problem_id, kind, lat, lng = placed(asking, State.LISTED)
    stand(street, lat, lng)
    street.open("/report")
    page.locator("input[data-adds=album]").set_input_files(picture(tmp_path, "before-1"))
    page.locator(".position-said", has_text="已定位").wait_for()
    page.get_by_role("radio", name=kind, exact=True).check()
    first = page.locator("#near .near-one").first
    first.wait_for()
    first.scroll_into_view_if_needed()
    street.look("walk-near")
    page.get_by_role("radio", name="就是这个").first.check()
    page.get_by_role("button", name="补充照片，不另报").click()

    page.wait_for_url(f"**/problems/{problem_id}")
    street.look("walk-near-added")
    wanted = select(Event.id).where(Event.problem_id == problem_id, Event.move == "add_evidence")
    assert asking(wanted) is not None


@pytest.mark.parametrize("shape", ["phone"])
def test_another_one_is_filed_and_the_words_of_the_button_go_back(street, asking, tmp_path):
    page = street.page
    _, kind, lat, lng = placed(asking, State.LISTED)
    stand(street, lat, lng)
    street.open("/report")
    page.locator("input[data-adds=album]").set_input_files(picture(tmp_path, "before-2"))
    page.locator(".position-said", has_text="已定位").wait_for()
    page.get_by_role("radio", name=kind, exact=True).check()
    page.get_by_role("radio", name="就是这个").first.check()
    page.get_by_role("button", name="补充照片，不另报").wait_for()
    page.get_by_role("radio", name="不是").check()
    page.get_by_role("button", name="上报", exact=True).wait_for()
    assert page.locator("input[type=hidden][name=same_as]").input_value() == ""
