"""Everything counted twice: what was done, what the interface says, the database, the ledger."""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import Connection, text

from app.domain.calendars import LOCAL
from app.photos.store import FileStore, PhotoMissing
from tests.journey.cast import Story
from tests.journey.clients import Office
from tests.journey.pictures import look_alike, read_plate
from tests.journey.workbook import Row

ALL_SEEING = "shenhe"


def say(line: str) -> None:
    """A line for whoever watches, at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


@dataclass
class Findings:
    """What does not agree; each is printed as it is found."""

    wrong: list[str] = field(default_factory=list)

    def agree(self, what: str, found: object, wanted: object) -> None:
        """Note a difference."""
        if found != wanted:
            self.wrong.append(what)
            say(f"mismatch: {what}: found {found!r}, wanted {wanted!r}")


def local_day(text_or_instant: str | datetime) -> date:
    """The day in Fushun."""
    at = text_or_instant
    instant = datetime.fromisoformat(at) if isinstance(at, str) else at
    return instant.astimezone(LOCAL).date()


def check_interface(stories: list[Story], office: Office, findings: Findings) -> dict[int, Any]:
    """Each problem as the interface tells it; gives the answers by problem."""
    listed = office.pages(ALL_SEEING, "/problems", limit="100")
    by_state = Counter(row["state"]["value"] for row in listed)
    findings.agree("states by the interface", by_state, Counter(s.way.ends for s in stories))
    results = office.pages(ALL_SEEING, "/results", limit="100")
    findings.agree(
        "the results library", {row["id"] for row in results},
        {story.problem_id for story in stories if story.closed},
    )  # fmt: skip
    told = {}
    for story in stories:
        seen = office.get(ALL_SEEING, f"/problems/{story.problem_id}")
        told[story.problem_id] = seen
        check_story(story, seen, findings)
    check_numbers([seen["number"] for seen in told.values() if seen["number"]], findings)
    return told


def check_story(story: Story, seen: dict[str, Any], findings: Findings) -> None:
    """One problem."""
    name = f"problem {story.problem_id} ({story.way.name})"
    findings.agree(f"{name}: state", seen["state"]["value"], story.way.ends)
    findings.agree(f"{name}: version", seen["version"], story.version)
    findings.agree(f"{name}: number", seen["number"], story.number)
    findings.agree(f"{name}: 退件次数", seen["returned_count"], story.returned)
    findings.agree(
        f"{name}: photos before", [p["sha256"] for p in seen["before"]],
        [picture.sha256 for picture in story.before],
    )  # fmt: skip
    findings.agree(
        f"{name}: photos after", [p["sha256"] for p in seen["after"]],
        [picture.sha256 for picture in story.after],
    )  # fmt: skip
    if story.is_confirmed_urgent:
        return
    due = seen["due"]["on"] if seen["due"] else None
    findings.agree(f"{name}: due", due, story.due_on.isoformat() if story.due_on else None)
    if seen["due"]:
        findings.agree(f"{name}: 暂定", seen["due"]["provisional"], False)
    if story.closed:
        findings.agree(f"{name}: 按期", seen["on_time"], "lapse_deferral" not in story.moves)


def check_numbers(numbers: list[str], findings: Findings) -> None:
    """Unique, and without a gap for each district and year."""
    findings.agree("numbers used twice", [n for n, c in Counter(numbers).items() if c > 1], [])
    series: dict[str, list[int]] = {}
    for number in numbers:
        head, _, tail = number.rpartition("-")
        series.setdefault(head, []).append(int(tail))
    for head, tails in series.items():
        findings.agree(f"numbers {head}", sorted(tails), list(range(1, len(tails) + 1)))


def check_database(
    stories: list[Story], connection: Connection, store: FileStore, findings: Findings
) -> int:
    """The rows and files themselves; gives the number of moves on record."""
    states = connection.execute(text("select state, count(*) from problem group by state"))
    found = {state: count for state, count in states}
    findings.agree("states in the database", found, dict(Counter(s.way.ends for s in stories)))
    events = connection.execute(
        text("select problem_id, move, seq from event order by problem_id, seq")
    ).all()
    told: dict[int, list[str]] = {}
    for problem_id, move, _seq in events:
        told.setdefault(problem_id, []).append(move)
    for story in stories:
        wanted = ["void" if move == "void_as_duplicate" else move for move in story.moves]
        findings.agree(f"history of {story.problem_id}", told.get(story.problem_id), wanted)
    chain = connection.execute(
        text("select problem_id, previous_hash, hash from event order by problem_id, seq")
    ).all()
    broken = [b[0] for a, b in pairwise(chain) if a[0] == b[0] and a[2] != b[1]]
    findings.agree("broken chains", broken, [])
    check_photos(stories, connection, store, findings)
    check_urgent_clocks(connection, findings)
    return len(events)


def check_photos(
    stories: list[Story], connection: Connection, store: FileStore, findings: Findings
) -> None:
    """Every picture sent has its row and its file, byte for byte; no row stands alone."""
    rows = connection.execute(text("select sha256, problem_id from photo")).all()
    wanted = Counter(
        (picture.sha256, story.problem_id) for story in stories for picture in story.photos
    )
    findings.agree("photos in the database", Counter((row[0], row[1]) for row in rows), wanted)
    for story in stories:
        for picture in story.photos:
            try:
                same = store.original(picture.sha256) == picture.data
            except PhotoMissing:
                same = False
            findings.agree(f"original of {picture.name}", same, True)


def check_urgent_clocks(connection: Connection, findings: Findings) -> None:
    """Hours of the category, else 24, from the leader's word on."""
    rows = connection.execute(
        text(
            "select p.id, p.listed_at, p.due_at, c.urgent_hours from problem p"
            " join category c on c.id = p.category_id where p.priority = 'urgent'"
            " and p.state = 'signed_off'"
        )
    ).all()
    for problem_id, listed_at, due_at, hours in rows:
        start, end = (_instant(value) for value in (listed_at, due_at))
        findings.agree(f"hours of {problem_id}", end - start, timedelta(hours=hours or 24))


def _instant(value: str | datetime) -> datetime:
    """SQLite gives an instant as text."""
    return datetime.fromisoformat(value) if isinstance(value, str) else value


def check_ledger(
    stories: list[Story], told: dict[int, Any], rows: list[Row], office: Office, findings: Findings
) -> None:
    """Each line against what was done and what the interface says, its two pictures included."""
    closed = {str(story.number): story for story in stories if story.closed}
    found = [str(row.values["问题编号"]) for row in rows]
    findings.agree("rows of the ledger", sorted(found), sorted(closed))
    findings.agree("序号", [row.values["序号"] for row in rows], list(range(1, len(rows) + 1)))
    for row in rows:
        story = closed.get(str(row.values["问题编号"]))
        if story is not None:
            check_row(story, told[story.problem_id], row, findings)
            check_pictures(story, told[story.problem_id], row, office, findings)


def check_row(story: Story, seen: dict[str, Any], row: Row, findings: Findings) -> None:
    """The cells."""
    name, values = f"ledger {story.number}", row.values
    findings.agree(f"{name}: 状态", values["状态"], seen["state"]["label"])
    findings.agree(f"{name}: 紧急程度", values["紧急程度"], seen["priority"]["label"])
    findings.agree(f"{name}: 问题小类", values["问题小类"], seen["category"]["name"])
    findings.agree(f"{name}: 问题描述", values["问题描述"], seen["description"])
    findings.agree(f"{name}: 解决方案", values["解决方案"], seen["remedy"])
    findings.agree(f"{name}: 退件次数", values["退件次数"] or 0, story.returned)
    findings.agree(f"{name}: 是否按期", values["是否按期"], "是" if seen["on_time"] else "否")
    findings.agree(f"{name}: 挂号期限", row.day("挂号期限"), story.deferred_to)
    findings.agree(f"{name}: 经度", values["经度（WGS-84）"], seen["position"]["lng"])
    for caption, key in (
        ("发现时间", "pooled_at"), ("下发时间", "listed_at"), ("整改完成时间", "submitted_at"),
        ("预销号时间", "pre_signed_off_at"), ("销号时间", "signed_off_at"),
    ):  # fmt: skip
        findings.agree(f"{name}: {caption}", row.day(caption), local_day(seen[key]))
    due = story.due_on or local_day(seen["due"]["at"])
    findings.agree(f"{name}: 整改时限", row.day("整改时限"), due)


def check_pictures(
    story: Story, seen: dict[str, Any], row: Row, office: Office, findings: Findings
) -> None:
    """A picture in both cells, each the small copy of the very photo."""
    name = f"ledger {story.number}"
    findings.agree(f"{name}: photo cells", sorted(row.pictures), ["after", "before"])
    for phase, pictures in (("before", story.before), ("after", story.after)):
        data, picture = row.pictures.get(phase), pictures[0]
        if data is None:
            continue
        if picture.plate is not None:
            findings.agree(f"{name}: {phase} photo", read_plate(data), picture.plate)
            continue
        thumb = office.ask(ALL_SEEING, "GET", f"/photos/{seen[phase][0]['id']}/thumb").content
        findings.agree(f"{name}: {phase} photo is {picture.name}", look_alike(data, thumb), True)
