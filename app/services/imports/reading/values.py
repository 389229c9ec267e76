"""A cell's value typed by a person: read as the file's own cells are, and put into the record."""

from datetime import datetime, time
from typing import Any

from app.domain.refusals import Invalid
from app.domain.states import Priority, State
from app.services.imports.reading.own_fields import shown_in
from app.services.imports.reading.records import ReadRecord
from app.services.imports.reading.states import CLOSED, DONE, settle
from app.services.imports.reading.vocabulary import Knowledge
from sheets.fields import FieldError
from sheets.understanding.values.cell import read_cell
from sheets.understanding.values.coordinates import read_position
from sheets.understanding.vocabulary import Target

UNKNOWN = "没有这一列，请刷新页面。"
POINT = frozenset({"lat", "lng"})
_DAY = len("2026-03-07")
_DEGREES = frozenset({"latitude", "longitude", "position"})


def put(knowledge: Knowledge, record: ReadRecord, field_id: str, text: str) -> None:
    """Give a field the value that a text means, nothing for ""; its doubt is settled by that.

    `knowledge` is that of the record's section. Raises Invalid with a sentence; the record stays
    as it was then.
    """
    target = knowledge.vocabulary.target(field_id)
    if target is None:
        raise Invalid("import.no_field", UNKNOWN)
    fields, ids, match = _read(knowledge, record, target, text.strip())
    for key in POINT if field_id in POINT and not fields else (field_id,):
        record.fields.pop(key, None)
    for key in ("priority",) if field_id == "urgent" else (field_id,):
        record.ids.pop(key, None)
    if field_id == "category":
        record.category_match = match
    record.minute.discard(field_id)
    record.fields.update({key: value for key, value in fields.items() if value is not None})
    record.ids.update(ids)
    if isinstance(record.fields.get(field_id), datetime):
        record.minute.add(field_id)
    settled = {field_id, *fields}
    record.flags = [flag for flag in record.flags if flag.field_id not in settled]


def as_typed(field_id: str, value: Any) -> str:
    """A value as JSON keeps it in the words that `put` reads: days, moments, names of states."""
    if value is None or value == "":
        return ""
    if field_id == "status":
        return State(value).label if value in set(State) else str(value)
    text = str(value)
    is_moment = len(text) > _DAY and text[_DAY : _DAY + 1] == "T"
    return text.replace("T", " ").removesuffix(":00") if is_moment else text


def apply_words(knowledge: Knowledge, record: ReadRecord) -> None:
    """Take what people said before about the texts of this record's cells."""
    if not knowledge.words:
        return
    for field_id, raw in list(record.texts.items()):
        text = knowledge.words.get((field_id, raw))
        if text is not None:
            try:
                put(knowledge, record, field_id, text)
            except Invalid:  # what it meant then is no more: the doubt stays
                continue


def settle_photographed(knowledge: Knowledge, record: ReadRecord) -> None:
    """Let an after photo that came in a zip say of 已整改 what one in the cell would have said.

    What a person said that the word means stays, and so does a phase that is only a guess.
    """
    raw = record.texts.get("status", "")
    if record.fields.get("status") != State.SUBMITTED or ("status", raw) in knowledge.words:
        return
    guessed = any(flag.field_id == "after" and flag.guessed for flag in record.flags)
    found = knowledge.vocabulary.choices["status"].find(raw)
    if guessed or found.option not in (DONE, CLOSED):
        return
    photographed = any(placed.phase == "after" for placed in record.pictures)
    record.fields["status"] = settle(found.option, photographed=photographed, options_of_file=())


_Found = tuple[dict[str, Any], dict[str, int | str], str | None]


def _read(knowledge: Knowledge, record: ReadRecord, target: Target, text: str) -> _Found:
    """Values by field, ids, and the catalogue's kind."""
    if not text or target.kind == "picture":
        return {}, {}, None
    if target.id == "status":
        return {"status": _state(knowledge, record, text)}, {}, None
    if target.id == "category":
        return _category(knowledge, record, text)
    if target.id in knowledge.fields:
        return {target.id: _own(knowledge, target, text)}, {}, None
    both = read_position(text).value if target.kind in _DEGREES else None
    if both is None:
        return _named(knowledge, target, _cell(knowledge, record, target, text), text)
    return dict(zip(("lat", "lng"), both, strict=True)), {}, None


def _cell(knowledge: Knowledge, record: ReadRecord, target: Target, text: str) -> Any:
    """What the readers of files make of the text; what they guess, a person has meant."""
    district = record.fields.get("district")
    within = {"district": str(district)} if district and target.level != "district" else {}
    read = read_cell(target, text, text, knowledge.vocabulary, within)
    if read.value is None and read.why:
        raise Invalid("import.value", read.why, fields={target.id: read.why})
    value = read.value
    if isinstance(value, datetime) and value.time() == time():
        value = value.date()
    return value


def _own(knowledge: Knowledge, target: Target, text: str) -> str:
    """An own field takes what it shows, else what a file's cell would be read as."""
    field = knowledge.fields[target.id]
    try:
        return shown_in(field, text)
    except FieldError:
        read = read_cell(target, text, text, knowledge.vocabulary, {})
    try:
        return shown_in(field, read.value if read.value is not None else text)
    except FieldError as error:
        sentence = error.sentence
        raise Invalid("import.value", sentence, fields={target.id: sentence}) from None


def _named(knowledge: Knowledge, target: Target, value: Any, text: str) -> _Found:
    """Values that stand for rows and codes of the city."""
    if target.id == "unit" and str(value).isdigit() and int(value) in knowledge.units:
        unit = knowledge.units[int(value)]
        return {"unit": unit.name}, {"unit": unit.id}, None
    if target.id in {"district", "street"} and value:
        place_id = knowledge.place_id(str(value), target.id)
        return {target.id: value}, {target.id: place_id} if place_id is not None else {}, None
    if (
        target.id in {"source", "urgent"}
        and value in knowledge.vocabulary.choices[target.id].options
    ):
        if target.id == "source":
            return {"source": text}, {"source": str(value)}, None
        priority = Priority(str(value))
        return {"urgent": priority.label}, {"priority": priority.value}, None
    return {target.id: value}, {}, None


def _state(knowledge: Knowledge, record: ReadRecord, text: str) -> State:
    for state in State:
        if text in (state.value, state.label):
            return state
    found = knowledge.vocabulary.choices["status"].find(text)
    if found.option is None:
        sentence = f"“{text}”不是已知的状态，请从列表中选择。"
        raise Invalid("import.value", sentence, fields={"status": sentence})
    photographed = any(placed.phase == "after" for placed in record.pictures)
    return settle(found.option, photographed=photographed, options_of_file=())


def _category(knowledge: Knowledge, record: ReadRecord, text: str) -> _Found:
    """The kind that is meant; the file's own word stays beside it."""
    found = knowledge.catalogue.find(text)
    if found is None:
        sentence = f"类别目录里没有“{text}”，请从列表中选择。"
        raise Invalid("import.value", sentence, fields={"category": sentence})
    said = record.texts.get("category") or text
    return {"category": said}, {"category": found.id}, found.name
