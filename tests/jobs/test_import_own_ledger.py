"""Our own ledger with its small pictures comes back as an import."""

from __future__ import annotations

from app.domain.states import State
from app.jobs.worker import work_once
from app.models import Ledger
from app.services.ledgers import asking
from tests.builders import MONDAY, make_problem
from tests.services.imports_read import read_back


def test_a_ledger_handed_in_again_brings_neither_words_nor_pictures(database, city, shop, write):
    for _ in range(2):
        write(make_problem, city, State.SIGNED_OFF)
    day, actor = MONDAY.date(), city.actors["hw_admin"]
    ledger_id = write(
        lambda session, _: asking.request_ledger(session, actor, MONDAY, day, day, None).id, city
    )
    while work_once(shop):
        pass
    with database.reading() as session:
        path = shop.exports / (session.get_one(Ledger, ledger_id).file_path or "")

    with database.writing() as session:
        rows = read_back(session, city, path.read_bytes())

        assert [row.status for row in rows] == ["unchanged"] * 2
        assert all(row.problem_id for row in rows)
        notes = [note for row in rows for note in row.outcome["notes"]]
        assert notes == ["表里的 2 张小图是导出时的缩略图，没有当作新照片。"] * 2
        assert all(set(row.outcome) == {"notes"} for row in rows)
        session.rollback()
