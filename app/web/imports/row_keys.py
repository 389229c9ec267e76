"""By what rows are known again: the fields in use, why, and the choice of others."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from app.models import ImportRun
from app.services.imports.comparing import identity as import_identity
from app.services.imports.work.runs import READY
from app.services.problems import shown

KEYS = "keys"


def chooser(session: Session, run: ImportRun) -> dict[str, Any]:
    """What imports/_keys.html draws: each section whose ledgers are in the run."""
    used: Mapping[str, Any] = run.counts.get(KEYS, {})
    names = shown.org_names(session)
    sections = [
        {
            "section_id": section_id,
            "section": names.get(int(section_id), "") if len(used) > 1 else "",
            "why": chosen["why"],
            "is_chosen": chosen["chosen"],
            "options": [
                {"value": value, "label": label, "chosen": value in chosen["fields"]}
                for value, label in import_identity.captions().items()
            ],
        }
        for section_id, chosen in used.items()
    ]
    unsure = [each for each in used.values() if _is_unsure(each)]
    alone = sections[0]["why"] if len(sections) == 1 else ""
    return {
        "sections": sections,
        "note": alone or (unsure[0]["why"] if unsure else f"{len(sections)} 个科室各按自己的字段"),
        "is_unsure": bool(unsure),
        "may_choose": run.status == READY,
    }


def _is_unsure(chosen: Mapping[str, Any]) -> bool:
    return bool(chosen["repeated"] or chosen["keyless"] or not chosen["fields"])
