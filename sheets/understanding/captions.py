"""How much a column's caption speaks for a target."""

from typing import NamedTuple

from sheets.understanding.questions import statements
from sheets.understanding.vocabulary import Target
from sheets.understanding.words import SHORT, bracketed, likeness, squeezed, unbracketed

SAME, SYNONYM, PATH = 1.0, 0.97, 0.95
AMBIGUOUS = 0.6
ASKED = 0.95  # of what the caption would say that a question asks for
ALIKE = 0.6  # from this likeness on a caption is worth mentioning


class Told(NamedTuple):
    """Points from -1 to 1 and the reason as part of a Chinese sentence."""

    points: float
    reason: str = ""


NOTHING = Told(0.0)


def caption_tells(target: Target, own: str, parents: tuple[str, ...], shared: bool = False) -> Told:
    """What the words over a column say: the best of same, contained, pieces and alike.

    ``shared``: another column has the same words, so that only those above tell them apart. A
    question says what the captions say that it asks for, a little less surely.
    """
    told = _words_tell(target, own, parents, shared)
    asked = [_words_tell(target, meant, parents, shared) for meant in statements(own)]
    best = max((one for one in asked if one.points > 0), default=NOTHING)
    if best.points * ASKED <= max(told.points, 0.0):
        return told
    return Told(best.points * ASKED, f"列名是问句，{best.reason or '问的是它'}")


def _words_tell(target: Target, own: str, parents: tuple[str, ...], shared: bool) -> Told:
    mine = unbracketed(own)
    if not mine:
        return NOTHING
    wholes = {mine, squeezed(own)}
    above = [unbracketed(word) for word in parents]
    paths = {"".join(above) + mine, mine + "".join(above)} if above else set()
    paths |= {above[-1] + mine, mine + above[-1]} if above else set()
    inside = bracketed(own) if shared else ""
    if inside and inside != mine:  # 完成时间（要求） beside 完成时间（实际）
        paths |= {inside + mine, mine + inside}
    caption = squeezed(target.caption)
    if caption in wholes and not shared:
        return Told(SAME, f"列名与“{target.caption}”相同")
    best, letters = NOTHING, set(mine)
    for synonym in (target.caption, *target.synonyms):
        word = squeezed(synonym)
        if word in paths:
            best = max(best, Told(PATH, f"列名连同上级表头是“{synonym}”"))
        elif word in wholes:
            best = max(
                best,
                Told(AMBIGUOUS if shared else SYNONYM, f"列名是“{target.caption}”的另一种叫法"),
            )
        elif not letters.isdisjoint(word):
            best = max(best, _partly(word, mine, synonym))
    pieces = _pieces(target, mine if inside == mine else inside + mine, above)
    if pieces.points < 0:
        return Told(max(-1.0, best.points + pieces.points), best.reason) if best.points else pieces
    return max(best, pieces)


def _partly(word: str, mine: str, synonym: str) -> Told:
    """One inside the other, or alike in their pairs of characters."""
    if len(word) >= SHORT and word in mine:
        tail = 0.06 if mine.endswith(word) else 0.0
        return Told(0.5 + 0.35 * len(word) / len(mine) + tail, f"列名含“{synonym}”")
    if len(mine) >= SHORT and mine in word:
        return Told(0.45 + 0.35 * len(mine) / len(word), f"列名是“{synonym}”的一部分")
    alike = likeness(word, mine)
    return Told(alike * 0.8, f"列名与“{synonym}”相近") if alike >= ALIKE else Told(alike * 0.4)


def _pieces(target: Target, mine: str, above: list[str]) -> Told:
    """The sum of what the pieces in the caption say; those above it count half."""
    points, said = 0.0, ""
    for piece, weight in target.pieces.items():
        word = squeezed(piece)
        if word in mine:
            points += weight
        elif any(word in parent for parent in above):
            points += weight / 2
        else:
            continue
        if weight > 0 and len(piece) > len(said):
            said = piece
    reason = f"列名含“{said}”" if said else ""
    return Told(max(-1.0, min(points, 0.93)), reason)
