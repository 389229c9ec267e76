"""Frames a second while somebody scrolls through the grid for five seconds."""

from collections.abc import Iterator

from bench.chromium import desk
from bench.figure import Figure

PROMISED = 50
SECONDS = 5
SCROLL = """
async ([seconds, pixels]) => {
  const views = [...document.querySelectorAll('.slick-viewport')];
  const room = (each) => (getComputedStyle(each).overflowY === 'hidden'
    ? 0 : each.scrollHeight - each.clientHeight);
  const view = views.reduce((a, b) => (room(b) > room(a) ? b : a));
  const frames = [];
  const end = performance.now() + seconds * 1000;
  let last = performance.now();
  while (last < end) {
    await new Promise(requestAnimationFrame);
    const now = performance.now();
    frames.push(now - last);
    last = now;
    view.scrollTop += pixels;
  }
  return [frames, view.scrollTop];
}
"""


def run() -> Iterator[Figure]:
    """A quick steady scroll, some 3,000 pixels a second."""
    with desk() as at:
        page, _ = at.open()
        page.wait_for_selector(".grid-count:has-text('共')")
        page.evaluate(SCROLL, [1, 50])  # warm
        frames, reached = page.evaluate(SCROLL, [SECONDS, 50])
    assert reached > 0
    fps = round(1000 * len(frames) / sum(frames), 1)
    p95 = sorted(frames)[int(len(frames) * 0.95)]
    reference = f"the promised {PROMISED} fps; p95 of a frame {p95:.0f} ms"
    yield Figure("grid_scroll_fps", fps, "frames/s", reference, round(fps / PROMISED, 2))
