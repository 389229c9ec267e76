"""The typeface has every character a stamp may need."""

from pathlib import Path

import pytest
from PIL import ImageFont

from app.photos import typeface
from app.photos.typeface import FontMissing, Typeface, default_typeface, find_font

STREETS = (
    "站前福民新抚榆林永安台刘山千金乡东洲搭连龙凤新屯万新老虎台章党镇哈达镇碾盘乡兰山乡"
    "工农建设和平光明朴屯演武李石塔峪镇拉古满族乡长春葛布将军堡新华抚顺城前甸镇河北乡会元乡"
    "望花区顺城区抚顺县新宾满族自治县清原满族自治县胜利经济开发区高新技术产业开发区"
)
SIGNS = "〓·…±（）()「」：；，。、—-/_.,0123456789ABCDEFGHJKMNPQRSTVWXYZabcxyz"


def gb2312() -> str:
    both = (bytes([row, cell]) for row in range(0xA1, 0xF8) for cell in range(0xA1, 0xFF))
    return "".join(pair.decode("gb2312", "ignore") for pair in both)


def test_every_character_of_gb2312_has_a_shape() -> None:
    signs = gb2312()
    assert len(signs) > 6763
    assert [sign for sign in signs if not default_typeface().has(sign)] == []


def test_every_street_of_fushun_and_every_sign_of_a_stamp_has_a_shape() -> None:
    assert [sign for sign in STREETS + SIGNS if not default_typeface().has(sign)] == []


def test_the_face_is_the_simplified_one_of_the_shipped_package() -> None:
    file = find_font()
    assert file.path.parent.name == "manimgx_fonts_cjk"
    assert ImageFont.truetype(str(file.path), 20, index=file.index).getname()[0].endswith(" SC")


def test_a_character_nobody_can_draw_becomes_a_geta_mark_never_an_empty_box() -> None:
    assert default_typeface().showable("张😀三\ue123") == "张〓三〓"


def test_a_setting_that_names_no_chinese_font_is_an_error(tmp_path: Path) -> None:
    broken = tmp_path / "broken.ttf"
    broken.write_bytes(b"no font")
    for path in (broken, tmp_path / "absent.otf"):
        with pytest.raises(FontMissing, match="不是可用的中文字体"):
            find_font(path)


def test_a_latin_font_is_not_taken_for_a_chinese_one() -> None:
    for path in Path("/usr/share/fonts").rglob("DejaVuSans.ttf"):
        with pytest.raises(FontMissing):
            find_font(path)
        return
    pytest.skip("no Latin font installed to try")


def test_the_setting_comes_before_the_package(tmp_path: Path) -> None:
    own = tmp_path / "own.ttc"
    own.symlink_to(find_font().path)
    assert find_font(own).path == own


def test_no_font_anywhere_is_an_error_that_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(typeface, "find_spec", lambda _: None)
    monkeypatch.setattr(typeface, "SYSTEM_FOLDERS", ())
    with pytest.raises(FontMissing, match="manimgx-fonts-cjk"):
        find_font()


def test_a_face_is_opened_once_for_each_size() -> None:
    one = Typeface(find_font())
    assert one.face(20) is one.face(20)
    assert one.face(20) is not one.face(22)
    assert one.width("整改", 20) == pytest.approx(40, abs=2)
