"""Rules on rights: whom they name, what they leave, how they read."""

from __future__ import annotations

import pytest

from app.domain.policy import may_export
from app.domain.rights import Effect, Rule, names, resolve, sentence, subject_label
from app.domain.roles import Actor, OrgType, Rights, Role

ORGS = {4: "新抚区", 9: "站前街道"}


def someone(*roles: Role, org_type=OrgType.STREET, path="/1/4/9/") -> Actor:
    return Actor(7, "某人", 9, "站前街道", org_type, path, frozenset(roles))


STREET = someone(Role.REPORTER, Role.UNIT_USER)
REVIEWER = someone(Role.REVIEWER, org_type=OrgType.SECTION, path="/1/2/3/")
ADMIN = someone(Role.SYSADMIN, org_type=OrgType.BUREAU, path="/1/2/")


@pytest.mark.parametrize(
    ("subject", "street", "reviewer"),
    [
        ("everyone", True, True),
        ("role:reporter", True, False),
        ("role:reviewer", False, True),
        ("org_type:street", True, False),
        ("org:9", True, False),
        ("org:4", True, False),  # a unit means those below it
        ("org:2", False, True),
        ("org:90", False, False),
    ],
)
def test_a_subject_names_whom_it_says(subject, street, reviewer):
    assert (names(subject, STREET), names(subject, REVIEWER)) == (street, reviewer)


SEE_A, SEE_B = (Rule(Effect.SEE, each, "remedy") for each in ("role:reviewer", "org:9"))
CHANGE = Rule(Effect.CHANGE, "role:reviewer", "f_1")
EXPORT = Rule(Effect.EXPORT, "role:ledger_reader")
SUBJECTS = ("org_type:street", "everyone")
ROWS_A, ROWS_B = (Rule(Effect.ROWS, each, query=f"f.state.is_not={each}") for each in SUBJECTS)


@pytest.mark.parametrize(
    ("rules", "actor", "left"),
    [
        ([], STREET, Rights()),
        ([ROWS_A], REVIEWER, Rights()),
        ([ROWS_A], STREET, Rights(rows=(ROWS_A.query,))),
        ([ROWS_B, ROWS_A], STREET, Rights(rows=(ROWS_B.query, ROWS_A.query))),
        ([SEE_A], STREET, Rights(hidden=frozenset({"remedy"}))),
        ([SEE_A, SEE_B], STREET, Rights()),
        ([CHANGE], STREET, Rights(locked=frozenset({"f_1"}))),
        ([CHANGE], REVIEWER, Rights()),
        ([EXPORT], REVIEWER, Rights(exports=False)),
        ([ROWS_A, ROWS_B, SEE_A, CHANGE, EXPORT], ADMIN, Rights()),
    ],
)
def test_rules_leave_what_they_say(rules, actor, left):
    found = resolve(rules, actor)

    assert (set(found.rows), found.hidden, found.locked, found.exports) == (
        set(left.rows),
        left.hidden,
        left.locked,
        left.exports,
    )


def test_a_subject_nobody_can_read_takes_away_rather_than_gives():
    unreadable = "role:wizard"

    assert resolve([Rule(Effect.ROWS, unreadable, query="q")], STREET).rows == ("q",)
    assert resolve([Rule(Effect.SEE, unreadable, "remedy")], STREET).hidden == {"remedy"}


def test_the_right_to_export_needs_both_the_role_and_the_rule():
    from dataclasses import replace

    named = replace(REVIEWER, rights=resolve([EXPORT], someone(Role.LEDGER_READER)))
    assert may_export(REVIEWER)
    assert may_export(named)
    assert not may_export(replace(REVIEWER, rights=resolve([EXPORT], REVIEWER)))
    assert not may_export(someone(Role.REPORTER))


@pytest.mark.parametrize(
    ("effect", "subjects", "what", "said"),
    [
        (Effect.ROWS, ["街道"], "状态不是作废", "街道 只见 状态不是作废 的问题"),
        (Effect.SEE, ["审核员", "核查员"], "上报人", "上报人（列） 仅 审核员、核查员 可见"),
        (Effect.CHANGE, ["环卫科"], "销号意见", "销号意见 仅 环卫科 可改"),
        (Effect.EXPORT, ["台账查阅人"], "", "仅 台账查阅人 可导出"),
    ],
)
def test_a_rule_reads_as_a_sentence(effect, subjects, what, said):
    assert sentence(effect, subjects, what) == said


@pytest.mark.parametrize(
    ("subject", "label"),
    [
        ("everyone", "全体人员"),
        ("role:checker", "核查员"),
        ("org_type:district", "区（县）"),
        ("org:9", "站前街道"),
        ("org:77", "（org:77）"),
        ("role:wizard", "（role:wizard）"),
    ],
)
def test_a_subject_reads_as_people_call_it(subject, label):
    assert subject_label(subject, ORGS) == label
