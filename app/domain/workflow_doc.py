"""Renders docs/workflow.md from the table of moves."""

from app.domain.states import State
from app.domain.workflow import MOVES, Move

_HEAD = """# 办理流程

本页由 `app/domain/workflow.py` 生成：`flask --app wsgi render-docs`。请改表，不要改本页。

## 状态

| 状态 | 代号 | 在哪里 |
|---|---|---|
"""


def _states_of(move: Move) -> str:
    names = [
        state.label if state else "（无）" for state in (None, *State) if state in move.from_states
    ]
    return "、".join(names)


def _target_of(move: Move) -> str:
    return move.to.label if isinstance(move.to, State) else move.to.value


def _row(move: Move) -> str:
    needed = "、".join(n.label + ("（可选）" if n.optional else "") for n in move.needs) or "无"
    guards = "；".join(str(guard.__doc__) for guard in move.guards) or "无"
    cells = (
        move.code,
        move.label,
        f"`{move.id}`",
        _states_of(move),
        _target_of(move),
        str(move.who.__doc__),
        needed,
        guards,
        str(move.starts.__doc__),
    )
    return "| " + " | ".join(cells) + " |\n"


def _diagram() -> str:
    lines = ["```mermaid\n", "stateDiagram-v2\n"]
    lines += [f"    {state.value} : {state.label}\n" for state in State]
    for move in MOVES:
        if not isinstance(move.to, State):
            continue
        for state in (None, *State):
            if state in move.from_states:
                origin = state.value if state else "[*]"
                lines.append(f"    {origin} --> {move.to.value} : {move.code} {move.label}\n")
    return "".join(lines) + "```\n"


def render() -> str:
    """The whole of docs/workflow.md as text."""
    states = "".join(f"| {s.label} | `{s.value}` | {s.place} |\n" for s in State)
    head = "| 编号 | 操作 | 代号 | 从 | 到 | 由谁 | 需要 | 条件 | 时限 |\n" + "|---" * 9 + "|\n"
    table = "".join(_row(move) for move in MOVES)
    return f"{_HEAD}{states}\n## 操作\n\n{head}{table}\n## 图\n\n{_diagram()}"
