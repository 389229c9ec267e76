"""Two hundred strings that somebody may send, and a public list of them where it lies near by."""

from __future__ import annotations

import json
from pathlib import Path

NAUGHTY = Path(__file__).parents[3] / "shared" / "data" / "hostile" / "blns_mit.json"

SQL = [
    "'", '"', "''", '""', "`", ";", "--", "/*", "*/", "\\", "\\\\", "%", "%%", "_", "__", "\\%",
    "' OR 1=1 --", '" OR ""="', "1 OR 1=1", "1; DROP TABLE bird", "1'; DROP TABLE bird; --",
    "'); DELETE FROM bird; --", "1 UNION SELECT 1,2,3", "' UNION SELECT name FROM sqlite_master --",
    "(SELECT 1)", "pg_sleep(5)", "1;SELECT pg_sleep(5)", "$$", "$1", ":name", ":1", "?", "%s",
    "%(name)s", "{name}", "{{name}}", "{0}", "${name}", "bird.name", "name", "id", "rowid", "NULL",
    "null", "None", "true", "false", "undefined", "CASE WHEN 1 THEN 1 END", "name COLLATE NOCASE",
    "E'\\x41'", "x'41'", "U&'\\0041'", "0x41", "ctid", "1e309", "f_1", "f_1; DROP TABLE bird",
]  # fmt: skip
NUMBERS = [
    "0", "-0", "-1", "1", "١٢٣", "１２３", "一二三", "1,2,3", "1,,2", ",", ",,,,", "-", "--1", "+1",
    "1.", ".5", ".", "1e5", "1E400", "-1e400", "NaN", "nan", "inf", "-inf", "Infinity", "1_000",
    "9" * 15, "9" * 16, "9" * 400, "-" + "9" * 400, "2147483647", "2147483648", "-2147483649",
    "9223372036854775807", "9223372036854775808", "18446744073709551616", "0.1", "1/3", "²", "½",
    "1,234.5", "12,34", "00012", "1 2", "\t1\n", "0b11", "0o7", "1" + "0" * 20,
    "1.0000000000000001",
]  # fmt: skip
DATES = [
    "2026-02-30", "0000-00-00", "0001-01-01", "1582-10-10", "1899-12-31", "1900-02-29",
    "2200-12-31", "2201-01-01", "9999-12-31", "10000-01-01", "2026-13-01", "2026-11-30T25:00",
    "2026-11-30T23:59:60", "2026-11-30T00:00:00+99:99", "2026-11-30T00:00:00Z", "9999-12-31T23:59Z",
    "0001-01-01T00:00:00+14:00", "2026-11-30,2026-11-01", "2026-11-30,", ",2026-11-30",
    "2026-11-30,2026-12-01,2027-01-01", "20261130", "11/30/2026", "今天", "明天", "now()",
    "2026年2月30日", "２０２６-11-30", "2026-11-30 ", "2026-1-1", "2026--11-30", "-2026-11-30",
]  # fmt: skip
CODE = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "javascript:alert(1)", "{{7*7}}",
    "${7*7}", "#{7*7}", "<%= 7*7 %>", "=1+1", "+1+1", "-1+1", "@SUM(1)", "=cmd|' /C calc'!A0",
    "../../etc/passwd", "..\\..\\windows", "/etc/passwd", "C:\\", "file:///etc/passwd", "|ls",
    "`ls`", "$(ls)", "&& ls", "; ls", "\r\nSet-Cookie: a=b", "%0d%0a", "%00", "%27", "%2527",
    "&lt;", "&#x27;", "<r><t>a</t></r>", "_x000D_", "]]>", "<!--", "<?xml?>", "<!DOCTYPE a>",
    "__proto__", "constructor", "__class__", "__init__.__globals__", "f.name.is", "f..", ".", "..",
    "f.name", "name.is.is", "-", "--name", "-name,-name", "name,name", "name desc", "name;", "NAME",
    "name ",
]  # fmt: skip
UNICODE = [
    "\x00", "a\x00b", "\x01\x02\x03", "\x1b[31m", "\x7f", "\x85", "\xa0", "\u2028", "\u2029",
    "\u200b", "\u200d", "\ufeff", "\ufffe", "\uffff", "\ufffd", "\ud800", "\udfff", "a\ud83d",
    "\ude00\ud83d", "\u202e\u0631", "😀", "👨‍👩‍👧‍👦", "🇨🇳", "e\u0301", "é", "ß", "İ", "ı", "ǆ", "Ω",
    "K", "\u0345", "a" + "\u0301" * 500, "𠮷野家", "井盖", "井", "囧", "㈠", "①", "ｆｕｌｌ", "﷽",
    "\t", "\n", "\r", "\r\n", "\v", "\f", " ", "　", "  a  ", "a\tb", "a\nb", "\x1c", "\U0010ffff",
]  # fmt: skip
LONG = ["a" * 101, "井" * 5_000, "%" * 60_000, "_" * 60_000, "," * 5_000, "1," * 500, "\\" * 999]

HOSTILE = [*SQL, *NUMBERS, *DATES, *CODE, *UNICODE, *LONG]


def naughty() -> list[str]:
    """The public list; empty where it is not there."""
    return json.loads(NAUGHTY.read_text(encoding="utf-8")) if NAUGHTY.exists() else []
