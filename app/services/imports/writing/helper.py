"""The helper's side: from standard input what is to be made ready, into a file what came of it."""

import gc
import os
import pickle
import sys

from sqlalchemy import make_url

from app import json_text
from app.domain.refusals import Refusal
from app.services.imports.writing.new_rows import Drafting
from app.services.imports.writing.preparing import Preparing, no_photos


def main(made: int) -> None:
    """Make batches until there is no more to be made, or one cannot be.

    Comes first what `preparing.asked_of` says of the city, then rows with the texts of their
    records. Of each batch standard output has a line: its first row, begin and end in the file.
    """
    gc.disable()  # see app.services.collecting; this process ends with its work
    source = sys.stdin.buffer
    at, actor, run_id, facts, places, driver = pickle.load(source)  # noqa: S301 our own parent's
    dialect = make_url(f"{driver}://").get_dialect()(**json_text.COLUMNS)
    preparing = Preparing(Drafting(at, dialect, actor, run_id), facts, places)
    with os.fdopen(made, "wb") as target:
        while True:
            try:
                works, texts = pickle.load(source)  # noqa: S301 our own parent's
                records = {row_id: json_text.of_text(text) for row_id, text in texts}
                batch = preparing.batch(works, records, no_photos)
            except (EOFError, Refusal):  # what is refused is for the transaction to say
                return
            begin = target.tell()
            pickle.dump(batch, target, pickle.HIGHEST_PROTOCOL)
            target.flush()
            sys.stdout.write(f"{works[0].row_id} {begin} {target.tell()}\n")
            sys.stdout.flush()
