"""The command that reads ledgers: what it prints, what it writes, what it refuses."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from PIL import Image
from sqlalchemy import func, select, update

from app.models import ImportRun, Problem, User
from tests.conftest import application, settings_of
from tests.web.test_commands import flask

LEDGER = """编号,发现时间,所属街道,具体位置,问题类别,问题描述,整改单位,完成时限,当前状态
0007,2026-03-05 09:10:11,站前,中央大街9号门前,暴露垃圾,门前堆放生活垃圾,站前街道办,2026-03-16,未整改
0008,2026-03-06 10:00:00,福民街,福民路口,污水井盖,井盖破损,福民街道,3月17日,已整改
"""


@pytest.fixture
def ledger(tmp_path):
    path = tmp_path / "环境卫生科巡查.csv"
    path.write_bytes(LEDGER.encode("gbk"))
    return path


def test_a_ledger_is_told_as_data_and_nothing_is_written(city_app, city_database, ledger, tmp_path):
    out = tmp_path / "out.json"

    printed = flask(city_app, "import", str(ledger), "--dry-run", "--json", str(out))

    assert printed == "环境卫生科巡查.csv：环境卫生科（推断），2 个问题，0 张照片，1 格待核对。"
    (told,) = json.loads(out.read_text(encoding="utf-8"))["files"]
    assert (told["file"], told["section"], told["refused"]) == (ledger.name, "HW", None)
    columns = told["sheets"][0]["columns"]
    assert [column["field"] for column in columns] == [
        "no", "reported_at", "street", "point", "category", "description", "unit", "due", "status",
    ]  # fmt: skip
    assert columns[0].keys() == {"col", "caption", "field", "confidence", "reason"}
    assert told["sheets"][0]["skipped"] == [{"row": 1, "as": "header"}]
    first, second = told["records"]
    assert first == {
        "sheet": "csv",
        "row": 2,
        "fields": {
            "no": "0007", "reported_at": "2026-03-05 09:10:11", "street": "站前街道",
            "point": "中央大街9号门前", "category": "暴露垃圾", "category_match": "暴露垃圾",
            "description": "门前堆放生活垃圾", "unit": "站前街道办事处", "due": "2026-03-16",
            "status": "listed", "status_raw": "未整改",
        },
        "flags": [],
        "photos": [],
    }  # fmt: skip
    assert (second["fields"]["due"], second["fields"]["status"]) == ("2026-03-17", "submitted")
    (flag,) = second["flags"]
    assert (flag["field"], flag["raw"]) == ("due", "3月17日")
    assert "没有写年份" in flag["why"]
    with city_database.reading() as session:
        assert session.scalar(select(func.count(Problem.id))) == 0


def test_a_zip_is_told_as_it_would_be_imported(city_app, ledger, tmp_path):
    out, photo = tmp_path / "out.json", io.BytesIO()
    Image.new("RGB", (64, 48), (90, 60, 30)).save(photo, "JPEG")
    archive = tmp_path / "照片.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("巡查/环境卫生科补报.csv", LEDGER.replace("000", "001").encode("gbk"))
        packed.writestr("照片/0008-后.jpg", photo.getvalue())
        packed.writestr("照片/0018-前.jpg", photo.getvalue() + b"\0")
        packed.writestr("照片/食堂.jpg", photo.getvalue() + b"\0\0")

    flask(city_app, "import", str(archive), str(ledger), "--dry-run", "--json", str(out))

    zipped, table = json.loads(out.read_text(encoding="utf-8"))["files"]
    assert (zipped["file"], zipped["refused"], zipped["section"]) == ("照片.zip", None, "HW")
    told = {
        one["fields"]["no"]: (one["fields"]["status"], [photo["phase"] for photo in one["photos"]])
        for one in [*zipped["records"], *table["records"]]
    }
    assert told["0008"] == ("pre_signed_off", ["after"])
    assert told["0018"] == ("submitted", ["before"])
    (left,) = zipped["left"]
    assert left["file"] == "照片/食堂.jpg"


def test_a_section_that_is_given_is_no_guess(city_app, ledger, tmp_path):
    out = tmp_path / "out.json"

    flask(city_app, "import", str(ledger), "--section", "SZ", "--dry-run", "--json", str(out))

    (told,) = json.loads(out.read_text(encoding="utf-8"))["files"]
    assert (told["section"], told["section_guessed"]) == ("SZ", False)


def test_a_code_that_is_no_section_is_refused_with_those_that_are(city_app, ledger):
    said = flask(city_app, "import", str(ledger), "--section", "XX", "--dry-run", fails=True)

    assert "没有编码为 XX 的科室" in said
    assert "HW（环境卫生科）" in said


def test_a_file_that_is_no_ledger_does_not_stop_the_others(city_app, ledger, tmp_path):
    names = tmp_path / "通讯录.csv"
    names.write_text("姓名,电话\n张某,13800000000\n李某,13800000001\n", encoding="utf-8")
    empty = tmp_path / "空.xlsx"
    empty.write_bytes(b"")

    said = flask(city_app, "import", str(names), str(empty), str(ledger), "--dry-run").splitlines()

    assert "不像问题台账" in said[0]
    assert "文件是空的" in said[1]
    assert "2 个问题" in said[2]


def test_an_import_prints_what_became_of_each_file_and_a_second_one_changes_nothing(
    city_app, city_database, ledger, tmp_path
):
    out = tmp_path / "out.json"

    first = flask(city_app, "import", str(ledger), "--json", str(out))
    second = flask(city_app, "import", str(ledger))

    assert first.splitlines() == [
        "环境卫生科巡查.csv：环境卫生科，新增 2，变更 0，未变 0，冲突 0，待核对 1",
        "合计：新增 2，变更 0，未变 0，冲突 0，待核对 1",
    ]
    assert second.splitlines()[-1] == "合计：新增 0，变更 0，未变 2，冲突 0，待核对 1"
    told = json.loads(out.read_text(encoding="utf-8"))
    assert (told["total"]["new"], len(told["files"][0]["records"])) == (2, 2)
    with city_database.reading() as session:
        states = session.scalars(select(Problem.state).order_by(Problem.id)).all()
        assert states == ["listed", "submitted"]
        (run,) = session.scalars(select(ImportRun))
        assert run.status == "applied"
        assert session.get_one(User, run.owner_id).login == "sysadmin"


def test_a_changed_file_changes_its_rows_and_blanks_overwrite_nothing(city_app, ledger):
    flask(city_app, "import", str(ledger))
    changed = LEDGER.replace("门前堆放生活垃圾", "门前堆放建筑垃圾").replace(
        "福民街道,3月17日", ","
    )
    ledger.write_bytes(changed.encode("gbk"))

    said = flask(city_app, "import", str(ledger), "--user", "hw_admin")

    assert said.splitlines()[-1] == "合计：新增 0，变更 1，未变 1，冲突 0，待核对 0"


def test_who_imports_is_somebody_in_use(city_app, city_database, ledger):
    assert "没有账号 nobody" in flask(
        city_app, "import", str(ledger), "--user", "nobody", fails=True
    )
    with city_database.writing() as session:
        session.execute(update(User).where(User.login == "sysadmin").values(is_active=False))

    assert "没有在用的系统管理员" in flask(city_app, "import", str(ledger), fails=True)


def test_only_where_every_file_is_refused_the_command_fails(city_app, ledger, tmp_path):
    empty = tmp_path / "空.xlsx"
    empty.write_bytes(b"")

    said = flask(city_app, "import", str(empty), fails=True).splitlines()
    assert "文件是空的" in said[0]
    assert said[-1] == "合计：新增 0，变更 0，未变 0，冲突 0，待核对 0"

    assert "新增 2" in flask(city_app, "import", str(empty), str(ledger)).splitlines()[-1]


def test_a_database_without_tables_is_told_from_a_broken_file(tmp_path, ledger):
    url = f"sqlite:///{tmp_path / 'none.sqlite'}"
    with application(settings_of(url, tmp_path)) as app:
        said = flask(app, "import", str(ledger), "--dry-run", fails=True)

    assert "migrate" in said
