"""The form of a problem's number: FS-{district}-{year}-{nnnnn} (§1.4)."""

PREFIX = "FS"


def format_number(district_code: str, year: int, sequence: int) -> str:
    """`FS-210402-2026-00017`; five digits, more when a year needs them."""
    return f"{PREFIX}-{district_code}-{year}-{sequence:05d}"
