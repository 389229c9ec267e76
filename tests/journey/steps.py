"""The steps of a problem, each as the person whose turn it is would do it over HTTP."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from threading import Lock
from typing import Any

from app.demo.organisations import BY_CODE
from app.demo.people import STAFF_OF, leader_of
from tests.journey import days
from tests.journey.cast import FAR, KEPT_UNTIL, LAPSES_ON, Story
from tests.journey.clients import Office
from tests.journey.pictures import Easel, Picture

LIMIT = 7  # working days
REVIEWERS, CHECKERS, BRIGADE = ("shenhe", "shenhe2"), ("hecha", "hecha2"), ("dadui", "daduizhang")
TEXTS = {
    "return_for_correction": "请补拍一张看得清门牌的远景。",
    "refer_to_leader": "井盖缺失，行人有坠落危险。",
    "confirm_urgent": "立即处置。",
    "lower_to_general": "已设围挡，按一般问题整改。",
    "send_back": "照片右侧仍有残留，请清理后重新拍摄。",
    "refuse_sign_off": "前后照片角度不一致，请在原位置重新拍摄。",
    "endorse_deferral": "情况属实，报领导审批。",
    "approve_deferral": "同意。",
}
REPEATED = 9  # every so many-th request is sent twice, as over a bad line


@dataclass
class Album:
    """Where the pictures come from: the collected ones first, each once, then drawn ones."""

    easel: Easel
    collected: Iterator[Picture]

    def __post_init__(self) -> None:
        """Nothing was handed out yet."""
        self._lock = Lock()
        self._plate = 0

    def next(self, phase: str) -> Picture:
        """A picture nobody has used."""
        with self._lock:
            found = next(self.collected, None)
            self._plate += found is None
            plate = self._plate
        return found or self.easel.paint(plate, phase)


@dataclass
class Walker:
    """Takes stories a step further; `org_ids` are ids by code, `section_codes` codes by id."""

    office: Office
    album: Album
    today: date
    org_ids: dict[str, int]
    section_codes: dict[int, str]
    first_in: dict[str, int]  # street -> a problem that stands, for duplicates

    def walk(self, story: Story, steps: tuple[str, ...]) -> None:
        """A story's steps of this day; raises Refused."""
        for step in steps:
            special: Callable[[Story], None] | None = getattr(self, f"_{step}", None)
            if special is not None:
                special(story)
            else:
                self._move(story, step, self.actor(story, step))

    def report(self, story: Story) -> None:
        """The first step: photos, then the report."""
        login = STAFF_OF[story.street_code]
        self._send_report(story, login, "/problems", 201)
        story.moves += ["save_draft", "report"]
        if story.closed:
            self.first_in.setdefault(story.street_code, story.problem_id)

    def actor(self, story: Story, step: str) -> str:
        """Whose turn it is."""
        section = self.section_codes[int(story.category["lead_section_id"])]  # type: ignore[call-overload]
        if step in {"confirm_urgent", "lower_to_general"}:
            return leader_of(section)
        if step == "approve_deferral" and "endorse_deferral" in story.moves:
            return leader_of(section)
        if step in {"approve_deferral", "endorse_deferral", "sign_off", "refuse_sign_off"}:
            return BRIGADE[1] if story.is_confirmed_urgent else STAFF_OF[section]
        if step in {"pass_check", "send_back"}:
            return CHECKERS[story.place % 2]
        return REVIEWERS[story.place % 2]

    # --- steps that take more than a text ---

    def _correct(self, story: Story) -> None:
        login = STAFF_OF[story.street_code]
        self._send_report(story, login, f"/problems/{story.problem_id}/report", 200)
        story.moves.append("correct")

    def _dispatch(self, story: Story) -> None:
        self._move(story, "dispatch", self.actor(story, "dispatch"), self._route(story))
        self._start_clock(story)

    def _refer_to_leader(self, story: Story) -> None:
        body = self._route(story) | {"text": TEXTS["refer_to_leader"]}
        self._move(story, "refer_to_leader", self.actor(story, "refer_to_leader"), body)

    def _lower_to_general(self, story: Story) -> None:
        self._move(story, "lower_to_general", self.actor(story, "lower_to_general"))
        self._start_clock(story)

    def _submit(self, story: Story) -> None:
        login = BRIGADE[0] if story.is_confirmed_urgent else STAFF_OF[story.street_code]
        story.after = [self.album.next("after") for _ in range(1 + (story.place % 10 == 0))]
        ids = [self._upload(story, login, each, "after") for each in story.after]
        body = {"remedy": "已清运并冲洗，现场恢复整洁。", "handled_by": "示例养护班",
                "photo_ids": ids}  # fmt: skip
        self._move(story, "submit", login, body)
        story.paused_on = self.today

    def _send_back(self, story: Story) -> None:
        body = {"reason_code": "partly_fixed", "text": TEXTS["send_back"]}
        self._came_back(story, "send_back", body)

    def _refuse_sign_off(self, story: Story) -> None:
        body = {"reason_code": "photo_elsewhere", "text": TEXTS["refuse_sign_off"]}
        self._came_back(story, "refuse_sign_off", body)

    def _came_back(self, story: Story, move: str, body: dict[str, Any]) -> None:
        self._move(story, move, self.actor(story, move), body)
        story.returned += 1
        if story.runs_since is not None and story.paused_on is not None:
            used = story.spent + days.between(story.runs_since, story.paused_on)
            story.spent, story.runs_since = min(used, LIMIT - 1), self.today
            story.due_on = days.after(self.today, LIMIT - story.spent)

    def _request_deferral(self, story: Story) -> None:
        story.deferred_to = {"挂号到期": LAPSES_ON, "挂号期限内整改": KEPT_UNTIL}.get(
            story.way.name, FAR
        )
        body = {"reason_code": "season", "text": "季节不宜施工。", "interim_measure": "设置围挡。",
                "target_date": story.deferred_to.isoformat()}  # fmt: skip
        self._move(story, "request_deferral", STAFF_OF[story.street_code], body)

    def _approve_deferral(self, story: Story) -> None:
        assert story.deferred_to is not None
        body = {"text": TEXTS["approve_deferral"], "target_date": story.deferred_to.isoformat()}
        self._move(story, "approve_deferral", self.actor(story, "approve_deferral"), body)
        story.due_on = story.deferred_to

    def _lapsed(self, story: Story) -> None:
        """What the worker did in the night."""
        seen = self.office.get(STAFF_OF[story.street_code], f"/problems/{story.problem_id}")
        assert seen["deferral_expired"], f"problem {story.problem_id}: the deferral did not lapse"
        story.version, story.state = seen["version"], seen["state"]["value"]
        story.moves.append("lapse_deferral")
        story.runs_since = None

    def _void(self, story: Story) -> None:
        body = {"reason_code": "untrue", "text": "现场核实，没有这个问题。"}
        self._move(story, "void", self.actor(story, "void"), body)

    def _void_as_duplicate(self, story: Story) -> None:
        other = next(iter(self.first_in.values()))
        body = {"reason_code": "duplicate", "text": "与此前的上报重复。", "duplicate_of_id": other}
        self._move(story, "void", self.actor(story, "void"), body)

    # --- what the steps share ---

    def _move(
        self, story: Story, move: str, login: str, body: dict[str, Any] | None = None
    ) -> None:
        path = f"/problems/{story.problem_id}"
        sent = {"text": TEXTS[move]} if body is None and move in TEXTS else body or {}
        twice = (story.place + len(story.moves)) % REPEATED == 0
        if twice:  # now and then look first, as a page does, and press a button that is there
            offered = [each["id"] for each in self.office.get(login, path)["moves"]]
            assert move in offered, f"{login} is not offered {move} but {offered}"
        done = self.office.post(
            login, f"{path}/moves/{move}", sent | {"version": story.version}, twice=twice
        )
        story.version, story.state, story.number = (
            done["version"], done["state"]["value"], done["number"],
        )  # fmt: skip
        story.moves.append(move)

    def _send_report(self, story: Story, login: str, path: str, status: int) -> None:
        pictures = [self.album.next("before") for _ in range(1 + (story.place % 8 == 0))]
        ids = [self._upload(story, login, each, "before") for each in pictures]
        story.before += pictures
        done = self.office.post(
            login, path, self._form(story) | {"photo_ids": ids}, status,
            twice=story.place % REPEATED == 0,
        )  # fmt: skip
        story.problem_id, story.version = done["problem_id"], done["version"]
        story.state = done["state"]["value"]

    def _form(self, story: Story) -> dict[str, Any]:
        urgent = {"priority": "urgent", "urgent_reason": "有安全隐患，需马上处理。"}
        return {
            "category_id": story.category["id"],
            "description": f"第 {story.place + 1} 处：路边有{story.category['name']}，影响通行。",
            "street_id": self.org_ids[story.street_code],
            "address": f"示例路 {story.place + 1} 号门前",
            "coord_source": "browser",
            **_place(story),
            **(urgent if story.way.urgent else {}),
        }

    def _upload(self, story: Story, login: str, picture: Picture, phase: str) -> str:
        form = {key: str(value) for key, value in _place(story).items()}
        told = self.office.send_photo(
            login, picture, phase, **form, album=str(picture.plate is None).lower()
        )
        story.photos.append(picture)
        return str(told["id"])

    def _route(self, story: Story) -> dict[str, Any]:
        return {
            "category_id": story.category["id"],
            "lead_section_id": story.category["lead_section_id"],
            "responsible_org_id": self.org_ids[story.street_code],
        }

    def _start_clock(self, story: Story) -> None:
        story.spent, story.runs_since = 0, self.today
        story.due_on = days.after(self.today, LIMIT)


def _place(story: Story) -> dict[str, float]:
    """Somewhere in the street, the same for all photos of a problem."""
    near, street = random.Random(story.place), BY_CODE[story.street_code]
    assert street.lat is not None
    assert street.lng is not None
    return {
        "lat": round(street.lat + near.uniform(-0.004, 0.004), 6),
        "lng": round(street.lng + near.uniform(-0.004, 0.004), 6),
        "accuracy_m": 9.0,
    }
