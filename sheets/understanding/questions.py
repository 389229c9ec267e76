"""Captions that ask, said as offices name a column: 谁负责维修？ is 维修责任人 or 维修责任单位."""

import re
from collections.abc import Callable
from itertools import product

from sheets.remembering import remembering
from sheets.understanding.words import unbracketed

LONGEST = 30  # characters of a caption that may ask
_WHEN = re.compile(r"什么时候|啥时候|什么时间|何时|几时|哪一?天|哪一?日|几月几[号日]|几号")
_WHERE = re.compile(r"什么地方|啥地方|什么位置|哪里|哪儿|何处|何地|哪一?块|(?<=在)哪$")
_WHO = re.compile(r"哪些?个?人|什么人|何人|谁")
_WHICH = re.compile(r"(?:哪一?个|哪些|哪一?家|哪一?|什么|啥|何)(?=[\u4e00-\u9fff])")
_HOW = re.compile(r"怎么样?|如何|怎样")
_WHY = re.compile(r"为什么|为何|为啥|因为什么|什么原因")
_MORE = re.compile(r"(?:还有|其[他它])(?:什么|啥|哪些).*(?:说|补充|建议|情况|反映|注意)")
_HAPPENED = re.compile(r"(?:发生|出|出现|存在|有)了?(?:什么|啥)(?:事|情况|问题)?$")
_NUMBERED = re.compile(r"^第?几(?:个|号|条|项|处)?$")
_MUCH = re.compile(r"是?多少$|是?几号$|是什么$|是啥$|什么样$|有哪些$|是哪些$")
_DONE = re.compile(r"(?:了没有?|了没|了吗|了么|没有|吗|么|了否|与否|否)$")
_A_NOT_A = re.compile(r"([\u4e00-\u9fff])(?:不|没)\1")
_MODAL = re.compile(r"必须|应该|应当|需要|务必|最晚|最迟|预计|计划|打算|准备|[要应需须得](?![求])")
_FILLER = re.compile(r"^(?:请问|是|属于|归属?|位于|在|由|有|是由|该)+|(?:的|了|是|在|呢|啊|吧)+$")
_FINISHED = re.compile(r"(?:\S?改|弄|做|处理|办|修|清理?|拆|治理)(?:完成?|好|掉|完毕|到位)")
_VERBED = {"发现": "发现", "上报": "上报", "报": "上报", "看到": "发现", "拍": "拍摄"}
_KIND = {"类": "类别", "种": "类型", "一类": "类别", "一种": "类型", "个类别": "类别"}
_ACT = "处理"  # for what is not said to be done, or in everyday words


def is_asking(caption: str) -> bool:
    """Whether a caption is put as a question."""
    return bool(statements(caption))


@remembering(5_000)
def statements(caption: str) -> tuple[str, ...]:
    """The captions that a question asks for, the likeliest first; none for what asks nothing."""
    text = unbracketed(caption)
    if not text or len(text) > LONGEST:
        return ()
    return tuple(dict.fromkeys(word for word in _asked(text) if word and word != text))


def _asked(text: str) -> list[str]:
    for pattern, answer in _WHOLE:
        if pattern.search(text):
            return answer(text)
    for pattern, say in _ABOUT:
        found = pattern.search(text)
        if found:
            return say(_bare(text[: found.start()]) + _bare(text[found.end() :]))
    if _DONE.search(text) or _A_NOT_A.search(text):
        return _whether(text)
    found = _WHICH.search(text)
    return _which(_bare(text[: found.start()]), _bare(text[found.end() :])) if found else []


def _bare(text: str) -> str:
    before = None
    while before != text:
        before, text = text, _FILLER.sub("", text)
    return text


def _verb(rest: str) -> str:
    """The doing in a question, as offices write it: 改完 is 处理完成."""
    rest = _FINISHED.sub(f"{_ACT}完成", rest).replace("负责", "").replace("出现", "发生")
    for word, meant in _VERBED.items():
        if rest.endswith(word):
            return meant
    return rest.replace("问题", "") or "问题"


def _time(rest: str) -> list[str]:
    modal = _MODAL.search(rest)
    if modal:
        verb = _verb(_bare(_MODAL.sub("", rest)))
        return ["要求完成时间", f"要求{verb}时间", f"{_ACT}期限"]
    verb = _verb(rest)
    return [f"{verb}时间", f"{verb}日期"]


def _place(rest: str) -> list[str]:
    return [f"{_verb(rest)}地点", f"{rest}位置", f"{rest}地点"]


def _person(rest: str) -> list[str]:
    if "负责" in rest or "管" in rest:
        act = _bare(re.sub(r"负责|主管|来|管", "", rest)) or _ACT
        return [f"{act}责任人", f"{act}责任单位", f"{act}单位"]
    verb = _verb(_bare(rest.replace("来", "")))
    return [f"{verb}人", f"{verb}人员", f"{verb}单位"]


def _reason(rest: str) -> list[str]:
    rest = re.sub(r"没有?能?|不能|还没|尚未", "未", rest)
    return [f"{_FINISHED.sub('完成', rest)}原因", f"{rest}原因"]


def _manner(rest: str) -> list[str]:
    rest = _bare(_MODAL.sub("", rest))
    act = _verb(rest)
    return [f"{act}方式", f"{act}来源"] if act in _VERBED.values() else [
        f"{act}措施", f"{act}方式", f"{act}情况",
    ]  # fmt: skip


def _whether(text: str) -> list[str]:
    text = _bare(_DONE.sub("", _A_NOT_A.sub(r"\1", text)))
    text = re.sub(r"^是?否|^有没有|没有", "", text)
    text = {"急": "紧急", "改": _ACT, "完": "完成"}.get(_bare(text), text)
    done = _bare(_FINISHED.sub(f"{_ACT}完成", text))
    return [f"是否{done}", f"{done}情况", f"是否{text}"]


def _what(text: str) -> list[str]:
    """问题是什么 is the description, 编号是多少 the number."""
    rest = _bare(_MUCH.sub("", text).removesuffix("多少"))
    return [f"{rest}描述", rest] if rest in {"问题", "情况", "具体问题"} else [rest]


def _which(before: str, after: str) -> list[str]:
    """什么问题, 哪个区, 哪个单位负责维修, 属于哪一类."""
    if after in _KIND:
        return [_KIND[after], f"问题{_KIND[after]}"]
    noun = re.match(r"单位|部门|科室|公司|街道|社区|区县?|县|乡镇|路段?|渠道|途径|方式", after)
    if noun:
        rest = _bare(after[noun.end() :]) or before
        act = _bare(re.sub(r"负责|主管|来|管", "", rest))
        pairs = product((act,), ("责任" + noun[0], noun[0])) if act or "负责" in rest else ()
        return [*("".join(pair) for pair in pairs), noun[0]]
    if after in {"问题", "情况", "隐患", "毛病"}:
        return [f"{'问题' if after == '毛病' else after}描述", f"存在{after}"]
    return [after, f"{before}{after}"]


Answer = Callable[[str], list[str]]
_WHOLE: tuple[tuple[re.Pattern[str], Answer], ...] = (
    (_NUMBERED, lambda _text: ["序号"]),
    (_HAPPENED, lambda _text: ["问题描述", "存在问题"]),
    (_MORE, lambda _text: ["备注", "其他说明"]),
    (_MUCH, _what),
)
_ABOUT: tuple[tuple[re.Pattern[str], Answer], ...] = (
    (_WHEN, _time),
    (_WHERE, _place),
    (_WHO, _person),
    (_WHY, _reason),
    (_HOW, _manner),
)
