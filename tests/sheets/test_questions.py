"""Captions that ask: what they ask for, and that a statement asks nothing."""

import pytest

from sheets.understanding.captions import caption_tells
from sheets.understanding.questions import is_asking, statements
from sheets.understanding.vocabulary import Target


@pytest.mark.parametrize(
    ("question", "meant"),
    [
        ("问题在哪里？", "问题地点"),
        ("具体在什么地方", "具体地点"),
        ("谁负责整改？", "整改责任单位"),
        ("哪个单位负责？", "责任单位"),
        ("由哪个部门处理？", "处理部门"),
        ("什么时候发现的？", "发现时间"),
        ("最晚什么时候整改完成？", "要求完成时间"),
        ("什么时候改完的？", "处理完成时间"),
        ("谁报的？", "上报人"),
        ("是什么问题？", "问题描述"),
        ("发生了什么？", "问题描述"),
        ("属于哪一类？", "类别"),
        ("怎么整改的？", "整改措施"),
        ("怎么发现的？", "发现来源"),
        ("整改好了吗？", "是否处理完成"),
        ("改了没有", "是否处理"),
        ("急不急？", "是否紧急"),
        ("为什么没有完成？", "未完成原因"),
        ("联系电话是多少？", "联系电话"),
        ("第几个？", "序号"),
        ("还有什么要补充的？", "备注"),
    ],
)
def test_a_question_is_said_as_a_column_is_named(question: str, meant: str) -> None:
    assert meant in statements(question)


@pytest.mark.parametrize(
    "caption",
    ["问题描述", "整改时限", "是否整改", "整改是否完成", "责任人", "整改前照片", "", "其他情况"],
)
def test_a_caption_that_states_asks_nothing(caption: str) -> None:
    assert not is_asking(caption)


def test_a_question_speaks_for_what_it_asks_a_little_less_than_the_caption_itself() -> None:
    found = Target("found", "发现时间", kind="date_time")
    asked = caption_tells(found, "什么时候发现的？", ())
    assert 0.9 < asked.points < caption_tells(found, "发现时间", ()).points
    assert asked.reason == "列名是问句，列名与“发现时间”相同"
