"""Ledgers as their page shows them."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import url_for

from app.services import dates
from app.services.ledgers import asking
from app.services.ledgers.asking import Listed
from app.web import presenting

ORIGINS = {asking.MANUAL: "本人申请", asking.DAILY: "每日自动", asking.MONTHLY: "每月自动"}
AT_WORK = frozenset({asking.WAITING, asking.RUNNING})
KILOBYTE = 1024


def page(form: Any, found: Sequence[Listed], today: date, *, before: int | None) -> dict[str, Any]:
    """What ledger/index.html draws."""
    last = found[-1].ledger.id if len(found) == asking.LISTED else None
    return {
        "form": form,
        "presets": presets(form, today),
        "items": [item(each) for each in found],
        "today": today.isoformat(),
        "first": url_for("ledger.index") if before else None,
        "next": url_for("ledger.index", before=last) if last else None,
    }


def presets(form: Any, today: date) -> list[dict[str, Any]]:
    """Periods by name, as addresses that fill in the two dates."""
    shown = (form.period_from.data, form.period_to.data)
    offered = []
    for name, (label, period_of) in dates.PRESETS.items():
        period = period_of(today)
        current = shown == (period.first.isoformat(), period.last.isoformat())
        href = url_for("ledger.index", period=name)
        offered.append({"label": label, "href": href, "current": current})
    return offered


def item(listed: Listed) -> dict[str, Any]:
    """One ledger in the table."""
    ledger = listed.ledger
    return {
        "id": ledger.id,
        "period": str(dates.Period(ledger.period_from, ledger.period_to)),
        "org": listed.org_name,
        "origin": ORIGINS[ledger.origin],
        "made": presenting.moment(ledger.finished_at or ledger.created_at),
        "status": status(listed),
        "downloads": listed.downloads,
    }


def status(listed: Listed) -> dict[str, Any]:
    """How far it is, and what can be done now."""
    ledger = listed.ledger
    done = ledger.status == asking.DONE
    return {
        "kind": ledger.status,
        "label": asking.LABELS[ledger.status],
        "done": ledger.rows_done,
        "total": ledger.rows_total,
        "note": ledger.error,
        "name": f"{listed.org_name} {dates.Period(ledger.period_from, ledger.period_to)}",
        "poll_href": url_for("ledger.status", ledger_id=ledger.id)
        if ledger.status in AT_WORK
        else "",
        "file_href": url_for("ledger.download", ledger_id=ledger.id) if done else "",
        "about_file": _about_file(ledger.file_name, ledger.file_size) if done else "",
        "retry_href": url_for("ledger.retry", ledger_id=ledger.id) if listed.may_retry else "",
    }


def _about_file(name: str, size: int | None) -> str:
    kind = "压缩包" if name.endswith(".zip") else "Excel"
    kilobytes = (size or 0) / KILOBYTE
    if kilobytes < KILOBYTE:
        return f"{kind}，{max(round(kilobytes), 1)} KB"
    return f"{kind}，{kilobytes / KILOBYTE:.1f} MB"
