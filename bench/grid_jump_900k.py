"""A jump to row 900,000: from the press of the key to that very row painted."""

import statistics
from collections.abc import Iterator

from sqlalchemy import select

from app.domain.states import State
from app.models import Problem
from bench.chromium import desk
from bench.figure import Figure
from bench.million import Standing

ROUNDS, STEP = 9, 1_700
PROMISED = 300  # milliseconds
JUMP = """
async (row) => {
  const input = document.querySelector('.grid-jump');
  input.value = String(row);
  const began = performance.now();
  input.form.requestSubmit();
  for (;;) {
    await new Promise(requestAnimationFrame);
    const line = `.slick-row[data-row="${row - 1}"]:not(.is-awaited)`;
    const cells = [...document.querySelectorAll(`${line} .slick-cell`)];
    const text = cells.map((cell) => cell.textContent.trim());
    if (text.some((each, place) => place > 0 && each)) {
      await new Promise(requestAnimationFrame);
      return [performance.now() - began, text];
    }
    if (performance.now() - began > 20000) throw new Error(`row ${row} did not come`);
  }
}
"""


def run() -> Iterator[Figure]:
    """Each jump goes to a row whose neighbours were never read; each must be the right one."""
    with desk() as at:
        page, _ = at.open()
        page.wait_for_selector(".grid-count:has-text('共')", timeout=60_000)
        far = at.city.rows * 9 // 10
        step = min(STEP, far // (ROUNDS + 1))
        taken = []
        for place in range(ROUNDS):
            row = far - place * step
            milliseconds, cells = page.evaluate(JUMP, row)
            assert any(address_at(at.city, row) == cell for cell in cells), (row, cells)
            taken.append(milliseconds)
            page.evaluate(JUMP, 1)
    value = round(statistics.median(taken))
    reference = f"the promised {PROMISED} ms (median; slowest {max(taken):.0f})"
    yield Figure("grid_jump_900k", value, "ms", reference, round(value / PROMISED, 2))


def address_at(city: Standing, row: int) -> str:
    """What stands in the column 具体点位 of this row, newest first, without drafts."""
    with city.database.reading() as session:
        found = session.scalar(
            select(Problem.address)
            .where(Problem.state != State.DRAFT.value)
            .order_by(Problem.id.desc())
            .offset(row - 1)
            .limit(1)
        )
    return found or ""
