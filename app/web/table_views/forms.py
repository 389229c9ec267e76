"""The toolbar's forms: what each shows of the state, and the rest of the state it must keep."""

from collections import defaultdict
from typing import Any

from app.services.problem_columns import NOT_OFFERED
from app.services.tables import view_state
from app.web.table_views import conditions
from app.web.table_views.composing import MOST_SORTED
from app.web.table_views.conditions import MOST_GROUPS, Row
from app.web.table_views.controls import Controls
from app.web.table_views.place import Place
from sheets.catalogue import Field
from sheets.query import AGGREGATES

COLOURS = (
    ("red", "红"), ("orange", "橙"), ("yellow", "黄"), ("green", "绿"), ("blue", "蓝"),
    ("purple", "紫"), ("grey", "灰"),
)  # fmt: skip
FIGURES = {"sum": "合计", "avg": "平均", "min": "最小", "max": "最大", "filled": "已填几项"}
MOST_GROUPED, MOST_SUMS = 2, 3
MOST_FROZEN = 4
UNFINISHED = "请填写要比较的值，或删去这一条。"
UNCHOSEN = "请选择怎样比较。"


def filter_form(place: Place, controls: Controls) -> dict[str, Any]:
    """Conditions as rows: those at the top, then up to three groups."""
    sheet, state = place.opened.sheet, place.state
    rows = conditions.read(sheet, state)
    drafts = conditions.drafts(sheet, place.query.typed)
    wrong = {error.parameter: error.sentence for error in place.query.errors}
    by_group: dict[str, list[dict[str, Any]]] = defaultdict(list)
    number = 0
    for row in rows:
        number += 1
        pair = conditions.pair_of(sheet, row)
        sentence = wrong.get(pair[0], "") if pair else ""
        by_group[row.group].append(controls.row(row, f"c{number}", sentence))
    for row in drafts:
        number += 1
        sentence = (UNFINISHED if row.operator else UNCHOSEN) if row.field_id else ""
        by_group[row.group].append(controls.row(row, f"c{number}", sentence))
    given = dict(state)
    groups = []
    for group in ("", *map(str, range(1, MOST_GROUPS + 1))):
        shown = by_group.get(group, [])
        if group and not shown:
            continue
        if not shown or shown[-1]["field"]:  # a blank row to go on with
            number += 1
            shown = [*shown, controls.row(Row(group=group), f"c{number}")]
        name = f"g{group}.any" if group else "any"
        groups.append({"number": group, "name": name, "any": given.get(name, ""), "rows": shown})
    return {
        "keep": place.without(view_state.FILTER),
        "fields": controls.fields(),
        "groups": groups,
        "may_add": len(groups) <= MOST_GROUPS,
        "count": len(rows),
        "next": number + 1,
    }


def sort_form(place: Place) -> dict[str, Any]:
    """The fields to sort by, in order, and one blank row."""
    sheet = place.opened.sheet
    fields = [(each.id, each.caption) for each in sheet.fields if _sorts(each)]
    rows = [
        {
            "field": term.field_id,
            "caption": sheet.field(term.field_id).caption,
            "down": term.descending,
            "order": sheet.field(term.field_id).kind.order,
        }
        for term in place.query.sort
    ]
    count = len(rows)
    if count < MOST_SORTED:
        rows.append({"field": "", "caption": "", "down": False, "order": ("升序", "降序")})
    return {
        "keep": place.without(view_state.SORT), "fields": fields, "rows": rows, "count": count,
    }  # fmt: skip


def group_form(place: Place) -> dict[str, Any]:
    """Up to two fields to group by, and up to three figures of each group."""
    fields, query = place.opened.sheet.fields, place.query
    chosen = [str(term) for term in query.group_by][:MOST_GROUPED]
    totals = [str(term) for term in query.sums][:MOST_SUMS]
    return {
        "keep": place.without(view_state.GROUPS),
        "fields": [pair for each in fields if _groups(each) for pair in _ways_to_group(each)],
        "totals": [pair for each in fields if _offered(each) for pair in _figures(each)],
        "chosen": [*chosen, *("" for _ in range(MOST_GROUPED - len(chosen)))],
        "sums": [*totals, ""][:MOST_SUMS],
        "count": len(chosen),
    }


def _ways_to_group(field: Field) -> list[tuple[str, str]]:
    parts = [(f"{field.id}:{key}", f"{field.caption}（{label}）")
             for key, label in field.kind.group_parts.items()]  # fmt: skip
    return [(field.id, field.caption), *parts]


def _figures(field: Field) -> list[tuple[str, str]]:
    known = [key for key in AGGREGATES if key in field.kind.aggregates]
    return [(f"{field.id}:{key}", f"{field.caption} {FIGURES[key]}") for key in known]


def columns_form(place: Place) -> dict[str, Any]:
    """Every column, the shown ones first and in their order."""
    sheet, given = place.opened.sheet, dict(place.state)
    asked = [each for each in given.get("cols", "").split(",") if each in sheet.by_id]
    shown = list(dict.fromkeys(asked)) or list(place.opened.shown)
    rest = [each for each in sheet.fields if each.id not in shown and _offered(each)]
    freeze = given.get("freeze", "")
    return {
        "keep": place.without(view_state.COLUMNS),
        "shown": [{"id": each, "caption": sheet.field(each).caption} for each in shown],
        "rest": [{"id": each.id, "caption": each.caption} for each in rest],
        "freeze": freeze if freeze in set("01234") else "1",
        "frozen": [(str(n), f"{n} 列" if n else "不冻结") for n in range(MOST_FROZEN + 1)],
        "changed": bool(asked),
    }


def colours_form(place: Place, controls: Controls) -> dict[str, Any]:
    """The rules that colour rows, in order, and one blank one."""
    rows = conditions.read_hues(place.opened.sheet, place.state)
    drawn = [controls.row(row, f"h{place_}") for place_, row in enumerate(rows, start=1)]
    drawn.append(controls.row(Row(colour=COLOURS[0][0]), f"h{len(rows) + 1}"))
    return {
        "keep": place.without(view_state.COLOURS), "rows": drawn, "fields": controls.fields(),
        "colours": COLOURS, "count": len(rows),
    }  # fmt: skip


def _offered(field: Field) -> bool:
    return field.id not in NOT_OFFERED


def _sorts(field: Field) -> bool:
    return _offered(field) and (field.kind.sortable or field.sort is not None)


def _groups(field: Field) -> bool:
    return _offered(field) and field.kind.groupable
