"""A file for one person to take away: saved under its own name, kept by nobody on the way."""

from io import BytesIO
from pathlib import Path

from flask import Response, send_file

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def taken_file(file: Path | BytesIO, name: str, media_type: str = XLSX) -> Response:
    """The answer that holds it: a workbook where nothing else is said. `name` may be Chinese."""
    answer = send_file(file, media_type, as_attachment=True, download_name=name, etag=False)
    answer.headers["Cache-Control"] = "private, no-store"  # send_file would let anybody keep it
    return answer
