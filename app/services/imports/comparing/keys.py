"""A person's choice of the fields by which rows are known again."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from app.domain.refusals import Invalid
from app.models.imports import ImportRun
from app.services.imports.comparing.against_pool import KEYS, compare_run
from app.services.imports.comparing.identity import OFFERED
from app.services.imports.reading.vocabulary import load_knowledge
from app.services.imports.work.runs import READY, require

MOST_KEYS = 6


def choose_keys(
    session: Session, now: datetime, run: ImportRun, section_id: int, fields: Collection[str]
) -> None:
    """Choose by which fields a section's rows are known again, and compare all of them anew.

    Without fields the proposed ones stand. Raises Invalid for what is no key, or too many.
    """
    require(run, {READY})
    wanted = [each for each in OFFERED if each in fields]
    if len(wanted) > MOST_KEYS:
        raise Invalid("import.keys", f"最多选 {MOST_KEYS} 个字段，请去掉几个。")
    others = {key: value for key, value in run.settings.get(KEYS, {}).items()}
    others.pop(str(section_id), None)
    run.settings = run.settings | {KEYS: others | ({str(section_id): wanted} if wanted else {})}
    run.updated_at = now
    compare_run(session, run, load_knowledge(session, now))
