"""Takes the pictures of the guides and of README: `make pictures`, ONLY=name for some of them.

The city is the one of the browser tests, at its fixed morning, so a picture changes only when the
page does. Each is written to docs/pictures as WebP of at most 150 KB.
"""

from __future__ import annotations

import io
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import pytest
from flask import Flask
from PIL import Image
from playwright.sync_api import Browser, sync_playwright
from sqlalchemy import select

from app import clock
from app.demo.scenes import draw
from app.demo.stories import stories
from app.jobs import examining, schedule, worker
from app.models import User
from app.services.actors import actor_of
from app.services.imports.work import runs as import_runs
from tests.browser.conftest import FLAGS
from tests.browser.find_browser import find_browser
from tests.browser.screen import Screen
from tests.conftest import application
from tests.demo_city import MORNING, demo_settings, prepare_demo, set_clock
from tests.live import LiveServer

FOLDER = Path(__file__).parent / "pictures"
MOST_BYTES = 150_000
WIDTH = {"phone": 540, "desktop": 1200}  # pixels, as printed in a guide
QUALITIES = (85, 75, 65, 50)
# A browser without Chinese shows dates its own way; the guides' readers have one that does.
CHINESE_DATES = """
() => document.querySelectorAll("input[type=date]").forEach((field) => {
  const day = field.value.replaceAll("-", "/");
  field.type = "text";
  field.value = day;
  field.placeholder = "年/月/日";
})
"""
QUIET_SECONDS = 0.4  # for thumbnails and fonts that arrive after the page


@dataclass(frozen=True)
class Picture:
    """One picture: who looks at which page, and what is pressed before it is taken.

    `steps` are selectors, pressed in order; `height` is that of the screen in CSS pixels.
    """

    name: str
    login: str
    shape: Literal["phone", "desktop"]
    path: str
    steps: tuple[str, ...] = ()
    height: int = 0


LEDGER = """环境卫生管理科 2026年11月问题整改台账,,,,,,,,
填报单位：环境卫生管理科,,,,,,,填报日期：2026年11月13日,
序号,所属街道,点位名称,问题类型,存在问题,发现日期,整改单位,整改期限,整改情况
一、新抚区,,,,,,,,
1,站前街道,中央大街47号楼前,暴露垃圾,垃圾散落在人行道上，约9平方米,2026年11月2日,站前街道办事处,2026.11.11,已整改
2,站前,中央大街21号变电箱旁,道路不洁,路边石下积尘较厚，影响通行,11月3日,站前街道办事处,2026.11.12,整改中
3,福民街道,南阳路与西一路交叉口,积存渣土,空地内积存建筑垃圾约28立方米,2026/11/4,福民街道办事处,2026.11.13,整改中
二、东洲区,,,,,,,,
4,东洲街道,搭连路早市入口,垃圾箱破损,果皮箱破损2个，污水外溢,2026-11-05,东洲街道办事处,11月16日前,整改中
5,新屯,新屯公园东门,公厕问题,公厕地面积水，第2蹲位冲水器损坏,2026-11-06,新屯街道办事处,月底前,挂号
合计,5,,,,,,,
填表人：,,,,审核人：,,,,
"""
TASK = "站前街道中央大街银行门前"  # on today's list of the demo
FIRST_ROW = "main table tbody a >> nth=0"
PICTURES = (
    Picture("problem", "shenhe", "desktop", "/results?q=旧沙发", ("main h2 a >> nth=0",)),
    Picture("street-today", "zhanqian1", "phone", "/today"),
    Picture("street-report", "zhanqian1", "phone", "/report"),
    Picture("street-submit", "zhanqian1", "phone", "/today",
            ("main a[href$='/submit#capture'] >> nth=0", "[data-close]")),
    Picture("street-viewfinder", "zhanqian1", "phone", "/today",
            (f".card:has-text('{TASK}') a[href$='/submit#capture']",)),
    Picture("reviewer-pool", "shenhe", "desktop", "/review"),
    Picture("reviewer-problem", "shenhe", "desktop", "/review", (FIRST_ROW,)),
    Picture("unit-list", "qu_xinfu", "desktop", "/unit", height=560),
    Picture("unit-deferral", "qu_xinfu", "desktop", "/unit",
            ("main a[href$='/moves/request_deferral'] >> nth=0",)),
    Picture("checker-compare", "hecha", "desktop", "/check", (FIRST_ROW,)),
    Picture("section-sign-off", "ke_huanwei", "desktop", "/sign-off", (FIRST_ROW,)),
    Picture("section-deferral", "ke_shizheng", "desktop", "/deferrals",
            ("main article h2 a >> nth=0",)),
    Picture("section-sheet", "ke_huanwei", "desktop", "/sheets"),
    Picture("section-form", "ke_huanwei", "phone", "/sheets",
            ("main a[href$='/form'] >> nth=0", ".btn-large >> nth=0")),
    Picture("leader-urgent", "lingdao", "phone", "/urgent"),
    Picture("leader-delegation", "lingdao", "phone", "/delegation"),
    Picture("brigade-pool", "dadui", "phone", "/brigade"),
    Picture("ledger", "taizhang", "desktop", "/ledgers"),
    Picture("results", "taizhang", "desktop", "/results"),
    Picture("views-filter", "ke_huanwei", "desktop",
            "/table/1?as=cards&f.due_at.due_within_workdays=5&f.state.not_in=signed_off&edit=filter",
            height=620),
    Picture("views-board", "hecha", "desktop", "/table/1?view=3", height=700),
    Picture("views-calendar", "guanli", "desktop", "/table/1?as=calendar"),
    Picture("import-list", "ke_huanwei", "desktop", "/imports", height=760),
    Picture("import-columns", "ke_huanwei", "desktop", "/imports/1/columns", height=1100),
    Picture("import-diff", "ke_huanwei", "desktop", "/imports/1/diff", height=760),
    Picture("admin-settings", "guanli", "desktop", "/settings"),
    Picture("admin-calendar", "guanli", "desktop", "/settings/calendar"),
    Picture("admin-people", "guanli", "desktop", "/settings/people"),
    Picture("admin-rule", "guanli", "desktop",
            "/settings/rights/new?effect=rows&who=org_type:street&c1=state&o1=is_not&v1=void"),
    Picture("admin-view-as", "guanli", "desktop", "/settings/people?q=zhanqian1",
            ("main tbody th a", "form[action*='/view-as/'] button"), height=640),
)  # fmt: skip


def main(only: Sequence[str]) -> None:
    """Take all pictures, or those named."""
    wanted = [picture for picture in PICTURES if not only or picture.name in only]
    FOLDER.mkdir(exist_ok=True)
    with (
        demo_city() as origin,
        sync_playwright() as playwright,
        tempfile.NamedTemporaryFile(suffix=".mjpeg") as seen,
    ):
        seen.write(put_right())
        seen.flush()
        camera = f"--use-file-for-fake-video-capture={seen.name}"
        browser = playwright.chromium.launch(executable_path=find_browser(), args=[*FLAGS, camera])
        take(browser, origin, wanted)
        browser.close()


def take(browser: Browser, origin: str, wanted: Sequence[Picture]) -> None:
    """Take the pictures into their folder, and say how large they are."""
    for picture in wanted:
        data = compressed(taken(browser, origin, picture), WIDTH[picture.shape])
        (FOLDER / f"{picture.name}.webp").write_bytes(data)
        sys.stdout.write(f"{picture.name}.webp {len(data) // 1000} KB\n")
        sys.stdout.flush()


def put_right() -> bytes:
    """What the camera sees: the corner of the task, after the work."""
    story = next(story for story in stories(MORNING) if story.address == TASK)
    before = next(photo for step in story.steps for photo in step.photos)
    return draw(before.kind, "after", before.seed, (1280, 960), taken_at=MORNING)


@contextmanager
def demo_city() -> Iterator[str]:
    """The address of a demo city of its own, whose worker has made the ledgers that are due."""
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        instance = Path(folder) / "instance"
        url = f"sqlite:///{folder}/demo.sqlite"
        prepare_demo(url, instance)
        set_clock(patch)
        with application(demo_settings(url, instance)) as app:
            hand_in(app)
            with redirect_stdout(io.StringIO()):  # the worker's log
                make_ledgers(app)
            with LiveServer(app) as server:
                yield server.origin


def hand_in(app: Flask) -> None:
    """A section's ledger, to be read by the worker."""
    with app.app_context(), app.extensions["database"].writing() as session:
        user_id = session.scalars(select(User.id).where(User.login == "ke_huanwei")).one()
        data = LEDGER.encode()
        sha256 = app.extensions["photos"].store.put_original(data)
        handed = import_runs.Handed("环卫科11月台账.csv", import_runs.TABLE, sha256, len(data))
        if actor := actor_of(session, user_id, clock.now()):
            import_runs.start(session, actor, clock.now(), [handed])


def make_ledgers(app: Flask) -> None:
    """Do all that a worker would do this morning."""
    shop = replace(worker.workshop(app), now=clock.now)
    schedule.Clock(shop.database).tick()
    while worker.work_once(shop) or examining.catch_up(shop):
        pass


def taken(browser: Browser, origin: str, picture: Picture) -> bytes:
    """The picture as a PNG of the browser's."""
    screen = Screen(browser, picture.shape, origin)
    try:
        screen.sign_in(picture.login)
        page = screen.open(picture.path)
        if picture.height:
            width = page.viewport_size["width"] if page.viewport_size else WIDTH[picture.shape]
            page.set_viewport_size({"width": width, "height": picture.height})
        for step in picture.steps:
            page.locator(step).click()
            page.wait_for_load_state()
        page.wait_for_load_state("networkidle")
        page.evaluate(CHINESE_DATES)
        page.wait_for_timeout(QUIET_SECONDS * 1000)
        return page.screenshot(animations="disabled")
    finally:
        screen.close()


def compressed(data: bytes, width: int) -> bytes:
    """A WebP of this width, as good as fits into 150 KB."""
    picture = Image.open(io.BytesIO(data)).convert("RGB")
    height = round(picture.height * width / picture.width)
    picture = picture.resize((width, height), Image.Resampling.LANCZOS)
    small = b""
    for quality in QUALITIES:
        out = io.BytesIO()
        picture.save(out, "WEBP", quality=quality, method=6)
        small = out.getvalue()
        if len(small) <= MOST_BYTES:
            break
    return small


if __name__ == "__main__":
    main(sys.argv[1:])
