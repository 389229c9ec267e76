"""Doubtful cells of an import on their page: shown beside the original, put right, left empty."""

from __future__ import annotations

import pytest
import time_machine

from app.models import ImportRow
from tests.builders import MONDAY
from tests.web.html import text_of
from tests.web.importing import add_row, add_sheet, make_run

WHY = "“不明街道”不在街道名单里，请选择。"
GUESS = "按“站前街道”理解，请核对。"


@pytest.fixture(autouse=True)
def on_monday():
    with time_machine.travel(MONDAY, tick=True):
        yield


@pytest.fixture
def run(city_database, city):
    """Two rows with the same strange street, one with a guess, one of another file with a date."""
    strange = {"flags": [["street", "不明街道", WHY, False]], "fields": {"street": None}}
    with city_database.writing() as session:
        run = make_run(session, city)
        other = add_sheet(session, run, "市政台账.xlsx")
        rows = [
            add_row(session, run, 3, **strange),
            add_row(session, run, 4, **strange),
            add_row(session, run, 5, flags=[["street", "站前", GUESS, True]]),
            add_row(
                session, run, 6, sheet_id=other.id, fields={"due": None},
                flags=[["due", "月底前", "看不出是哪一天。", False]],
            ),
        ]  # fmt: skip
        return run.id, [row.id for row in rows], other.file_id


def record_of(city_database, row_id):
    with city_database.reading() as session:
        return session.get_one(ImportRow, row_id).record


def cell_form(page, row_id, field):
    """The form that puts a cell right."""
    control = page.one(f"#cell-{row_id}-{field}")
    return next(each for each in page.ancestors(control) if each.tag == "form")


def test_each_doubt_shows_the_original_what_was_made_of_it_and_why(city_client, run):
    run_id, rows, _ = run
    city_client.login("hw_admin")
    page = city_client.get(f"/imports/{run_id}/values")

    assert page.texts(".doubt h3") == ["街道 没看懂 2 格", "整改时限 没看懂", "街道 猜测"]
    assert "环卫台账.xlsx · 整改台账 · 第 3、4 行" in page.text
    assert WHY in page.text
    assert "同样的 2 格一起改" in page.buttons
    assert page.one(f"#cell-{rows[2]}-street").get("value") == "站前街道"


def test_alike_cells_are_put_right_at_once(city_client, city_database, run):
    run_id, rows, _ = run
    city_client.login("hw_admin")
    page = city_client.get(f"/imports/{run_id}/values")
    form = cell_form(page, rows[0], "street")

    page = city_client.post_form(form, {"text": "福民街道"}, button="do=alike")

    assert "同样的 2 格都已改好。" in page.text
    assert "2 格" not in page.texts(".doubt .count")
    for row_id in rows[:2]:
        record = record_of(city_database, row_id)
        assert record["f"]["street"] == "福民街道"
        assert not record.get("g")


def test_a_guess_is_agreed_to_and_a_cell_is_left_empty(city_client, city_database, run):
    run_id, rows, _ = run
    city_client.login("hw_admin")
    page = city_client.get(f"/imports/{run_id}/values")
    page = city_client.post_form(cell_form(page, rows[2], "street"), button="就是这样")
    assert record_of(city_database, rows[2])["f"]["street"] == "站前街道"

    city_client.post_form(cell_form(page, rows[3], "due"), button="do=empty")
    assert "due" not in record_of(city_database, rows[3])["f"]


def test_one_of_alike_cells_is_put_right_alone(city_client, city_database, run):
    run_id, rows, _ = run
    city_client.login("hw_admin")
    city_client.get(f"/imports/{run_id}/values")
    page = city_client.follow("逐格改")
    assert page.texts(".doubt h3") == ["街道 没看懂", "街道 没看懂"]

    city_client.post_form(cell_form(page, rows[1], "street"), {"text": "福民街道"}, button="do=one")
    assert record_of(city_database, rows[0])["f"].get("street", "") == ""
    assert record_of(city_database, rows[1])["f"]["street"] == "福民街道"


def test_what_cannot_be_read_comes_back_as_typed_with_a_sentence(city_client, run):
    run_id, rows, _ = run
    city_client.login("hw_admin")
    page = city_client.get(f"/imports/{run_id}/values")
    page = city_client.post_form(
        cell_form(page, rows[3], "due"), {"text": "下下个月"}, button="do=one", status=422
    )
    control = page.one(f"#cell-{rows[3]}-due")
    assert control.get("value") == "下下个月"
    assert page.one(f"#{control.get('aria-describedby')}") is not None


def test_doubts_are_narrowed_by_column_and_file(city_client, run):
    run_id, _, file_id = run
    city_client.login("hw_admin")
    page = city_client.get(f"/imports/{run_id}/values?field=due")
    assert page.texts(".doubt h3") == ["整改时限 没看懂"]
    page = city_client.get(f"/imports/{run_id}/values?file={file_id}")
    assert page.texts(".doubt h3") == ["整改时限 没看懂"]
    page = city_client.get(f"/imports/{run_id}/values?field=due&file=999999")
    assert "这里没有存疑的格" in page.text


MARCH = "“{raw}”只有日，按 2026 年 3 月理解，请核对。"
APRIL = "“{raw}”只有日，按 2026 年 4 月理解，请核对。"


def day_alone(session, run, row, day, why=MARCH, **more):
    """A row found on a day that says no month."""
    raw = f"{day}日"
    return add_row(
        session, run, row, fields={"reported_at": f"2026-03-{day:02}"},
        flags=[["reported_at", raw, why.format(raw=raw), True]], **more,
    )  # fmt: skip


@pytest.fixture
def dated(city_database, city):
    """Twelve days alone in March, one in April, and two of March in another file."""
    with city_database.writing() as session:
        run = make_run(session, city)
        other = add_sheet(session, run, "市政台账.xlsx")
        rows = [day_alone(session, run, 3 + day, day) for day in range(1, 13)]
        rows.append(day_alone(session, run, 40, 13, APRIL))
        rows += [day_alone(session, run, 3 + day, day, sheet_id=other.id) for day in (1, 2)]
        return run.id, [row.id for row in rows]


def column_form(page, words):
    """The form whose button says these words of what it agrees to."""
    return next(each for each in page.select(".doubt form") if words in text_of(each))


def test_a_column_of_guesses_is_agreed_to_with_its_sample_and_count_shown(
    city_client, city_database, dated
):
    run_id, rows = dated
    city_client.login("hw_admin")
    page = city_client.get(f"/imports/{run_id}/values")

    assert page.texts(".doubt h3") == [
        "上报时间 猜测 12 格", "上报时间 猜测 2 格", "上报时间 猜测",
    ]  # fmt: skip
    assert "这一列 12 个日期都按 2026 年 3 月理解" in page.buttons
    assert page.texts(".doubt-sample td")[:4] == ["1日", "2026-03-01", "2日", "2026-03-02"]
    assert "共 12 种写法" in page.text
    form = column_form(page, "12 个日期")

    page = city_client.post_form(form, button="do=column")

    assert "这一列 12 格都已确认。" in page.text
    assert page.texts(".doubt h3") == ["上报时间 猜测 2 格", "上报时间 猜测"]
    for day, row_id in enumerate(rows[:12], start=1):
        record = record_of(city_database, row_id)
        assert (record["f"]["reported_at"], record["g"]) == (f"2026-03-{day:02}", [])
    assert record_of(city_database, rows[12])["g"]

    page = city_client.post_form(page.one("form[action$=back]"), button="撤回，12 格重新存疑")
    assert "已撤回，12 格重新列为存疑。" in page.text
    assert page.texts(".doubt h3")[0] == "上报时间 猜测 12 格"


def test_a_column_is_looked_at_text_by_text_and_one_of_it_put_right(
    city_client, city_database, dated
):
    run_id, rows = dated
    city_client.login("hw_admin")
    city_client.get(f"/imports/{run_id}/values")
    page = city_client.follow("逐个看")
    assert len(page.select(".doubt")) == 12
    form = cell_form(page, rows[4], "reported_at")
    page = city_client.post_form(form, {"text": "2026-04-05"}, button="do=one")

    assert len(page.select(".doubt")) == 11
    page = city_client.get(f"/imports/{run_id}/values")
    assert "这一列 11 个日期都按 2026 年 3 月理解" in page.buttons
    assert record_of(city_database, rows[4])["f"]["reported_at"] == "2026-04-05"


def test_another_kind_than_was_shown_is_not_agreed_to(city_client, city_database, dated):
    run_id, rows = dated
    city_client.login("hw_admin")
    page = city_client.get(f"/imports/{run_id}/values")
    form = column_form(page, "12 个日期")

    page = city_client.post_form(form, {"row": str(rows[12])}, button="do=column", status=422)

    assert "请刷新页面" in page.text
    assert all(record_of(city_database, row_id)["g"] for row_id in rows)


def test_blank_cells_that_were_filled_in_keep_each_its_own_value(city_client, city_database, city):
    why = "本格空白，按上面各行的内容补上，请核对。"
    with city_database.writing() as session:
        run = make_run(session, city)
        streets = ("站前街道", "站前街道", "福民街道")
        rows = [
            add_row(session, run, at, fields={"street": each}, flags=[["street", "", why, True]]).id
            for at, each in enumerate(streets, start=3)
        ]
        run_id = run.id
    city_client.login("hw_admin")
    page = city_client.get(f"/imports/{run_id}/values")
    assert page.texts(".doubt-sample td") == ["（空白）", "站前街道", "（空白）", "福民街道"]

    city_client.post_form(column_form(page, "3 格"), button="do=column")

    assert [record_of(city_database, row)["f"]["street"] for row in rows] == list(streets)


def test_any_doubt_is_found_by_what_stands_in_the_file(city_client, run):
    run_id, _, _ = run
    city_client.login("hw_admin")
    page = city_client.get(f"/imports/{run_id}/values?q=月底")
    assert page.texts(".doubt h3") == ["整改时限 没看懂"]
    page = city_client.get(f"/imports/{run_id}/values?q=没有这个")
    assert "这里没有存疑的格" in page.text
