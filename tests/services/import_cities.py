"""What the demo city knows of imports, settled in memory, and a check of read against true."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from app.demo.categories import CATEGORIES
from app.demo.organisations import ORGANISATIONS
from app.models import Category, Organisation
from app.models.base import Base
from app.services.imports.reading.files import read_file
from app.services.imports.reading.report import report_of
from app.services.imports.reading.vocabulary import Knowledge, load_knowledge

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
DATA = Path(__file__).parents[3] / "shared" / "data"


def data_folder(name: str) -> Path:
    """A folder of examples beside the checkout; skips where there is none."""
    folder = DATA / name
    if not folder.is_dir():
        pytest.skip(f"the examples of {folder} are not on this machine")
    return folder


@cache
def knowledge() -> Knowledge:
    """What the demo city knows."""
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        ids: dict[str, int] = {}
        for place, plan in enumerate(ORGANISATIONS):
            org = Organisation(
                code=plan.code, name=plan.name, short_name=plan.short_name, path="/",
                org_type=plan.org_type, position=place, dispatchable=plan.dispatchable,
                parent_id=ids.get(plan.parent_code or ""),
            )  # fmt: skip
            session.add(org)
            session.flush()
            ids[plan.code] = org.id
        for place, kind in enumerate(CATEGORIES):
            session.add(
                Category(
                    scheme=kind.scheme, code=kind.code, kind=kind.kind, position=place,
                    major_name=kind.major_name, name=kind.minor_name, icon=kind.icon,
                    keywords=" ".join(kind.keywords),
                )
            )  # fmt: skip
        session.flush()
        known = load_knowledge(session, NOW)
    engine.dispose()
    return known


def report(name: str, data: bytes) -> dict[str, Any]:
    """The report of one file, through JSON and back as the command writes it."""
    read = read_file(knowledge(), name, data)
    text = json.dumps(report_of([read])["files"][0], ensure_ascii=False, allow_nan=False)
    answer: dict[str, Any] = json.loads(text)
    return answer


@dataclass
class Verdict:
    """How a report compares with the truth; `wrong` are cells that differ without a flag."""

    cells: int = 0
    right: int = 0
    missing: list[str] = field(default_factory=list)
    extra: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    flagged: list[str] = field(default_factory=list)
    photos: int = 0
    photos_wrong: list[str] = field(default_factory=list)

    @property
    def share(self) -> float:
        """The share of cells that are right."""
        return self.right / self.cells if self.cells else 0.0

    def check(self, *, least: float = 0.99) -> None:
        """Fail with everything that differs."""
        said = json.dumps(
            {
                "share": self.share, "missing": self.missing, "extra": self.extra,
                "wrong": self.wrong, "flagged": self.flagged, "photos": self.photos_wrong,
            },
            ensure_ascii=False, indent=1,
        )  # fmt: skip
        bad = [*self.missing, *self.extra, *self.wrong, *self.photos_wrong]
        assert not bad, said
        assert self.share >= least, said


def judge(answer: dict[str, Any], truth: dict[str, Any]) -> Verdict:
    """Compare record by record, cell by cell, picture by picture."""
    verdict = Verdict()
    read = {(one["sheet"], one["row"]): one for one in answer["records"]}
    true = {(one["sheet"], one["row"]): one for one in truth["records"]}
    verdict.missing = [str(key) for key in true.keys() - read.keys()]
    verdict.extra = [str(key) for key in read.keys() - true.keys()]
    for key in sorted(true.keys() & read.keys()):
        _judge_record(verdict, str(key), read[key], true[key])
    return verdict


def _judge_record(verdict: Verdict, where: str, read: dict, true: dict) -> None:
    fields = dict(true["fields"])
    accepted = fields.pop("status_accept", None)
    if accepted:
        fields["status"] = accepted
    flags = {flag["field"] for flag in read["flags"]}
    for name in fields.keys() | read["fields"].keys() - {"category_match"}:
        said, meant = read["fields"].get(name), fields.get(name)
        verdict.cells += 1
        if said in meant if isinstance(meant, list) else said == meant:
            verdict.right += 1
            continue
        note = f"{where} {name}: {said!r}, meant {meant!r}"
        (verdict.flagged if name in flags else verdict.wrong).append(note)
    shown = sorted((one["phase"], one["sha1"]) for one in read["photos"])
    meant_photos = sorted((one["phase"], one["sha1"]) for one in true.get("photos", []))
    verdict.photos += len(meant_photos)
    if shown != meant_photos:
        verdict.photos_wrong.append(f"{where}: {shown}, meant {meant_photos}")


def read_whole(ledger: Any) -> dict[str, Any]:
    """What is read of an invented ledger; every column and cell is to be as its truth says."""
    answer = report(ledger.name, ledger.data)
    assert answer["refused"] is None
    for sheet, meant in ledger.columns.items():
        columns = next(one["columns"] for one in answer["sheets"] if one["sheet"] == sheet)
        said = {one["col"]: one["field"] for one in columns}
        assert {col: said[col] for col in meant} == meant
    judge(answer, {"records": ledger.records}).check(least=1.0)
    return answer
