"""The harness itself: a browser test fails on what a person would call broken."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.live import LiveServer

PAGE = (
    '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>试</title>'
    '<meta name="viewport" content="width=device-width, initial-scale=1">'
    '<link rel="icon" href="data:,"></head><body><main><h1>试</h1>{}</main></body></html>'
)
SCRIPTS = {
    "error": "console.error('坏了')",
    "throw": "throw new Error('没接住')",
    "dialog": "alert('弹窗')",
}


@pytest.fixture
def origin() -> Iterator[str]:
    app = Flask(__name__)
    pages = {
        "good": '<nav><a href="good" class="big">去</a></nav>',
        "inline": "<p>x</p><script>document.title = 'y'</script>",
        "picture": '<img src="/none.jpg" alt="无">',
        "outside": '<img src="http://127.0.0.1:9/far.png" alt="远">',
        "wide": '<div class="wide">宽</div>',
        "small": '<nav><a href="good">小</a></nav>',
        "unlabelled": '<input type="text">',
        **{name: f'<script src="/{name}.js"></script>' for name in SCRIPTS},
    }

    @app.get("/<name>")
    def page(name: str):
        if name.endswith(".js"):
            return SCRIPTS[name.removesuffix(".js")], {"Content-Type": "text/javascript"}
        if name == "style.css":
            css = ".wide{width:2000px} .big{display:inline-block;min-width:44px;line-height:44px}"
            return css, {"Content-Type": "text/css"}
        if name not in pages:
            return "无", 404
        html = PAGE.format('<link rel="stylesheet" href="/style.css">' + pages[name])
        return html, {"Content-Security-Policy": "default-src 'self'; img-src * data:"}

    with LiveServer(app) as server:
        yield server.origin


@pytest.mark.parametrize(
    ("path", "finding"),
    [
        ("error", "console error: 坏了"),
        ("throw", "没接住"),
        ("dialog", "dialog alert: 弹窗"),
        ("inline", "CSP script-src-elem refused inline"),
        ("picture", "answer 404: GET /none.jpg"),
        ("outside", "a request left the house"),
    ],
)
def test_the_watcher_sees_what_is_broken(open_screen, origin, path, finding):
    screen = open_screen("desktop", origin)
    screen.open(f"/{path}")
    for _ in range(100):
        screen.page.wait_for_timeout(50)
        if any(finding in found for found in screen.watcher.found):
            break
    else:
        pytest.fail(f"not seen in five seconds: {screen.watcher.found}")
    screen.watcher.found.clear()


@pytest.mark.parametrize(
    ("path", "look", "finding"),
    [
        ("wide", "no_horizontal_scroll", "is too wide:\n.*wide"),
        ("small", "targets_are_large_enough", r"small targets:\n +\d+x\d+ <a href"),
        ("unlabelled", "axe", "label: "),
    ],
)
def test_looks_are_judged(open_screen, origin, path, look, finding):
    screen = open_screen("phone", origin)
    screen.open(f"/{path}")

    with pytest.raises(AssertionError, match=finding):
        getattr(screen, look)()


def test_a_good_page_passes_on_phone_and_desktop(open_screen, origin):
    for shape in ("phone", "desktop"):
        screen = open_screen(shape, origin)
        screen.open("/good")
        assert screen.look("harness").exists()


def test_a_phone_has_a_camera_a_thumb_and_stands_in_fushun(open_screen, origin):
    screen = open_screen("phone", origin)
    screen.open("/good")
    where, touches, tracks = screen.page.evaluate(
        """async () => {
          const here = await new Promise((found, lost) =>
            navigator.geolocation.getCurrentPosition((p) => found(p.coords.latitude), lost));
          const camera = await navigator.mediaDevices.getUserMedia({ video: true });
          const tracks = camera.getTracks();
          tracks.forEach((track) => track.stop());
          return [here, navigator.maxTouchPoints, tracks.length];
        }"""
    )

    assert (round(where, 4), tracks) == (41.8797, 1)
    assert touches > 0
