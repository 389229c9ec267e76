"""Pictures and files in cells: who puts them there, who gets them back, and as what."""

from __future__ import annotations

import io
import zipfile

import pytest
from sqlalchemy import func, select

from app.domain.states import State
from app.models import AccessLog, Attachment
from app.services import history
from sheets.storage import FieldSpec
from tests.builders import MONDAY, add_section_field, make_problem
from tests.services.cells import Desk, shown
from tests.web.camera import jpeg
from tests.web.client import CheckingClient

PICTURE = jpeg(7, taken_at=MONDAY, with_position=True)
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def packed(*parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for part in parts:
            archive.writestr(part, "x")
    return out.getvalue()


XLSX = packed("[Content_Types].xml", "xl/workbook.xml")


@pytest.fixture
def fields(city_database, city):
    add = add_section_field
    with city_database.writing() as session:
        return {
            "pictures": add(session, MONDAY, "HW", FieldSpec(caption="清运照片", type="photos")).id,
            "papers": add(session, MONDAY, "HW", FieldSpec(caption="合同", type="file")).id,
        }


@pytest.fixture
def row(city_database, city):
    with city_database.writing() as session:
        return make_problem(session, city, State.LISTED).id


@pytest.fixture
def at(city_client, fields, row):
    city_client.login("hw_admin")
    return lambda name: f"/table/rows/{row}/cells/{fields[name]}"


def upload(client, address, *files, status=200):
    client.get(address)
    sent = {"files": [(io.BytesIO(data), name) for name, data in files]}
    return client.post_form(f"form[action='{address}/files']", sent, status=status)


def thumbs(page):
    return [each.get("src") for each in page.select(".cell-files img")]


def test_pictures_are_added_shown_without_what_a_camera_wrote_and_taken_out(
    city_client, city_database, city, at, fields, row
):
    page = upload(city_client, at("pictures"), ("一.jpg", PICTURE), ("二.jpg", jpeg(8)))
    assert page.texts(".cell-now") == ["2 张"]
    assert len(thumbs(page)) == 2
    small = city_client.raw.get(thumbs(page)[0])
    large = city_client.raw.get(thumbs(page)[0].removesuffix("/thumb"))
    for answer in (small, large):
        assert answer.mimetype == "image/jpeg"
        assert b"Exif" not in answer.data

    page = city_client.post_form(page.select("form[action$='/remove']")[0])
    assert page.texts(".cell-now") == ["1 张"]
    page = city_client.post_form(page.select("form[action$='/restore']")[0])
    assert page.texts(".cell-now") == ["2 张"]
    with city_database.reading() as session:
        assert history.first_break(history.events_of(session, row)) is None
        assert session.scalar(select(func.count()).select_from(Attachment)) == 2


def test_a_file_is_a_download_that_is_written_down(city_client, city_database, at):
    page = upload(city_client, at("papers"), ("合同 2026.pdf", PDF), ("表.xlsx", XLSX))
    hrefs = [each.get("href") for each in page.select(".cell-files a[download]")]
    answer = city_client.raw.get(hrefs[0])

    assert answer.data == PDF
    told = answer.headers["Content-Disposition"]
    assert told.startswith("attachment")
    assert told.isascii()
    assert "UTF-8''%E5%90%88%E5%90%8C%202026.pdf" in told
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.mimetype == "application/pdf"
    assert city_client.raw.get(f"{hrefs[0]}/thumb").status_code == 404
    with city_database.reading() as session:
        assert session.scalar(select(AccessLog.kind)) == "attachment"


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("a.exe", b"MZ", "类型"), ("a.svg", b"<svg/>", "类型"), ("a.zip", packed("a"), "类型"),
        ("a", PDF, "类型"), ("a.xlsx", PDF, "不符"), ("a.pdf", b"MZ\x00", "不符"),
        ("a.pdf", b"<script>", "不符"), ("a.xlsx", packed("a"), "不符"), ("a.csv", PDF, "不符"),
        ("a.xlsx", packed("[Content_Types].xml", "xl/workbook.xml", "xl/vbaProject.bin"), "宏"),
        ("a.docx", b"PK\x03\x04" + b"a" * 40, "不符"), ("a.txt", b"a\x00b", "不符"),
        ("a.doc", OLE + b"\x00" * 64, "不符"),
        ("a.txt", b"", "空"), ("a.txt", b"a" * (20 * 1024 * 1024 + 1), "20 MB"),
    ],
)  # fmt: skip
def test_what_is_no_paper_of_an_office_is_refused_in_words(name, data, why):
    from app.domain.refusals import Invalid
    from app.services.cells import file_kinds

    with pytest.raises(Invalid, match=why):
        file_kinds.judge(data, name)


@pytest.mark.parametrize(
    ("name", "data", "kept"),
    [
        ("../../etc/合同.PDF", PDF, "合同.PDF"), ("C:\\桌面\\表.xlsx", XLSX, "表.xlsx"),
        ("单.txt", "清运单".encode("gb18030"), "单.txt"),
        ("表.csv", "一,二\r\n".encode(), "表.csv"),
        ("信.wps", OLE + "WordDocument".encode("utf-16-le"), "信.wps"),
        ("旧.xls", OLE + "Workbook".encode("utf-16-le"), "旧.xls"),
        ("长" * 300 + ".pdf", PDF, "长" * 196 + ".pdf"),
    ],
)  # fmt: skip
def test_papers_keep_their_name_without_a_folder(name, data, kept):
    from app.services.cells import file_kinds

    assert file_kinds.judge(data, name).name == kept


def test_one_bad_file_keeps_all_out_and_is_named(city_client, city_database, at):
    page = upload(city_client, at("papers"), ("好.pdf", PDF), ("坏.exe", b"MZ"), status=422)

    assert "第 2 个" in page.text
    assert "坏.exe" in page.text
    page = upload(city_client, at("pictures"), ("假.jpg", b"<html>"), status=422)
    assert page.texts(".cell-now") == ["空白"]
    with city_database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Attachment)) == 0


def test_the_grid_uploads_hears_json_and_the_same_twice_counts_once(city_client, at):
    city_client.get(at("pictures"))
    form = city_client.page.form(f"form[action='{at('pictures')}/files']")
    hidden = {name: value for name, value in form.controls if isinstance(value, str)}

    def send():
        return city_client.raw.post(
            f"{at('pictures')}/files",
            data=hidden | {"files": [(io.BytesIO(PICTURE), "一.jpg")]},
            headers={"Accept": "application/json"},
        )

    first, again = send(), send()
    assert (first.status_code, again.status_code) == (200, 200), first.text
    assert first.json["changed"][0]["shown"] == "1 张"
    assert again.json["repeated"]
    assert len(city_client.raw.get(f"{at('pictures')}/files").json["files"]) == 1
    refused = city_client.raw.post(
        f"{at('papers')}/files",
        data=hidden | {"files": [(io.BytesIO(b"MZ"), "a.exe")]},
        headers={"Accept": "application/json"},
    )
    assert (refused.status_code, refused.json["code"]) == (422, "files.refused")


def test_a_cell_takes_its_own_files_alone(city_database, city, city_client, at, fields, row):
    upload(city_client, at("pictures"), ("一.jpg", PICTURE))
    with city_database.writing() as session:
        other = make_problem(session, city, State.LISTED).id
        ids = session.scalars(select(Attachment.id)).all()
        desk = Desk(session, city)
        with pytest.raises(AssertionError, match="自己的"):
            desk.put("change-a", (other, fields["pictures"], list(ids)))
        with pytest.raises(AssertionError):
            desk.put("change-b", (row, fields["pictures"], [*ids, "a" * 32]))
        desk.put("change-c", (row, fields["pictures"], []))
        assert shown(session, city, row, fields["pictures"]) == ""
        desk.undo("change-c", "change-d")
        assert shown(session, city, row, fields["pictures"]) == "1 张"


def test_nobody_else_gets_or_adds_any(city_client, at):
    page = upload(city_client, at("pictures"), ("一.jpg", PICTURE))
    href = thumbs(page)[0]
    for login, seen in (("sz_admin", 404), ("zhanqian", 404), ("reviewer", 200)):
        other = CheckingClient(city_client.app)
        other.login(login)
        assert other.raw.get(href).status_code == seen, login
        if seen == 200:
            page = other.get(at("pictures"))
            assert page.select("main form") == []
    assert city_client.raw.get("/table/attachments/nobody").status_code == 404
    assert CheckingClient(city_client.app).raw.get(href).status_code in {302, 401}
