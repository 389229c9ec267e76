"""Which incoming column is which field: by caption, values, neighbours and what was confirmed."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sheets.understanding.captions import PATH, SYNONYM, Told, caption_tells
from sheets.understanding.evidence import SeenColumn, are_short, values_tell
from sheets.understanding.result import MatchedColumn
from sheets.understanding.vocabulary import Target, Vocabulary
from sheets.understanding.words import bracketed, unbracketed

ENOUGH = 0.5  # a column below is left unmatched rather than guessed
LIKELY = 0.38  # enough for a target that is required and has no better column
CLOSE = 0.06  # a rival as near as this makes the match doubtful
NEIGHBOUR = 0.04
NEEDED = 0.5  # what a target that no record can do without adds to the whole
NAMED = 0.15  # what a caption that is the target's own name adds: two hints do not outweigh it
SURE = 0.99
UNLISTED = 0.55  # what a plain caption is worth over short texts that are in no list of ours
ALONE = 0.75  # what values may reach without any help from the caption
SHOWN_RIVALS = 3


@dataclass(frozen=True)
class Score:
    """How well a column and a target go together, 0..1, and why."""

    points: float
    reason: str
    named: bool = False  # the caption is one of the target's own names


def match_columns(
    columns: Sequence[SeenColumn],
    vocabulary: Vocabulary,
    confirmed: Mapping[str, str | None] | None = None,
    hints: Mapping[str, str] | None = None,
) -> list[MatchedColumn]:
    """One target at most for each column, one column for each target (pictures excepted).

    ``confirmed`` is what people settled for columns of these keys; it wins over any score.
    ``hints`` is what they settled for such columns in other shapes: as good as a synonym.
    """
    keys = column_keys(columns)
    settled = _settled(keys, vocabulary, confirmed or {})
    hinted = hints or {}
    taken = {target for target in settled.values() if target}
    free = [at for at in range(len(columns)) if at not in settled]
    targets = [one for one in vocabulary.targets if one.id not in taken]
    words = Counter(unbracketed(column.caption) for column in columns)
    scores = {}
    for at in free:
        caption = columns[at].caption
        told_apart = bool(columns[at].parents) or bool(bracketed(caption))
        shared = told_apart and words[unbracketed(caption)] > 1
        for place, target in enumerate(targets):
            score = score_of(target, columns[at], vocabulary, hinted.get(keys[at]), shared)
            if score.points > 0:
                scores[at, place] = score
    chosen = _assign(scores, targets, columns)
    _fill_required(chosen, scores, targets)
    matched = []
    for at, column in enumerate(columns):
        if at in settled:
            matched.append(_confirmed(column, keys[at], settled[at]))
        else:
            matched.append(_matched(at, column, keys[at], chosen.get(at), scores, targets))
    return matched


def column_keys(columns: Sequence[SeenColumn]) -> list[str]:
    """The key of each column: its words and those above, numbered where they repeat."""
    seen: dict[str, int] = {}
    keys = []
    for column in columns:
        seen[column.key] = seen.get(column.key, 0) + 1
        keys.append(column.key if seen[column.key] == 1 else f"{column.key}#{seen[column.key]}")
    return keys


def _settled(
    keys: list[str], vocabulary: Vocabulary, confirmed: Mapping[str, str | None]
) -> dict[int, str | None]:
    known = {target.id for target in vocabulary.targets}
    return {
        at: confirmed[key]
        for at, key in enumerate(keys)
        if key in confirmed and (confirmed[key] is None or confirmed[key] in known)
    }


def score_of(
    target: Target,
    column: SeenColumn,
    vocabulary: Vocabulary,
    hint: str | None = None,
    shared: bool = False,
) -> Score:
    """Caption and values together: each alone may carry, values that do not fit take away."""
    told = caption_tells(target, column.caption, column.parents, shared)
    if hint == target.id:
        told = max(told, Told(SYNONYM, "以前导入时同名的列是它"))
    fit = values_tell(target, column, vocabulary)
    if fit.share is None:
        return Score(told.points * 0.95, told.reason, told.points >= SYNONYM)
    caption = max(told.points, 0.0)
    alone = min(ALONE, fit.strength * max(0.0, 2 * fit.share - 1))
    points = 1 - (1 - caption) * (1 - alone)
    points *= 1 - fit.harm * (1 - fit.share)
    if told.points < 0:
        points += told.points
    if told.points >= PATH and target.kind in {"place", "choice"} and are_short(column.values):
        points = max(points, UNLISTED)  # our list may lack what this city's file has
    reasons = [told.reason] if told.points >= 0.3 else []  # noqa: PLR2004
    if fit.reason and fit.share >= 0.5 and alone >= 0.1:  # noqa: PLR2004
        reasons.append(fit.reason)
    return Score(max(0.0, min(points, 1.0)), "，".join(reasons), told.points >= SYNONYM)


def _assign(
    scores: dict[tuple[int, int], Score], targets: list[Target], columns: Sequence[SeenColumn]
) -> dict[int, int]:
    """The best scores first, then any exchange of two that makes the whole better."""
    chosen: dict[int, int] = {}
    used: set[int] = set()
    pairs = sorted(scores, key=lambda pair: (-scores[pair].points, pair))
    for at, place in pairs:
        if at not in chosen and place not in used and scores[at, place].points >= ENOUGH:
            chosen[at] = place
            if targets[place].kind != "picture":  # 照片1, 照片2
                used.add(place)
    options: dict[int, list[int]] = {}
    for at, place in pairs:
        if scores[at, place].points >= ENOUGH:
            options.setdefault(at, []).append(place)
    for _ in range(len(columns)):
        if not _improve(chosen, options, scores, targets, columns):
            break
    return chosen


def _fill_required(
    chosen: dict[int, int], scores: dict[tuple[int, int], Score], targets: list[Target]
) -> None:
    """A target that no record can do without takes the likeliest column left, if any is likely."""
    for place, target in enumerate(targets):
        if not target.required or place in chosen.values():
            continue
        left = [
            (score.points, -at)
            for (at, other), score in scores.items()
            if other == place and at not in chosen and score.points >= LIKELY
        ]
        if left:
            chosen[-max(left)[1]] = place


def _improve(
    chosen: dict[int, int],
    options: dict[int, list[int]],
    scores: dict[tuple[int, int], Score],
    targets: list[Target],
    columns: Sequence[SeenColumn],
) -> bool:
    """Makes the first exchange that is worth it; False when none is."""
    before = _worth(chosen, scores, targets, columns)
    for at, places in options.items():
        for place in places:
            for trial in _exchanges(chosen, options, at, place, targets[place].kind == "picture"):
                if _worth(trial, scores, targets, columns) > before + 1e-9:
                    chosen.clear()
                    chosen.update(trial)
                    return True
    return False


def _exchanges(
    chosen: dict[int, int], options: dict[int, list[int]], at: int, place: int, shared: bool
) -> Iterator[dict[int, int]]:
    """The ways in which a column may take a target: its owner takes another or goes without."""
    if chosen.get(at) == place:
        return
    owner = next((one for one, had in chosen.items() if had == place and not shared), None)
    trial = {one: had for one, had in chosen.items() if one != owner} | {at: place}
    yield trial
    if owner is not None:
        for instead in options[owner]:
            if instead not in trial.values():
                yield trial | {owner: instead}


def _worth(
    chosen: Mapping[int, int],
    scores: Mapping[tuple[int, int], Score],
    targets: list[Target],
    columns: Sequence[SeenColumn],
) -> float:
    """The sum of what each match is worth above the threshold, and of neighbours in order."""
    where = {targets[place].id: columns[at].index for at, place in chosen.items()}
    worth = 0.0
    for at, place in chosen.items():
        worth += scores[at, place].points ** 2 + NEEDED * targets[place].required
        worth += NAMED * scores[at, place].named
        for other in targets[place].after:
            if other in where:
                worth += NEIGHBOUR if where[other] < columns[at].index else -NEIGHBOUR
    return worth


def _confirmed(column: SeenColumn, key: str, target: str | None) -> MatchedColumn:
    reason = "与以前确认过的相同" if target else "以前确认过不导入"
    return MatchedColumn(column.index, column.caption, target, 1.0, reason, key, column.parents)


def _matched(
    at: int,
    column: SeenColumn,
    key: str,
    place: int | None,
    scores: Mapping[tuple[int, int], Score],
    targets: list[Target],
) -> MatchedColumn:
    ranked = sorted(
        ((score.points, -other) for (col, other), score in scores.items() if col == at),
        reverse=True,
    )
    rivals = [(targets[-other].id, round(points, 3)) for points, other in ranked if -other != place]
    shown = tuple(rivals[:SHOWN_RIVALS])
    if place is None:
        best = ranked[0][0] if ranked else 0.0
        reason = "没有足够像的字段" if best < ENOUGH else "更像的字段已有别的列"
        confidence = round(min(best, ENOUGH), 3)
        return MatchedColumn(
            column.index, column.caption, None, confidence, reason, key, column.parents, shown
        )
    score = scores[at, place]
    close = rivals and rivals[0][1] > score.points - CLOSE
    confidence = round(min(SURE, score.points * (0.9 if close else 1.0)), 3)
    reason = score.reason or "列名相近"
    return MatchedColumn(
        column.index,
        column.caption,
        targets[place].id,
        confidence,
        reason,
        key,
        column.parents,
        shown,
    )
