"""The way of a photo through the house: bytes to store, row, stamped copy and thumbnail."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.domain.refusals import Invalid
from app.domain.states import Phase
from app.models import Organisation, Photo, Problem, User
from app.photos import stamp
from app.photos.card import card_picture
from app.photos.formats import Limits, judge
from app.photos.ledger import ledger_thumb
from app.photos.masking import Rectangle
from app.photos.pipeline import Inspected
from app.photos.refusal import PhotoRefused
from app.photos.sandbox import Sandbox
from app.photos.stamp import Stamp, StampFacts
from app.photos.store import PhotoStore
from app.services.evidence.photos import CodeKey, Received

THUMB = "thumb.jpg"
LEDGER_THUMB = "ledger.jpg"
CARD = "card.jpg"
Mask = tuple[Rectangle, ...]


def digest(mask: Mask) -> str:
    """A short name for one set of rectangles."""
    return hashlib.sha256(repr(mask).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class PhotoRoom:
    """The store, the limited processes and the key of the 防伪码, as one helper.

    `address` is where this site is found from outside, for the QR code of a stamp; `most_bytes`
    is how large a new photo may be.
    """

    store: PhotoStore
    sandbox: Sandbox
    code_key: CodeKey
    address: str = ""
    most_bytes: int = Limits().max_bytes

    def take_in(self, data: bytes) -> Received:
        """Judge an upload by decoding it and put the original into the store.

        Touches no database: photo first, then row. Raises Invalid with the photo room's
        sentence; nothing is kept then.
        """
        try:
            judge(data, Limits(self.most_bytes))
            inspected = self.sandbox.inspect_and_thumb(data)
        except PhotoRefused as refused:
            raise Invalid(
                refused.code, refused.sentence, fields={"photos": refused.sentence}
            ) from refused
        sha256 = self.store.put_original(data)
        self.store.put_derived(sha256, THUMB, inspected.thumb)
        return _received(inspected)

    def thumb(self, sha256: str) -> bytes:
        """The thumbnail (JPEG, longest side 480), made again if it is gone."""
        kept = self.store.derived(sha256, THUMB)
        if kept is not None:
            return kept
        thumb = self.sandbox.inspect_and_thumb(self.store.original(sha256)).thumb
        self.store.put_derived(sha256, THUMB, thumb)
        return thumb

    def card(self, sha256: str) -> bytes:
        """The square for the cards of a list (JPEG)."""
        return self._derived(sha256, CARD, lambda: card_picture(self.thumb(sha256)))

    def for_ledger(self, sha256: str, mask: Mask = ()) -> bytes:
        """The small JPEG for a cell of a workbook; what is masked is unrecognisable."""
        name = f"ledger-{digest(mask)}.jpg" if mask else LEDGER_THUMB
        return self._derived(
            sha256,
            name,
            lambda: ledger_thumb(self.masked_thumb(sha256, mask) if mask else self.thumb(sha256)),
        )

    def stamped(self, sha256: str, words: Stamp, mask: Mask = ()) -> bytes:
        """The copy with this stamp on it, masked first; each wording is kept as its own file."""
        name = f"stamp-{words.digest}{f'-{digest(mask)}' if mask else ''}.jpg"

        def make() -> bytes:
            picture = self.masked(sha256, mask) if mask else self.store.original(sha256)
            return self.sandbox.stamp_copy(picture, words.lines, words.link)

        return self._derived(sha256, name, make)

    def masked(self, sha256: str, mask: Mask) -> bytes:
        """The whole picture without a stamp (JPEG, no metadata), these parts unrecognisable."""
        return self._derived(
            sha256,
            f"mask-{digest(mask)}.jpg",
            lambda: self.sandbox.masked(self.store.original(sha256), mask),
        )

    def masked_thumb(self, sha256: str, mask: Mask) -> bytes:
        """The thumbnail of the masked picture."""
        return self._derived(
            sha256,
            f"thumb-{digest(mask)}.jpg",
            lambda: self.sandbox.inspect_and_thumb(self.masked(sha256, mask)).thumb,
        )

    def _derived(self, sha256: str, name: str, make: Callable[[], bytes]) -> bytes:
        """What is kept under this name, made now if it is not there."""
        kept = self.store.derived(sha256, name)
        if kept is not None:
            return kept
        made = make()
        self.store.put_derived(sha256, name, made)
        return made


def _received(inspected: Inspected) -> Received:
    hints = inspected.hints
    exif = {
        "taken_at": hints.taken_at.isoformat() if hints.taken_at else None,
        "make": hints.make,
        "model": hints.model,
        "software": hints.software,
        "lat": hints.lat,
        "lng": hints.lng,
    }
    return Received(
        sha256=inspected.sha256,
        format=inspected.format.value,
        width=inspected.width,
        height=inspected.height,
        size=inspected.byte_size,
        exif={key: value for key, value in exif.items() if value is not None},
    )


def stamp_of(session: Session, room: PhotoRoom, photo: Photo, *, nameless: bool = False) -> Stamp:
    """A photo's stamp as things stand: the number appears once it is given.

    `nameless` for those who may not know who took it.
    """
    problem = session.get(Problem, photo.problem_id) if photo.problem_id is not None else None
    owner = session.get_one(User, photo.owner_id)
    org = session.get_one(Organisation, owner.org_id)
    words = stamp.lines(
        StampFacts(
            phase_label=Phase(photo.phase).label,
            number=problem.number if problem else None,
            received_at=photo.received_at,
            device_at=photo.device_at,
            address=photo.address or (problem.address if problem else "") or None,
            lat=photo.lat,
            lng=photo.lng,
            accuracy_m=photo.accuracy_m,
            no_position_reason=photo.no_position_reason or None,
            org_name=org.name,
            person_name="" if nameless else owner.name,
            code=photo.code,
            album=photo.album,
            imported=photo.imported,
            captured_at=photo.captured_at,
            late=photo.late,
        )
    )
    return Stamp(words, stamp.link(room.address, photo.code))
