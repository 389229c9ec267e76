"""Ledgers handed in, watched, looked at column by column, as a person without JavaScript does."""

from __future__ import annotations

import io

import pytest
import time_machine

from app.jobs.worker import work_once, workshop
from app.models import ImportFile, ImportRun
from app.web.imports import run_pages
from tests.builders import MONDAY
from tests.web.client import CheckingClient

LEDGER = """环境卫生科 2026年问题台账,,,,,
序号,街道,点位,存在问题,发现日期,现场情况说明
1,站前街道,中央大街1号,垃圾散落,2026-11-02,已派车
2,站前,中央大街3号楼前,积存渣土,2026-11-03,待协调
3,福民街道,南阳路口,果皮箱破损,2026-11-04,缺配件
合计,3,,,,
"""
AGAIN = "改好了，重新读取"


@pytest.fixture(autouse=True)
def on_monday():
    with time_machine.travel(MONDAY, tick=True):
        yield


def other(city_app, login):
    """Somebody else at a browser of his own."""
    client = CheckingClient(city_app)
    client.login(login)
    return client


def work(city_app):
    while work_once(workshop(city_app)):
        pass


def sent(text=LEDGER, name="环境卫生科台账.csv"):
    data = text if isinstance(text, bytes) else text.encode()
    return (io.BytesIO(data), name)


def hand_in(client, *files, status=200, **values):
    """As the form on the list's page sends files."""
    client.get("/imports")
    return client.post_form("form.import-form", {"files": list(files), **values}, status=status)


def read(city_app, client, *files):
    """A run that is read; gives its id, and the client looks at its columns."""
    page = hand_in(client, *(files or [sent()]))
    run_id = int(page.path.rpartition("/")[2])
    work(city_app)
    client.get(f"/imports/{run_id}/columns")
    return run_id


def column(page, caption):
    """The line of a column: field, how sure, reason."""
    rows = page.select("table.import-columns tbody tr")
    return next(row for row in rows if caption in "".join(row[1].itertext()))


def chosen(page, caption):
    row = column(page, caption)
    option = next(each for each in row.iter("option") if "selected" in each.attrib)
    return "".join(option.itertext())


# --- who may ---


def test_whoever_administers_no_ledger_finds_no_import(city_app):
    for login in ("zhanqian", "xinfu", "checker", "leader", "brigade", "reader"):
        client = CheckingClient(city_app)
        assert "导入" not in client.sign_in(login).links
        for path in ("/imports", "/imports/1/columns", "/imports/template?section=1"):
            client.get(path, status=403)


def test_a_run_is_its_owners_its_sections_and_the_system_administrators(city_app, city_client):
    city_client.login("hw_admin")
    run_id = read(city_app, city_client)
    for login, status in (("sz_admin", 404), ("reviewer", 404), ("sysadmin", 200)):
        client = other(city_app, login)
        for place in ("", "/columns", "/status"):
            client.get(f"/imports/{run_id}{place}", status=status, check=place != "/status")
        listed = client.get("/imports").text
        assert ("环境卫生科台账.csv" in listed) == (status == 200)


def test_a_section_hands_in_for_itself_and_gets_its_own_template(city_client, city):
    city_client.login("hw_admin")
    page = city_client.get("/imports")
    assert page.texts("#section_id option") == ["环境卫生科"]
    answer = city_client.get(f"/imports/template?section={city.orgs['HW']}")
    assert answer.response.data[:2] == b"PK"
    assert "attachment" in answer.response.headers["Content-Disposition"]
    city_client.get(f"/imports/template?section={city.orgs['SZ']}", status=404)
    city_client.get("/imports/template?section=none", status=404)


# --- from the file to its columns ---


def test_a_ledger_is_handed_in_watched_and_seen_as_it_stands(city_app, city_client):
    city_client.login("hw_admin")
    page = hand_in(city_client, sent())
    assert page.heading == "环境卫生科台账.csv"
    assert "请刷新页面查看进度" in page.text
    assert page.select("noscript")
    (poll,) = page.select("[data-behaviour='poll']")
    assert "停止读取" in page.buttons
    assert city_client.get("/imports").links["导入1 件"]

    work(city_app)
    fragment = city_client.get(poll.get("data-href"), check=False)
    (lead,) = fragment.select("[data-behaviour='go-on']")
    page = city_client.get(lead.get("data-href"))

    assert page.path.endswith("/columns")
    assert chosen(page, "点位") == "具体点位"
    assert chosen(page, "存在问题") == "问题描述"
    assert "确定" in "".join(column(page, "街道").itertext())
    assert page.texts(".row-kinds li") == ["标题 1 行", "表头 1 行", "数据 3 行", "合计 1 行"]
    drawn = page.texts(".sheet-drawn tbody tr")
    assert drawn[0].startswith("1 标题 环境卫生科 2026年问题台账")
    assert drawn[5].startswith("6 合计")
    assert city_client.get("/imports").links["环境卫生科台账.csv"].endswith("/columns")


def test_a_block_out_of_a_table_is_pasted(city_app, city_client):
    city_client.login("hw_admin")
    block = LEDGER.partition("\n")[2].replace(",", "\t")
    page = hand_in(city_client, pasted=block)
    assert page.heading == "粘贴的表格"
    work(city_app)
    page = city_client.get(f"{page.path}/columns")
    assert chosen(page, "点位") == "具体点位"
    assert page.texts(".row-kinds li") == ["表头 1 行", "数据 3 行", "合计 1 行"]


def test_a_column_is_corrected_read_again_and_remembered(city_app, city_client):
    city_client.login("hw_admin")
    read(city_app, city_client)
    name = column(city_client.page, "现场情况说明").find(".//select").get("name")
    page = city_client.post_form("main form[method=post]", {name: "remark"}, button=AGAIN)
    assert "改了 1 列，已记住" in page.text
    work(city_app)
    (lead,) = city_client.get(page.url).select("a[href*='/columns']")[:1]
    assert chosen(city_client.get(lead.get("href")), "现场情况说明") == "备注"

    read(city_app, city_client, sent(LEDGER.replace("垃圾散落", "垃圾堆放"), "12月.csv"))
    assert chosen(city_client.page, "现场情况说明") == "备注"


def test_a_column_becomes_a_new_field_of_the_section(city_app, city_client, city):
    city_client.login("hw_admin")
    read(city_app, city_client)
    name = column(city_client.page, "现场情况说明").find(".//select").get("name")
    city_client.post_form("main form[method=post]", {name: "new:text"}, button=AGAIN)
    work(city_app)
    page = city_client.get(city_client.page.path + "/columns")
    assert chosen(page, "现场情况说明") == "现场情况说明"
    client = other(city_app, "reviewer")  # who may import for the section, not change its fields
    read(city_app, client)
    assert "新增为本科室的字段" not in client.page.response.text


def test_two_columns_for_one_field_come_back_with_what_was_chosen(city_app, city_client):
    city_client.login("hw_admin")
    read(city_app, city_client)
    page = city_client.page
    names = [
        column(page, each).find(".//select").get("name") for each in ("发现日期", "现场情况说明")
    ]
    wanted = dict.fromkeys(names, "measures")
    page = city_client.post_form("main form[method=post]", wanted, button=AGAIN, status=422)
    assert "不能都是“整改措施”" in page.text
    assert chosen(page, "发现日期") == "整改措施"


SIDE_BY_SIDE = """街道,点位,存在问题,整改期限,巡查补充,,街道,位置,问题描述,巡查补充
站前街道,中央大街9号,垃圾散落,2026-11-20,已拍照,,福民街道,福民街2号,占道经营,已劝导
福民街道,福民街8号,乱贴广告,2026-11-21,已拍照,,福民街道,福民街5号,垃圾满溢,已劝导
"""


def test_columns_of_one_caption_in_tables_side_by_side_are_corrected_apart(city_app, city_client):
    city_client.login("hw_admin")
    read(city_app, city_client, sent(SIDE_BY_SIDE, "两边.csv"))
    fields = city_client.page.select("select[name^=field-]")
    left, right = (f"field-{at}" for at in (4, 9))
    assert {left, right} <= {each.get("name") for each in fields}
    page = city_client.post_form(
        "main form[method=post]", {left: "remark", right: "community"}, button=AGAIN
    )
    assert "改了 2 列，已记住" in page.text
    work(city_app)
    page = city_client.get(city_client.get(page.url).select("a[href*='/columns']")[0].get("href"))
    assert [page.select(f"select[name={name}] option[selected]")[0].get("value")
            for name in (left, right)] == ["remark", "community"]  # fmt: skip


# --- what cannot be taken ---


def test_what_is_no_table_is_named_and_the_rest_need_not_be_chosen_again(
    city_app, city_client, city_database
):
    city_client.login("hw_admin")
    page = hand_in(
        city_client,
        sent(),
        sent(b"\xff\xd8\xff\xe0" + bytes(40), "现场.jpg"),
        sent(b"", "空.xlsx"),
        sent(b"%PDF-1.7 ...", "通知.pdf"),
        pasted="街道\t问题",
        status=422,
    )  # fmt: skip
    for words in ("“现场.jpg”是一张照片", "“空.xlsx”是空的", "“通知.pdf”读不了：这是 PDF"):
        assert words in page.text
    assert "环境卫生科台账.csv" in page.texts(".import-kept li")[0]
    assert page.one("#pasted").text.strip() == "街道\t问题"

    page = city_client.post_form("form.import-form", {"pasted": ""})
    assert page.heading == "环境卫生科台账.csv"
    with city_database.reading() as session:
        (file,) = session.query(ImportFile).all()
    kept = city_app.extensions["photos"].store.original(file.sha256)
    assert kept == LEDGER.encode()


def test_a_kept_file_is_nobody_elses(city_app, city_client):
    city_client.login("hw_admin")
    page = hand_in(city_client, sent(), sent(b"", "空.xlsx"), status=422)
    stolen = page.one("input[name=kept]").get("value")
    client = other(city_app, "sz_admin")
    page = client.get("/imports")
    token = page.select("input[name=csrf_token]")[0].get("value")
    for value in (stolen, "forged", ""):
        answer = client.raw.post("/imports", data={"csrf_token": token, "kept": value})
        assert answer.status_code == 422
        assert "请选择要导入的文件" in answer.text


def test_a_name_with_folders_or_markup_is_only_a_name(city_app, city_client):
    city_client.login("hw_admin")
    page = hand_in(city_client, sent(name="../../etc/<b>台账</b>.csv"))
    assert page.heading == "b>.csv"
    page = hand_in(city_client, sent(name="<img src=x onerror=alert(1)>.csv"))
    assert page.heading == "<img src=x onerror=alert(1)>.csv"


def test_files_that_are_refused_when_they_are_read_say_why(city_app, city_client):
    city_client.login("hw_admin")
    read(city_app, city_client, sent("你好\n再见\n", "便条.csv"))
    assert "没有读到工作表" in city_client.page.text or "没有找到表格" in city_client.page.text
    page = city_client.get(city_client.page.path.removesuffix("/columns"))
    assert "没有找到表格" in page.text


# --- left, stopped, given up, found again ---


def test_an_empty_list_says_what_will_be_there(city_client):
    city_client.login("sysadmin")
    assert "还没有导入" in city_client.get("/imports").text
    city_client.get("/imports/99", status=404)
    city_client.get("/imports/99999999999", status=404)


def test_a_reading_is_stopped_read_again_and_given_up(city_app, city_client, city_database):
    city_client.login("hw_admin")
    hand_in(city_client, sent())
    page = city_client.post_form("form[action$='/stop']")
    assert "已停止读取" in page.text
    assert "还没有读。" in page.text
    page = city_client.post_form("form[action$='/again']")
    work(city_app)
    page = city_client.get(page.path)
    assert "读取完了，还没有写入任何内容" in page.text

    page = city_client.post_form("form[action$='/discard']")
    assert "还没有导入" in page.text
    with city_database.reading() as session:
        assert session.query(ImportRun).count() == 0


def test_whose_ledger_it_is_can_be_said(city_app, city_client, city):
    city_client.login("reviewer")
    run_id = read(city_app, city_client, sent(LEDGER.replace("环境卫生科 ", ""), "台账.csv"))
    page = city_client.get(f"/imports/{run_id}")
    assert "没有认出是哪个科室的台账" in page.text
    city_client.post_form("form[action$='/section']", {"section": city.orgs["SZ"]})
    work(city_app)
    assert "市政科的台账" in city_client.get(f"/imports/{run_id}").text


def test_a_saved_import_is_repeated_with_the_next_file(city_app, city_client):
    city_client.login("hw_admin")
    run_id = read(city_app, city_client)
    city_client.get(f"/imports/{run_id}")
    page = city_client.post_form("form[action$='/save']", {"name": "环卫每月台账"})
    assert "已保存为“环卫每月台账”" in page.text

    page = city_client.get("/imports")
    saved = ".saved-imports form[enctype]"
    assert "请选择" in city_client.post_form(saved, {"files": []}, status=422).text
    city_client.get("/imports")
    page = city_client.post_form(saved, {"files": sent(name="12月.csv")})
    work(city_app)
    status = city_client.get(f"{page.path}/status", check=False)
    (lead,) = status.select("[data-behaviour='go-on']")
    page = city_client.get(lead.get("data-href"))
    assert page.path.endswith("/diff")
    page = city_client.post_form("form[action$='/apply']", button="直接写入全部")
    work(city_app)
    assert "新增" in city_client.get(page.path).text
    assert "已导入" in city_client.get("/imports").text

    city_client.get("/imports")
    city_client.post_form("form[action$='/forget']")
    assert not city_client.get("/imports").select(".saved-imports")


def test_of_a_single_file_only_the_rows_are_counted():
    progress = {"files": 1, "file": 1, "name": "台账.xlsx", "row": 45_000}
    assert run_pages.told(progress) == "已到第 45,000 行"
    assert run_pages.told(progress | {"files": 2}) == (
        "第 1 个文件“台账.xlsx”，共 2 个 · 已到第 45,000 行"
    )
