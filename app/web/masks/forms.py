"""The rectangles of a form: four numbers each, in per cent of the picture."""

from flask import request

from app.domain.refusals import Invalid
from app.services.evidence import masks
from app.services.evidence.room import Mask

NAMES = ("left", "top", "width", "height")
BLANKS = 2  # rows to fill in where there is no script
MOST_ROWS = masks.MOST + 10
WHOLE = 100.0
Row = dict[str, str]


def rows_of(mask: Mask) -> list[Row]:
    """Rectangles as the fields show them, and blank rows after them."""
    told = [dict(zip(NAMES, (_percent(part) for part in each), strict=True)) for each in mask]
    return [*told, *_blanks()]


def typed() -> list[Row]:
    """The rows as they were sent, and blank ones after them."""
    columns = [request.form.getlist(name)[:MOST_ROWS] for name in NAMES]
    rows = [dict(zip(NAMES, row, strict=True)) for row in zip(*columns, strict=False)]
    return [*(row for row in rows if any(map(str.strip, row.values()))), *_blanks()]


def read() -> Mask | None:
    """The mask that was sent; empty for 没有需要遮挡的内容, None when only rows were asked for.

    Raises Invalid for what cannot be read, and for nothing drawn at all.
    """
    pressed = request.form.get("do", "")
    if pressed == "nothing":
        return ()
    if pressed == "more":
        return None
    rows = [row for row in typed() if any(row.values())]
    if not rows:
        raise Invalid(
            "mask.nothing", "请先在照片上画出要遮挡的地方；没有的，点“没有需要遮挡的内容”。"
        )
    return masks.clean(_numbers(place, row) for place, row in enumerate(rows, 1))


def _numbers(place: int, row: Row) -> tuple[float, ...]:
    try:
        return tuple(float(row[name].strip().rstrip("%％")) / WHOLE for name in NAMES)
    except ValueError:
        raise Invalid(
            "mask.number", f"第 {place} 处请把四个数填全，每个是 0 到 100 之间的数。"
        ) from None


def _percent(part: float) -> str:
    return f"{part * WHOLE:.2f}".rstrip("0").rstrip(".")


def _blanks() -> list[Row]:
    return [dict.fromkeys(NAMES, "") for _ in range(BLANKS)]
