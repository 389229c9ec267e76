"""Saved views: personal until shared, changed by whom they may be, never lost in silence."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.domain.refusals import Conflict, Invalid, NotAllowed, NotFound
from app.models import ColumnWidths, SectionSheet
from app.services import admin_history
from app.services.super_table.section_sheets import ensure_sheets, open_sheet
from app.services.tables import view_sharing, view_state
from app.services.tables import views as table_views
from sheets.query import parse_query
from tests.builders import MONDAY, make_city

URGENT = [("f.priority.is", "urgent"), ("sort", "-due_at"), ("after", "x"), ("edit", "filter")]


@pytest.fixture
def city(session):
    city = make_city(session)
    ensure_sheets(session, MONDAY)
    return city


def sheet_of(session, city, code=None):
    section = city.orgs[code] if code else None
    return next(row.id for row in session.query(SectionSheet).all() if row.section_id == section)


def saved(session, city, by="hw_admin", name="临期", pairs=URGENT, code="HW"):
    sheet_id = sheet_of(session, city, code)
    return table_views.save_view(session, city.actors[by], MONDAY, sheet_id, name, pairs)


def names(session, city, who, code="HW"):
    views = table_views.list_views(session, city.actors[who], sheet_of(session, city, code))
    return [view.name for view in views]


def share(session, city, view, by="hw_admin"):
    view_sharing.share_view(session, city.actors[by], MONDAY, view.id, view.version)
    return table_views.find_view(session, city.actors[by], view.id)


def test_a_view_keeps_the_state_of_an_address_and_nothing_of_the_page(session, city):
    view = saved(session, city)

    assert view.pairs == [("f.priority.is", "urgent"), ("sort", "-due_at")]
    assert (view.mine, view.shared, view.version) == (True, False, 1)


def test_a_view_is_personal_until_it_is_shared(session, city):
    view = saved(session, city)
    assert names(session, city, "sysadmin") == []
    with pytest.raises(NotFound):
        table_views.find_view(session, city.actors["sysadmin"], view.id)

    share(session, city, view)
    assert names(session, city, "sysadmin") == ["临期"]
    with pytest.raises(NotFound):
        table_views.find_view(session, city.actors["sz_admin"], view.id)


def test_the_second_of_two_who_change_a_view_is_told(session, city):
    view = saved(session, city)
    me = city.actors["hw_admin"]
    table_views.update_view(session, me, MONDAY, view.id, 1, [("q", "垃圾")])
    with pytest.raises(Conflict, match="刚被别人改过"):
        table_views.update_view(session, me, MONDAY, view.id, 1, [("q", "井盖")])
    assert table_views.find_view(session, me, view.id).pairs == [("q", "垃圾")]


def test_a_locked_view_is_changed_by_its_owner_and_the_sheets_admin_alone(session, city):
    view = saved(session, city, by="reviewer", code=None)
    share(session, city, view, "reviewer")
    other, admin = city.actors["checker"], city.actors["sysadmin"]
    changed = table_views.update_view(session, other, MONDAY, view.id, 2, [("q", "一")])
    view_sharing.lock_view(session, admin, MONDAY, view.id, changed.version)

    with pytest.raises(NotAllowed, match="另存为"):
        table_views.update_view(session, other, MONDAY, view.id, 4, [("q", "二")])
    assert table_views.update_view(session, admin, MONDAY, view.id, 4, [("q", "三")]).version == 5
    with pytest.raises(NotAllowed):
        view_sharing.delete_view(session, other, MONDAY, view.id, 5)


def test_what_happens_to_shared_views_is_recorded_and_personal_ones_are_nobodys(session, city):
    view = saved(session, city)
    me = city.actors["hw_admin"]
    view_sharing.rename_view(session, me, MONDAY, view.id, 1, "本周")
    assert admin_history.events(session, admin_history.VIEWS) == []

    view_sharing.share_view(session, me, MONDAY, view.id, 2)
    table_views.update_view(session, me, MONDAY, view.id, 3, [])
    view_sharing.unshare_view(session, me, MONDAY, view.id, 4)
    told = admin_history.events(session, admin_history.VIEWS, f"view:{view.id}")
    assert [event.kind for event in told] == ["view_unshared", "view_changed", "view_shared"]
    assert admin_history.first_break(session, admin_history.VIEWS) is None


def test_a_deleted_view_comes_back_as_it_was(session, city):
    view = saved(session, city)
    me = city.actors["hw_admin"]
    view_sharing.delete_view(session, me, MONDAY, view.id, 1)
    assert names(session, city, "hw_admin") == []
    gone = table_views.deleted_views(session, me, view.sheet_id)
    assert [each.name for each in gone] == ["临期"]

    saved(session, city)
    with pytest.raises(Invalid, match="换个名字"):
        view_sharing.restore_view(session, me, MONDAY, view.id, 2)
    second = table_views.list_views(session, me, view.sheet_id)[0]
    view_sharing.rename_view(session, me, MONDAY, second.id, 1, "另一个")
    view_sharing.restore_view(session, me, MONDAY, view.id, 2)
    assert table_views.find_view(session, me, view.id).pairs == view.pairs


def test_views_are_put_in_order(session, city):
    one, two, three = (saved(session, city, name=name) for name in "一二三")
    me = city.actors["hw_admin"]
    view_sharing.move_view(session, me, three.id, up=True)
    view_sharing.move_view(session, me, one.id, up=True)
    assert names(session, city, "hw_admin") == ["一", "三", "二"]
    view_sharing.move_view(session, me, two.id, up=False)
    view_sharing.move_view(session, me, one.id, up=False)
    assert names(session, city, "hw_admin") == ["三", "一", "二"]


@pytest.mark.parametrize("name", ["", "  ", "长" * 31, "临期"])
def test_a_name_that_cannot_be_is_refused_with_what_to_do(session, city, name):
    saved(session, city)
    with pytest.raises(Invalid) as refused:
        saved(session, city, name=name)
    assert "name" in refused.value.fields


def test_widths_are_personal_until_the_view_is_saved(session, city):
    me, sheet_id = city.actors["hw_admin"], sheet_of(session, city, "HW")
    widen(session, me, f"sheet:{sheet_id}", 90)
    view = saved(session, city)
    assert view.widths == {"number": 90}

    widen(session, me, f"view:{view.id}", 70)
    assert table_views.find_view(session, me, view.id).widths == {"number": 90}
    later = MONDAY + timedelta(hours=1)
    changed = table_views.update_view(session, me, later, view.id, 1, URGENT)
    assert changed.widths == {"number": 70}
    assert session.query(ColumnWidths.place).all() == [(f"sheet:{sheet_id}",)]


def test_a_view_made_from_another_takes_its_widths_along(session, city):
    me, view = city.actors["hw_admin"], saved(session, city)
    widen(session, me, f"view:{view.id}", 77)
    copy = table_views.save_view(session, me, MONDAY, view.sheet_id, "另", URGENT, like=view.id)
    assert copy.widths == {"number": 77}


def widen(session, me, place, width):
    session.add(
        ColumnWidths(user_id=me.user_id, place=place, widths={"number": width}, updated_at=MONDAY)
    )
    session.flush()


def test_a_shared_view_leaves_out_what_one_may_not_see_and_says_so(session, city):
    sheet_id = sheet_of(session, city)
    pairs = [("f.f_99.is", "1"), ("f.state.is", "listed")]
    view = table_views.save_view(session, city.actors["sysadmin"], MONDAY, sheet_id, "旧", pairs)
    query = parse_query(open_sheet(session, city.actors["fumin"], sheet_id).sheet, view.pairs)

    assert [condition.field_id for condition in query.conditions] == ["state"]
    assert "没有“f_99”这一列" in query.errors[0].sentence


@pytest.mark.parametrize(
    ("own", "wanted"),
    [
        ([], {"f.a.is": "1", "sort": "b", "as": "board"}),
        ([("sort", "c")], {"f.a.is": "1", "sort": "c", "as": "board"}),
        ([("f.x.is", "2")], {"f.x.is": "2", "sort": "b", "as": "board"}),
        ([("g1.f.x.is", "2")], {"g1.f.x.is": "2", "sort": "b", "as": "board"}),
        ([("any", ""), ("sort", "")], {"as": "board"}),
        ([("after", "z")], {"f.a.is": "1", "sort": "b", "as": "board", "after": "z"}),
    ],
)
def test_an_address_replaces_the_parts_of_a_view_that_it_names(own, wanted):
    base = [("f.a.is", "1"), ("sort", "b"), ("as", "board")]
    found = {name: raw for name, raw in view_state.merged(base, own) if raw}

    assert found == wanted


def test_the_difference_from_a_view_leads_back_to_the_wanted_state():
    base = [("f.a.is", "1"), ("sort", "b"), ("q", "水")]
    for wanted in ([], base, [("sort", "c")], [("f.a.is", "1"), ("hue.red.f.b.is", "2")]):
        own = view_state.difference(base, wanted)
        assert sorted(view_state.state_of(view_state.merged(base, own))) == sorted(wanted)
    assert view_state.difference(base, base) == []
