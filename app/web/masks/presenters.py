"""The page of a photo's mask in plain values."""

from collections.abc import Sequence
from typing import Any

from flask import request, url_for
from sqlalchemy.orm import Session

from app.door.access import is_local_path
from app.models import Photo, Problem
from app.services.evidence import masks
from app.services.evidence.room import Mask
from app.web import presenting
from app.web.masks.forms import Row


def page(session: Session, photo: Photo, rows: Sequence[Row], wrong: str = "") -> dict[str, Any]:
    """What masks/show.html draws; `wrong` says why what was sent was not kept."""
    problem = session.get(Problem, photo.problem_id) if photo.problem_id is not None else None
    told = masks.history_of(session, photo.id)
    return {
        "photo": presenting.photo(photo),
        "picture": url_for("masks.picture", photo_id=photo.id),
        "shared": presenting.shared(photo)["href"] if told else "",
        "title": presenting.title_of(problem) if problem else "照片",
        "number": (problem.number or f"待编号问题 {problem.id}") if problem else "",
        "back": way_back(photo),
        "next": request.args.get("next", ""),
        "rows": rows,
        "wrong": wrong,
        "history": [
            f"{presenting.moment(mask.made_at)}　{name}　{words(len(mask.rectangles))}"
            for mask, name in told
        ],
    }


def words(count: int) -> str:
    """How much is hidden."""
    return f"遮挡 {count} 处" if count else "没有需要遮挡的内容"


def saved(mask: Mask) -> str:
    """What a person hears."""
    if mask:
        return f"已保存：{words(len(mask))}。台账和成果库今后用遮挡后的照片，原图不变。"
    return "已保存：没有需要遮挡的内容。"


def way_back(photo: Photo) -> str:
    """Where one came from, else the problem's page."""
    wanted = request.args.get("next", "")
    if is_local_path(wanted):
        return wanted
    return url_for("problem.show", problem_id=photo.problem_id) if photo.problem_id else ""
