"""The stamp drawn: a dark band across the foot of a picture with white lines on it."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate, takewhile

from PIL import Image, ImageDraw, ImageFont

from app.photos import qr
from app.photos.typeface import SIZES, Typeface

MOST_OF_HEIGHT = 0.22
"""The share of a picture the band may cover (domain.md §8.1)."""

TARGET = 0.03
PANORAMA_TARGET = 0.012
LEAST_TARGET = 18
COLUMNS = (1, 2, 3, 6)
MOST_ROWS = 3
WRAPPING_IS_WORTH = 0.75
DARKEN = 0.40
TINT = (10, 15, 22)
INK = (255, 255, 255)
CHIP_PAD = 0.3
ELLIPSIS = "…"


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the rows of text go: pixels from the band's upper left corner."""

    size: int
    height: int
    rows: tuple[tuple[int, int, str], ...]
    shortened: bool = False


def draw_band(
    image: Image.Image, lines: tuple[str, ...], typeface: Typeface, link: str = ""
) -> None:
    """Stamp an RGB picture in place, at most 22 % of its height; `link` as a QR code at its end."""
    code = qr.square(link, image.size, int(image.height * MOST_OF_HEIGHT)) if link else None
    room = (image.width - (code.width if code else 0), image.height)
    layout = lay_out(tuple(map(typeface.showable, lines)), room, typeface)
    height = max(layout.height, code.height if code else 0)
    box = (0, image.height - height, image.width, image.height)
    # Only the band is worked on: the rest of the picture is not touched a second time.
    table = [round(value * DARKEN + tint * (1 - DARKEN)) for tint in TINT for value in range(256)]
    band = image.crop(box).point(table)
    pen = ImageDraw.Draw(band)
    pen.line((0, 0, band.width, 0), fill=INK, width=max(1, layout.size // 18))
    _draw_words(pen, layout, (height - layout.height) // 2, typeface.face(layout.size))
    if code:
        band.paste(code.convert("RGB"), (band.width - code.width, (height - code.height) // 2))
    image.paste(band, box[:2])


def _draw_words(
    pen: ImageDraw.ImageDraw, layout: Layout, down: int, face: ImageFont.FreeTypeFont
) -> None:
    (x, baseline, heading), *others = layout.rows or [(0, 0, "")]
    chip, _, rest = heading.partition(" ")
    x = _draw_chip(pen, (x, baseline + down), chip, face)
    for left, foot, text in [(x, baseline, rest), *others]:
        pen.text((left, foot + down), text, font=face, fill=INK, anchor="ls")


def _draw_chip(
    pen: ImageDraw.ImageDraw, at: tuple[int, int], text: str, face: ImageFont.FreeTypeFont
) -> int:
    """The phase in dark on white, so that before and after are told apart at a glance."""
    (x, baseline), step = at, face.size
    edge = x + face.getlength(text) + 2 * CHIP_PAD * step
    top, foot = baseline - round(step * 1.0), baseline + round(step * 0.2)
    pen.rounded_rectangle((x, top, edge, foot), radius=step * 0.18, fill=INK)
    pen.text((x + CHIP_PAD * step, baseline), text, font=face, fill=TINT, anchor="ls")
    return round(edge + step * 0.45)


def lay_out(lines: tuple[str, ...], size: tuple[int, int], typeface: Typeface) -> Layout:
    """The largest text that fits a picture of `size`: whole lines, else wrapped, else cut with …"""
    wanted = max(LEAST_TARGET, min(size) * TARGET, size[0] * PANORAMA_TARGET)
    ladder = [step for step in reversed(SIZES) if step <= wanted]
    whole = _first(lines, size, ladder, typeface, most_rows=1)
    if whole and whole.size == ladder[0]:
        return whole
    wrapped = _first(lines, size, ladder, typeface, most_rows=MOST_ROWS)
    if whole and (not wrapped or whole.size >= wrapped.size * WRAPPING_IS_WORTH):
        return whole
    if wrapped:
        return wrapped
    cut = _first(lines, size, ladder, typeface, most_rows=1, may_cut=True)
    return cut or Layout(SIZES[0], max(1, int(size[1] * MOST_OF_HEIGHT)), (), shortened=True)


def _first(
    lines: tuple[str, ...],
    size: tuple[int, int],
    ladder: list[int],
    typeface: Typeface,
    *,
    most_rows: int,
    may_cut: bool = False,
) -> Layout | None:
    for step in ladder:
        fitting = [
            layout
            for count in COLUMNS
            if (layout := _try(lines, size, step, count, typeface, most_rows))
            and layout.height <= int(size[1] * MOST_OF_HEIGHT)
            and (may_cut or not layout.shortened)
        ]
        if fitting:
            return min(fitting, key=lambda layout: layout.height)
    return None


def _try(
    lines: tuple[str, ...],
    size: tuple[int, int],
    step: int,
    count: int,
    typeface: Typeface,
    most_rows: int,
) -> Layout | None:
    margin, gap, pitch = round(step * 0.9), round(step * 1.6), round(step * 1.42)
    room = size[0] - 2 * margin
    share = (room - gap * (count - 1)) // count
    if share < step * 4:
        return None
    per = -(-len(lines) // count)
    columns = [lines[at : at + per] for at in range(0, len(lines), per)]
    widths = [max(typeface.width(line, step) for line in column) for column in columns]
    frame = step  # what the heading's chip takes beyond its letters
    widths[0] = max(widths[0], typeface.width(lines[0], step) + frame)
    if sum(widths) + gap * (len(columns) - 1) <= room:
        starts = _spread(widths, share, gap, room)
        share = room
    else:
        starts = [index * (share + gap) for index in range(len(columns))]
    rows, cut, tallest = [], False, 0
    for start, column in zip(starts, columns, strict=True):
        texts = [
            row
            for line in column
            for row in _wrap(line, share - frame * (line is lines[0]), typeface, step, most_rows)
        ]
        cut = cut or any(row.endswith(ELLIPSIS) for row in texts)
        tallest = max(tallest, len(texts))
        rows += [(margin + int(start), pitch * index, text) for index, text in enumerate(texts)]
    pad = round(step * 0.55)
    ascent = pad + round(step * 1.12)
    placed = tuple((x, top + ascent, text) for x, top, text in rows)
    return Layout(step, tallest * pitch + 2 * pad, placed, cut)


def _spread(widths: list[float], share: int, gap: int, room: int) -> list[float]:
    """Columns of natural width at even starts where they fit so, else close behind each other."""
    even = [index * (share + gap) for index in range(len(widths))]
    ends = [start + width for start, width in zip(even, widths, strict=True)]
    if all(end + gap <= after for end, after in zip(ends, even[1:], strict=False)):
        return [float(start) for start in even] if ends[-1] <= room else _close(widths, gap)
    return _close(widths, gap)


def _close(widths: list[float], gap: int) -> list[float]:
    return [0.0, *accumulate(width + gap for width in widths[:-1])]


def _wrap(text: str, width: float, typeface: Typeface, step: int, most: int) -> Iterator[str]:
    """At most `most` rows no wider than `width`; the last is cut with … when text is left over."""
    for row in range(most):
        if typeface.width(text, step) <= width:
            yield text
            return
        last = row == most - 1
        tail = typeface.width(ELLIPSIS, step) if last else 0
        fit = _fitting(text, width - tail, typeface, step)
        if last:
            yield text[:fit].rstrip() + ELLIPSIS
            return
        space = text.rfind(" ", fit // 2, fit + 1)
        at = space if space > 0 else fit
        yield text[:at].rstrip()
        text = text[at:].lstrip()


def _fitting(text: str, width: float, typeface: Typeface, step: int) -> int:
    """How many leading characters fit, at least one."""
    ends = accumulate(typeface.width(sign, step) for sign in text)
    return max(1, sum(1 for _ in takewhile(lambda end: end <= width, ends)))
