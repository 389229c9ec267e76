"""A checker's morning by keyboard alone: thirty problems, a slip taken back, what the keys are."""

from __future__ import annotations

import sys
import time

import pytest
from sqlalchemy import select

from app import clock
from app.demo.people import DEMO_PASSWORD
from app.domain.facts import Given
from app.domain.states import Phase, State
from app.models import Photo, PhotoSignal, Problem, User
from app.services.actors import actor_of
from app.services.evidence import intake
from app.services.evidence.photos import Shot
from app.services.workflow.moves import perform
from tests.browser.screen import Screen
from tests.web.camera import jpeg

THIRTY = 30


@pytest.fixture
def full_queue(live) -> int:
    """At least thirty problems wait to be checked; how many."""
    app = live.app
    room = app.extensions["photos"]
    with app.extensions["database"].writing() as session:
        waiting = len(session.scalars(
            select(Problem.id).where(Problem.state == State.SUBMITTED.value)).all())  # fmt: skip
        listed = session.scalars(
            select(Problem).where(Problem.state == State.LISTED.value).order_by(Problem.id)
        ).all()
        for place, problem in enumerate(listed[: max(0, THIRTY + 2 - waiting)]):
            unit = _somebody_of(session, problem.responsible_org_id)
            if unit is None:
                continue
            now, shot = clock.now(), Shot(Phase.AFTER, lat=problem.lat, lng=problem.lng)
            received = room.take_in(jpeg(400 + place))
            photo = intake.keep(session, unit, now, room, received, shot)
            given = Given(remedy="已清理干净", handled_by="环卫班")
            perform(session, unit, now, problem.id, "submit", given, photo_ids=[photo.id])
            waiting += 1
        return waiting


def _somebody_of(session, org_id):
    ids = session.scalars(select(User.id).where(User.org_id == org_id, User.is_active))
    actors = (actor_of(session, user_id, clock.now()) for user_id in ids)
    return next((each for each in actors if each and "unit_user" in each.roles), None)


@pytest.fixture
def checker(open_screen, live, full_queue) -> Screen:
    """The checker before the first problem of a full queue."""
    screen = open_screen("desktop", live.origin)
    screen.sign_in("hecha")
    screen.open("/check")
    screen.page.locator(".row-target").first.click()
    screen.page.wait_for_url("**/check/*")
    screen.page.locator("[data-desk-keys]").wait_for()
    return screen


def settle(page, before: str) -> None:
    """Wait until the next problem stands there with its keys."""
    page.wait_for_url(lambda url: url != before)
    page.locator("form.taken").wait_for()
    page.locator(".compare-bar").first.wait_for()


def test_thirty_are_judged_with_the_keyboard_alone(checker, full_queue, live, capsys):
    page = checker.page
    assert full_queue >= THIRTY
    began, judged = time.monotonic(), 0
    while judged < THIRTY:
        before = page.url
        page.keyboard.press("b")
        if judged % 3 == 2:  # every third goes back, with its reason
            page.keyboard.press("n")
            page.keyboard.press("2")
            page.keyboard.press("Enter")
        else:
            page.keyboard.press("y")
        judged += 1
        if judged < min(THIRTY, full_queue):
            settle(page, before)
    page.locator("form.taken, .flash-success").first.wait_for()
    spent = time.monotonic() - began
    with capsys.disabled():  # the figure is told, not asserted: machines differ
        sys.stdout.write(f"\n{THIRTY} judged by keyboard in {spent:.1f} s\n")
    with live.app.extensions["database"].reading() as session:
        back = session.scalars(
            select(Problem.returned_count).where(Problem.send_back_reason == "partly_fixed")
        ).all()
    assert len(back) >= THIRTY // 3


def test_a_slip_is_taken_back_with_one_key(checker):
    page = checker.page
    first = page.url
    page.keyboard.press("y")
    settle(page, first)
    assert page.locator("form.taken p").inner_text().startswith("已核查通过 FS-")
    checker.look("desk-taken")
    page.keyboard.press("z")
    page.wait_for_url(first)
    assert page.locator("#form-pass_check").is_visible()
    page.locator("[data-desk-keys]").wait_for()

    page.keyboard.press("n")
    page.keyboard.press("3")
    text = page.get_by_label("退件说明")
    assert "同一位置重新拍照" in text.input_value()
    page.keyboard.press("Escape")
    assert not text.is_visible()


def test_the_keys_are_told_and_walk_through_the_queue(checker):
    page = checker.page
    first = page.url
    page.keyboard.press("?")
    page.get_by_role("dialog", name="快捷键").wait_for()
    checker.look("desk-keys")
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.wait_for_url(lambda url: url != first)
    page.locator(".compare-bar").first.wait_for()
    page.keyboard.press("k")
    page.wait_for_url(first)


def test_blinking_stops_when_the_key_is_let_go_and_never_starts_where_motion_is_unwanted(checker):
    page = checker.page
    figure = page.locator(".compare").first
    page.keyboard.press("c")
    assert figure.get_attribute("data-mode") == "slider"
    page.get_by_role("button", name="自动闪烁").first.click()
    page.wait_for_selector(".compare[data-shown=before]")
    page.wait_for_selector(".compare[data-shown=after]")
    page.get_by_role("button", name="自动闪烁").first.click()
    page.keyboard.press("f")
    page.locator(".pswp").wait_for()
    picture = page.locator(".pswp__item[aria-hidden=false] img.pswp__img").last
    below = picture.bounding_box()["y"] + picture.bounding_box()["height"]
    top = page.locator(".pswp__caption").bounding_box()["y"]
    assert below <= top + 1, "the stamp is covered"
    checker.screenshot("desk-large")
    page.keyboard.press("Escape")
    page.locator(".pswp").wait_for(state="detached")

    page.emulate_media(reduced_motion="reduce")
    page.reload()
    page.locator("[data-desk-keys]").wait_for()
    assert page.get_by_role("button", name="自动闪烁").count() == 0


def test_without_script_everything_is_there(chromium, live):
    context = chromium.new_context(base_url=live.origin, java_script_enabled=False)
    page = context.new_page()
    page.goto("/login")
    page.locator("input[autocomplete=username]").fill("hecha")
    page.locator("input[autocomplete=current-password]").fill(DEMO_PASSWORD)
    page.locator("form[method=post] button[type=submit]").first.click()
    page.goto("/check")
    page.locator(".row-target").first.click()
    first = page.url
    page.get_by_role("button", name="核查通过").click()
    page.get_by_role("button", name="撤回").click()
    assert page.url == first.split("?")[0]
    assert "已撤回" in page.locator("main").inner_text()
    context.close()


@pytest.mark.parametrize("shape", ["desktop", "phone"])
def test_a_face_is_covered_by_drawing_over_it(open_screen, live, shape):
    screen = open_screen(shape, live.origin)
    page = screen.sign_in("hecha")
    with live.app.extensions["database"].reading() as session:
        photo = session.scalars(
            select(Photo).join(Problem, Problem.id == Photo.problem_id)
            .where(Problem.state == State.SIGNED_OFF.value, Photo.phase == "before")
        ).first()  # fmt: skip
    screen.open(f"/photos/{photo.id}/mask")
    stage = page.locator(".mask-drawable")
    stage.wait_for()
    box = stage.bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + box["height"] * 0.3)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.6, steps=4)
    page.mouse.up()
    drawn = page.locator(".mask-box")
    assert drawn.count() == 1
    drawn.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowDown")
    screen.look("mask-drawing")
    page.get_by_role("button", name="加一个方框").click()
    assert drawn.count() == 2
    page.keyboard.press("Delete")
    assert drawn.count() == 1
    page.get_by_role("button", name="保存遮挡").click()
    page.locator("[data-accepted]", has_text="遮挡 1 处").wait_for()
    screen.open(f"/photos/{photo.id}/mask")
    stage.wait_for()
    assert page.locator(".mask-box").count() == 1
    values = page.locator("[data-mask-row] input").evaluate_all("all => all.map(e => +e.value)")
    assert values == pytest.approx([31, 30, 30, 31], abs=1.0)


def test_a_session_that_ran_out_loses_nothing(checker):
    page = checker.page
    first = page.url
    checker.sign_out()
    page.keyboard.press("n")
    page.keyboard.press("1")
    page.keyboard.type("墙角还有一堆。")
    with checker.watcher.expecting("answer 401"):
        page.keyboard.press("Enter")
        page.locator("[data-desk-trouble]", has_text="登录已过期").wait_for()
    assert page.url == first
    assert page.get_by_label("退件说明").input_value().endswith("墙角还有一堆。")


def test_the_twin_of_a_signal_opens_large_with_one_key(checker, live):
    page = checker.page
    problem_id = int(page.url.rsplit("/", 1)[1])
    with live.app.extensions["database"].writing() as session:
        photos = select(Photo.id).where(Photo.phase == "after").order_by(Photo.round.desc())
        mine = session.scalars(photos.where(Photo.problem_id == problem_id)).first()
        twin = session.scalars(photos.where(Photo.problem_id != problem_id)).first()
        session.add(PhotoSignal(
            photo_id=mine, kind="near_copy", text="与另一张照片近似。", numbers={}, twin_id=twin,
            found_at=clock.now(),
        ))  # fmt: skip
    page.reload()
    page.locator("[data-desk-keys]").wait_for()
    checker.look("desk-signals")
    page.keyboard.press("t")
    page.locator(".pswp").wait_for()
    page.keyboard.press("y")  # nothing is judged while a photo is open
    assert page.url.endswith(f"/{problem_id}")
    assert page.locator(f".pswp img[src$='/photos/{twin}']").count() > 0
