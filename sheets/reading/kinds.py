"""What a file is, told by its bytes and not by its name."""

from __future__ import annotations

from sheets.reading.book import Refused
from sheets.reading.package import DAMAGED, Package

ZIP = b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
EMPTY_ZIP = b"PK\x05\x06"
_SAVE_AS = "请在 Excel 或 WPS 中打开它，另存为 .xlsx 后再上传。"
NOT_TAKEN = (
    (b"%PDF", f"这是 PDF，不是表格。{_SAVE_AS}"),
    (b"\xff\xd8\xff", "这是图片，不是表格。照片请在登记问题时上传。"),
    (b"\x89PNG", "这是图片，不是表格。照片请在登记问题时上传。"),
    (b"GIF8", "这是图片，不是表格。照片请在登记问题时上传。"),
    (b"RIFF", "这是图片或声音，不是表格。照片请在登记问题时上传。"),
    (b"II*\0", "这是图片，不是表格。照片请在登记问题时上传。"),
    (b"MM\0*", "这是图片，不是表格。照片请在登记问题时上传。"),
    (b"Rar!", "这是 RAR 压缩包。请先解压，再上传里面的表格。"),
    (b"7z\xbc\xaf", "这是 7z 压缩包。请先解压，再上传里面的表格。"),
    (b"\x1f\x8b", "这是压缩文件。请先解压，再上传里面的表格。"),
    (b"{\\rtf", f"这是 RTF 文档，不是表格。{_SAVE_AS}"),
)
WORD = "这是 Word 文档，不是表格。请把里面的表复制到 Excel，存为 .xlsx 后再上传。"
SLIDES = "这是演示文稿，不是表格。请把里面的表复制到 Excel，存为 .xlsx 后再上传。"
BINARY = f"这是二进制格式的工作簿（.xlsb），读不了。{_SAVE_AS}"
OPEN_DOCUMENT = f"这是 OpenDocument 表格（.ods），读不了。{_SAVE_AS}"
ARCHIVE = "这是压缩包，里面没有表格内容。请解压后上传里面的 .xlsx、.xls 或 .csv 文件。"


def not_taken(data: bytes) -> str | None:
    """The sentence for a file that is plainly something else."""
    return next((why for magic, why in NOT_TAKEN if data.startswith(magic)), None)


def workbook_part(package: Package) -> str:
    """The part that lists a workbook's sheets; raises Refused where the zip holds none."""
    for kind, target in package.relations("").values():
        if kind == "officeDocument" and target in package:
            return _judged(target)
    if "xl/workbook.xml" in package:
        return "xl/workbook.xml"
    names = set(package.names())
    if "mimetype" in names and "content.xml" in names:
        raise Refused(OPEN_DOCUMENT)
    raise Refused(DAMAGED if "[content_types].xml" in names else ARCHIVE)


def _judged(target: str) -> str:
    name = target.lower()
    if name.endswith(".bin"):
        raise Refused(BINARY)
    if name.startswith("word/"):
        raise Refused(WORD)
    if name.startswith("ppt/"):
        raise Refused(SLIDES)
    return target
