"""What a phone is told when it reaches the server: who it works for, its nonce, the rules."""

from typing import Any

from flask import url_for
from flask_wtf.csrf import generate_csrf

from app import clock, extensions
from app.domain.refusals import NotAllowed
from app.door.access import current_person
from app.models import PhoneContact
from app.services.problems import phone_contacts
from app.services.world import load_rules


def tell(device: str) -> dict[str, Any]:
    """The answer to a phone; its nonce is written in a short transaction of its own."""
    person, now, database = current_person(), clock.now(), extensions.database()
    if person is None or person.viewer is not None:
        raise NotAllowed("phone.viewer", "查看他人页面时，手机不保存照片和记录。")
    phone_contacts.check_device(device)
    with database.reading() as session:
        rules = load_rules(session)
        contact = phone_contacts.current(session, person.actor, device, now)
    if contact is None:
        with database.writing() as session:
            contact = phone_contacts.issue(session, person.actor, device, now)
    actor = person.actor
    return {
        "user": {"id": actor.user_id, "name": actor.name, "org": actor.org_name},
        "csrf": generate_csrf(),
        "now": now.isoformat(),
        "nonce": _nonce(contact),
        "rules": {
            "photos_per_phase": rules.photos_per_phase,
            "album_allowed": rules.album_allowed,
            "photo_mb": extensions.settings().photo_limit_mb,
            "nearby_metres": rules.nearby_metres,
        },
        "uploads": url_for("uploads.create_upload"),
        "reports": url_for("phone.send_report"),
    }


def _nonce(contact: PhoneContact) -> dict[str, str]:
    return {"id": contact.id, "key": contact.key, "issued_at": contact.issued_at.isoformat()}
