"""Examining photos that became evidence: what speaks against each, kept beside it for good."""

import io
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from PIL import Image
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.domain.calendars import LOCAL
from app.domain.rules import Rules
from app.domain.sending import Seal
from app.domain.signals import Finding, ShotFacts, SignalKind, level_of, told_by_facts
from app.domain.states import Phase
from app.models import Photo, PhotoSignal
from app.photos.likeness import likeness
from app.photos.side_by_side import compare
from app.services.evidence.room import PhotoRoom
from app.services.evidence.twins import Proposal, Shelf, as_row
from app.services.world import load_rules


def waiting(session: Session) -> str | None:
    """The photo that has been evidence longest without having been examined."""
    return session.scalar(
        select(Photo.id)
        .where(Photo.examined_at.is_(None), Photo.problem_id.is_not(None))
        .order_by(Photo.attached_at)
        .limit(1)
    )


def examine(
    session: Session, room: PhotoRoom, shelf: Shelf, now: datetime, photo_id: str
) -> tuple[list[Finding], Image.Image]:
    """Look a photo over; reads only. Raises OSError or a Refusal when its picture is gone."""
    photo = session.get_one(Photo, photo_id)
    rules = load_rules(session)
    picture = _thumb(room, photo)
    before = _first_before(session, photo) if photo.phase == Phase.AFTER.value else None
    findings = list(
        told_by_facts(
            _facts(photo),
            rules,
            before=_facts(before) if before else None,
            earlier=_earlier(session, photo),
        )
    )
    findings += _against_before(session, room, photo, picture)
    shelf.bring_up_to_date(session, now, rules.signal_copy_days)
    findings += _copies(session, room, photo, picture, shelf.proposals(picture), rules, now)
    return _wanted(findings, rules), picture


def keep(
    session: Session, now: datetime, photo_id: str, seen: Sequence[Finding], picture: Image.Image
) -> bool:
    """Write what was found; False when another worker was quicker, or it is no evidence now."""
    photo = _claimed(session, now, photo_id)
    if photo is None:
        return False
    session.add(as_row(photo.id, likeness(picture), photo.received_at, now))
    session.add_all(
        PhotoSignal(
            photo_id=photo_id,
            kind=one.kind.value,
            text=one.text,
            numbers=one.numbers,
            twin_id=one.twin_id,
            found_at=now,
        )
        for one in seen
    )
    session.flush()
    return True


def give_up(session: Session, now: datetime, photo_id: str) -> None:
    """A photo whose picture cannot be read is not looked at again and again."""
    _claimed(session, now, photo_id)


def _claimed(session: Session, now: datetime, photo_id: str) -> Photo | None:
    row = session.scalar(
        update(Photo)
        # Taken off its draft meanwhile it is examined where it becomes evidence.
        .where(Photo.id == photo_id, Photo.examined_at.is_(None), Photo.problem_id.is_not(None))
        .values(examined_at=now)
        .returning(Photo.id)
        .execution_options(synchronize_session=False)
    )
    return session.get(Photo, photo_id) if row is not None else None


def _wanted(findings: Sequence[Finding], rules: Rules) -> list[Finding]:
    """One a kind, without those the city does not ask for."""
    first: dict[SignalKind, Finding] = {}
    for one in findings:
        if level_of(rules, one.kind) != "off":
            first.setdefault(one.kind, one)
    return list(first.values())


def _thumb(room: PhotoRoom, photo: Photo) -> Image.Image:
    """Our own thumbnail: made in the limited process, so it may be opened here."""
    return Image.open(io.BytesIO(room.thumb(photo.sha256))).convert("RGB")


def _facts(photo: Photo) -> ShotFacts:
    told = photo.exif.get("taken_at")
    taken = datetime.fromisoformat(told).replace(tzinfo=LOCAL) if told else None
    place = None if photo.lat is None or photo.lng is None else (photo.lat, photo.lng)
    return ShotFacts(
        phase=Phase(photo.phase),
        received_at=photo.received_at,
        # A form without a script has the file's own time for the phone's: no clock was compared.
        device_at=photo.device_at if photo.device_at != taken else None,
        taken_at=taken,
        sealed_at=photo.captured_at if photo.seal == Seal.WHOLE.value else None,
        seal=Seal(photo.seal),
        software=photo.exif.get("software") or "",
        place=place,
        accuracy_m=photo.accuracy_m,
        album=photo.album,
        imported=photo.imported,
    )


def _first_before(session: Session, photo: Photo) -> Photo | None:
    return session.scalar(
        select(Photo)
        .where(Photo.problem_id == photo.problem_id, Photo.phase == Phase.BEFORE.value)
        .order_by(Photo.position)
        .limit(1)
    )


def _earlier(session: Session, photo: Photo) -> ShotFacts | None:
    """The same person's photo before this one that has a place, of another problem's moment."""
    found = session.scalar(
        select(Photo)
        .where(
            Photo.owner_id == photo.owner_id,
            Photo.received_at < photo.received_at,
            Photo.lat.is_not(None),
            Photo.imported.is_(False),
        )
        .order_by(Photo.received_at.desc())
        .limit(1)
    )
    return _facts(found) if found else None


def _against_before(
    session: Session, room: PhotoRoom, photo: Photo, picture: Image.Image
) -> Iterator[Finding]:
    """An after laid over every before of its problem."""
    if photo.phase != Phase.AFTER.value:
        return
    rows = session.scalars(
        select(Photo)
        .where(Photo.problem_id == photo.problem_id, Photo.phase == Phase.BEFORE.value)
        .order_by(Photo.position)
    )
    for before in rows:
        found = compare(picture, _thumb(room, before))
        which = f"与整改前第 {before.position + 1} 张"
        if found.is_edited:
            yield Finding(
                SignalKind.EDITED,
                f"{which}有 {found.equal:.0%} 的画面逐块一致，另有一处完全不同"
                f"（约占画面的 {found.patch:.0%}），像是在原照片上涂改的。",
                before.id,
                {"equal": found.equal, "patch": found.patch},
            )
        # Of a small piece painted over both are told: a city may forbid either.
        if found.is_same:
            yield Finding(
                SignalKind.AFTER_LIKE_BEFORE,
                f"{which}几乎相同（{found.equal:.0%} 的画面一致）。",
                before.id,
                {"equal": found.equal},
            )


def _copies(
    session: Session,
    room: PhotoRoom,
    photo: Photo,
    picture: Image.Image,
    proposals: Sequence[Proposal],
    rules: Rules,
    now: datetime,
) -> Iterator[Finding]:
    """The nearest photo examined before of which this one is a copy, or which is one of it.

    Shots of one moment of one problem are alike honestly; its before is looked at elsewhere.
    """
    since = now - timedelta(days=rules.signal_copy_days)
    for proposal in proposals:
        other = session.get(Photo, proposal.photo_id)
        if other is None or other.problem_id is None:
            continue
        if other.id == photo.id or other.received_at < since:
            continue
        if other.problem_id == photo.problem_id and not _afters_of_two_rounds(photo, other):
            continue
        found = compare(picture, _thumb(room, other), proposal.guesses)
        if found.is_copy:
            yield Finding(
                SignalKind.NEAR_COPY,
                f"与另一张照片有 {found.equal:.0%} 的画面一致{_how(found.guess.mirrored)}。",
                other.id,
                {"equal": found.equal},
            )
            return


def _afters_of_two_rounds(one: Photo, other: Photo) -> bool:
    return one.phase == other.phase == Phase.AFTER.value and one.round != other.round


def _how(mirrored: bool) -> str:
    return "（左右翻转后）" if mirrored else ""
