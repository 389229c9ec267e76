"""What stands in the history: the moves, and what is recorded beside them."""

from app.domain.workflow import BY_ID

RECURRED = "recurred"
BESIDE_MOVES: dict[str, str] = {
    "edit_fields": "填写了科室字段",
    RECURRED: "上报了复发：同一地点又出现",
}


def done(event: str) -> str:
    """The words after a name in the timeline; an event nobody knows shows its own id."""
    move = BY_ID.get(event)
    return move.done if move else BESIDE_MOVES.get(event, event)
