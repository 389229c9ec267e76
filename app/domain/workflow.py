"""The workflow as one table: every move T01-T20 of the domain handbook §2.3, then those of imports.

Buttons, API answers, docs/workflow.md, rights and tests are read from `MOVES`; `apply`
is the only place in the house that gives a problem a state.
"""

from dataclasses import dataclass, field
from enum import Enum, StrEnum

from app.domain import effects, guards, import_moves, needs, policy
from app.domain.calendars import local_date
from app.domain.effects import Effect, Starter
from app.domain.facts import Facts, Given
from app.domain.guards import Circumstances, Guard
from app.domain.importing import reached
from app.domain.needs import Need
from app.domain.policy import Predicate
from app.domain.refusals import Conflict, Invalid, NotAllowed
from app.domain.roles import Actor
from app.domain.states import HELD_BY_UNIT, NUMBERED, OPEN, RequestKind, State


class Target(Enum):
    """Where a move leads when it is not one fixed state."""

    SAME = "不变"
    CAME_FROM = "提交前的状态"
    SAID = "台账写明的状态"
    BEFORE_IMPORT = "作废，或导入前的状态"
    BEFORE_VERDICT = "作出结论前的状态"


class Tone(StrEnum):
    """How a button looks: the expected step, another one, or one that takes something away."""

    PRIMARY = "primary"
    PLAIN = "plain"
    DANGER = "danger"


@dataclass(frozen=True, slots=True)
class Move:
    """One row of the table."""

    code: str
    id: str
    label: str
    done: str  # the timeline: 「某某」+ done
    from_states: frozenset[State | None]
    to: State | Target
    who: Predicate
    needs: tuple[Need, ...] = ()
    guards: tuple[Guard, ...] = ()
    starts: Starter = effects.nothing
    tone: Tone = Tone.PLAIN
    consequence: str = ""  # what happens if I press this; {placeholders} are filled by the page


def _from(*states: State | None) -> frozenset[State | None]:
    return frozenset(states)


S, N, P, G, E, B = State, needs, policy, guards, effects, import_moves

_REPORT_NEEDS = (
    N.BEFORE_PHOTOS,
    N.POSITION,
    N.CATEGORY,
    N.DESCRIPTION,
    N.STREET,
    N.URGENT_REASON,
)
_ROUTE_NEEDS = (N.CATEGORY, N.LEAD_SECTION, N.RESPONSIBLE)
_SUBMIT_NEEDS = (N.REMEDY, N.AFTER_PHOTOS, N.HANDLED_BY)
_SEND_BACK_NEEDS = (
    N.reason("send_back_reason", "退件原因"),
    N.text("退件说明", "请写明退件原因：哪里没有达到要求、应当怎样整改。"),
)

# fmt: off
MOVES: tuple[Move, ...] = (
    Move("T01", "save_draft", "存草稿", "存为草稿", _from(None), S.DRAFT, P.may_report),
    Move("T02", "report", "上报", "上报了问题", _from(S.DRAFT), S.POOLED, P.is_reporter,
         _REPORT_NEEDS, starts=E.intake, tone=Tone.PRIMARY, consequence="进入问题池，等待审核"),
    Move("T03", "return_for_correction", "退回补正", "退回补正", _from(S.POOLED),
         S.NEEDS_CORRECTION, P.is_reviewer,
         (N.text("补正要求", "请写明需要补正什么。"),),
         tone=Tone.DANGER, consequence="退回 {reporter_org} 补正"),
    Move("T04", "correct", "补正后上报", "补正后重新上报", _from(S.NEEDS_CORRECTION), S.POOLED,
         P.is_reporter, _REPORT_NEEDS, starts=E.intake, tone=Tone.PRIMARY,
         consequence="重新进入问题池，等待审核"),
    Move("T05", "void", "作废", "作废", _from(S.POOLED), S.VOID, P.is_reviewer,
         (N.reason("void_reason", "作废原因"), N.text("作废说明", "请写明为什么作废。"),
          N.DUPLICATE_OF),
         starts=E.close_as_void, tone=Tone.DANGER, consequence="不再办理，记入作废清单"),
    Move("T06", "dispatch", "下发", "审核通过并下发", _from(S.POOLED), S.LISTED, P.is_reviewer,
         (*_ROUTE_NEEDS, N.GENERAL_REASON), starts=E.rectify, tone=Tone.PRIMARY,
         consequence="给出编号，进入责任单位的问题清单池，整改时限开始计算"),
    Move("T07", "refer_to_leader", "呈报领导", "呈报分管领导审定紧急", _from(S.POOLED),
         S.URGENT_REVIEW, P.is_reviewer_or_system, _ROUTE_NEEDS, (G.is_urgent_or_asked,),
         E.leader, consequence="由牵头科室的分管领导决定是否紧急"),
    Move("T08", "confirm_urgent", "确认紧急", "确认紧急，转直属大队督导", _from(S.URGENT_REVIEW),
         S.URGENT_LISTED, P.is_leader_of_lead_section, (N.optional_text("审定意见"),),
         starts=E.urgent, tone=Tone.PRIMARY, consequence="进入直属大队督导池，立即督导"),
    Move("T09", "lower_to_general", "转一般", "转为一般问题", _from(S.URGENT_REVIEW), S.LISTED,
         P.is_leader_of_lead_section, (N.text("审定意见", "转为一般请写明意见。"),),
         starts=E.rectify_after_urgent, consequence="进入责任单位的问题清单池，按一般问题整改"),
    Move("T10", "void_urgent", "作废", "作废紧急申请", _from(S.URGENT_REVIEW), S.VOID,
         P.may_void_urgent, (N.text("作废说明", "请写明为什么作废。"),),
         starts=E.close_as_void, tone=Tone.DANGER, consequence="不再办理，记入作废清单"),
    Move("T11/T16d", "submit", "提交整改", "提交了整改结果", _from(S.LISTED, S.URGENT_LISTED, S.DEFERRED),
         S.SUBMITTED, P.is_responsible, _SUBMIT_NEEDS, starts=E.check, tone=Tone.PRIMARY,
         consequence="整改时限暂停，由后台核查前后照片"),
    Move("T12", "pass_check", "核查通过", "核查通过，预销号", _from(S.SUBMITTED), S.PRE_SIGNED_OFF,
         P.is_independent_checker, (N.optional_text("核查意见"),), (G.no_signal_forbids,),
         E.sign_off_stage, tone=Tone.PRIMARY, consequence="预销号，送牵头科室销号"),
    Move("T13", "send_back", "退件", "核查未通过，退件", _from(S.SUBMITTED), Target.CAME_FROM,
         P.is_independent_checker, _SEND_BACK_NEEDS, starts=E.resume, tone=Tone.DANGER,
         consequence="退回 {responsible_org} 重新整改"),
    Move("T14", "sign_off", "销号", "同意销号", _from(S.PRE_SIGNED_OFF), S.SIGNED_OFF,
         P.may_sign_off, (N.optional_text("销号意见"),), starts=E.close, tone=Tone.PRIMARY,
         consequence="办结，前后照片进入成果库，计入整治台账"),
    Move("T15", "refuse_sign_off", "退件", "销号审核未通过，退件", _from(S.PRE_SIGNED_OFF),
         Target.CAME_FROM, P.may_refuse_sign_off, _SEND_BACK_NEEDS, starts=E.resume,
         tone=Tone.DANGER, consequence="退回 {responsible_org} 重新整改"),
    Move("T16a", "request_deferral", "申请挂号", "申请挂号", _from(S.LISTED, S.DEFERRED),
         Target.SAME, P.is_responsible,
         (N.reason("deferral_reason", "挂号原因"), N.text("挂号说明", "请写明暂时不能整改的情况。"),
          N.TARGET_DATE, N.INTERIM),
         (G.is_not_deferred_or_requested, G.target_date_is_ahead),
         E.request(RequestKind.DEFERRAL), consequence="由牵头科室审批，审批期间时限照常计算"),
    Move("T16b1", "endorse_deferral", "同意并报领导", "同意挂号，报分管领导审批",
         _from(S.LISTED, S.DEFERRED), Target.SAME, P.is_lead_section_admin,
         (N.optional_text("科室意见"),), (G.has_deferral_request, G.deferral_is_long_and_open),
         E.endorse, tone=Tone.PRIMARY, consequence="期限较远，由分管领导决定"),
    Move("T16b", "approve_deferral", "同意挂号", "同意挂号", _from(S.LISTED, S.DEFERRED),
         S.DEFERRED, P.may_decide_deferral, (N.TARGET_DATE, N.optional_text("审批意见")),
         (G.has_deferral_request, G.deferral_is_short_or_endorsed, G.target_date_is_ahead),
         E.defer, tone=Tone.PRIMARY, consequence="进入挂号库，期限内不影响销号率"),
    Move("T16c", "refuse_deferral", "不同意挂号", "不同意挂号", _from(S.LISTED, S.DEFERRED),
         Target.SAME, P.may_decide_deferral, (N.text("理由", "请写明不同意的理由。"),),
         (G.has_deferral_request,), E.refuse, tone=Tone.DANGER,
         consequence="继续按原时限整改"),
    Move("T16e1", "lapse_deferral", "挂号到期", "挂号到期，回到问题清单池", _from(S.DEFERRED),
         S.LISTED, P.is_system, (), (G.deferral_has_passed,), E.lapse,
         consequence="回到问题清单池，从期限次日起为超期"),
    Move("T16e2", "cancel_deferral", "取消挂号", "取消挂号", _from(S.DEFERRED), S.LISTED,
         P.may_cancel_deferral, (N.text("理由", "请写明取消挂号的理由。"),),
         (G.deferral_still_runs,), E.cancel_deferral,
         consequence="回到问题清单池，剩余时限继续计算"),
    Move("T17", "reopen", "撤销销号", "撤销销号", _from(S.SIGNED_OFF), S.LISTED,
         P.is_lead_section_admin, (N.text("理由", "请写明撤销销号的理由。"),),
         (G.was_signed_off_lately,), E.reopen, tone=Tone.DANGER,
         consequence="回到 {responsible_org} 的问题清单池，重新整改"),
    Move("T18a", "request_reassign", "申请改派", "申请改派", _from(S.LISTED), Target.SAME,
         P.is_responsible,
         (N.text("理由", "请写明为什么不属于本单位。"),), (G.arrived_lately,),
         E.request(RequestKind.REASSIGN), consequence="由审核员决定，审批期间时限照常计算"),
    Move("T18b", "approve_reassign", "同意改派", "同意改派", _from(S.LISTED), S.LISTED,
         P.is_reviewer, (N.RESPONSIBLE, N.text("理由", "请写明改派的理由。")),
         (G.has_reassign_request,), E.reassign, tone=Tone.PRIMARY,
         consequence="进入新单位的问题清单池，时限重新计算"),
    Move("T18c", "refuse_reassign", "不同意改派", "不同意改派", _from(S.LISTED), Target.SAME,
         P.is_reviewer, (N.text("理由", "请写明不同意的理由。"),), (G.has_reassign_request,),
         E.refuse, tone=Tone.DANGER, consequence="仍由原单位整改，记为推诿"),
    Move("T19a", "request_extension", "申请延期", "申请延期", _from(S.LISTED), Target.SAME,
         P.is_responsible, (N.DAYS, N.text("理由", "请写明延期的理由。")), (G.may_still_extend,),
         E.request(RequestKind.EXTENSION), consequence="由牵头科室审批，审批期间时限照常计算"),
    Move("T19b", "approve_extension", "同意延期", "同意延期", _from(S.LISTED), Target.SAME,
         P.is_lead_section_admin, (N.optional_text("审批意见"),), (G.has_extension_request,),
         E.extend, tone=Tone.PRIMARY, consequence="整改时限延长，计入延期"),
    Move("T19c", "refuse_extension", "不同意延期", "不同意延期", _from(S.LISTED), Target.SAME,
         P.is_lead_section_admin, (N.text("理由", "请写明不同意的理由。"),),
         (G.has_extension_request,), E.refuse, tone=Tone.DANGER, consequence="继续按原时限整改"),
    Move("T20", "supervise", "督办", "督办", _from(*OPEN), Target.SAME, P.may_supervise,
         (N.text("督办要求", "请写明督办要求。"), N.TARGET_DATE), (),
         consequence="责任单位须在期限内回复"),
    Move("T21", "import_entry", "导入", "由台账导入", _from(None), Target.SAID,
         P.imports_for_lead_section, (), (G.comes_with_an_import, B.says_a_state), B.enter,
         consequence="按台账写明的状态和日期进入流程"),
    Move("T22", "import_update", "按台账更新", "按台账更新", _from(*OPEN), Target.SAID,
         P.imports_anything, (), (G.comes_with_an_import,), B.bring_forward,
         consequence="按台账更新内容；状态只向前，不后退"),
    Move("T23", "undo_import", "撤销导入", "撤销了导入", _from(*(set(State) - {S.DRAFT, S.VOID})),
         Target.BEFORE_IMPORT, P.imports_anything, (), (G.comes_with_an_import,), B.take_back,
         tone=Tone.DANGER, consequence="由导入新建的作废，被更新的恢复原值"),
    Move("T24", "take_back", "撤回", "撤回了刚作出的结论",
         _from(S.PRE_SIGNED_OFF, S.SIGNED_OFF, S.LISTED, S.URGENT_LISTED, S.DEFERRED),
         Target.BEFORE_VERDICT, P.gave_the_verdict, (), (G.verdict_is_fresh,), E.take_back,
         consequence="恢复到作出结论之前，时限、次数都照原样，经过里两步都留着"),
    Move("T25", "add_evidence", "补充照片", "补充了照片", _from(*OPEN), Target.SAME,
         P.may_add_evidence, (N.BEFORE_PHOTOS, N.optional_text("补充说明")),
         consequence="照片加入整改前照片，记入办理经过；状态和时限不变"),
)
# fmt: on

BY_ID: dict[str, Move] = {move.id: move for move in MOVES}
VERDICTS = frozenset({"pass_check", "send_back", "sign_off", "refuse_sign_off"})
"""The moves that T24 takes back: what stood before is kept with each of them."""


@dataclass(frozen=True, slots=True)
class Change:
    """What a granted move writes: the new state and everything that goes with it."""

    move: Move
    from_state: State | None
    to_state: State
    effect: Effect
    needs_number: bool = False
    text: str = ""
    reason_code: str = ""


@dataclass(frozen=True, slots=True)
class Option:
    """A move this actor may make now; `fields` are what it asks for."""

    move: Move
    fields: tuple[Need, ...] = field(default_factory=tuple)


def keeps_version(change: Change) -> bool:
    """Whether who has the problem before him may go on without looking again.

    More photos of how it was take nothing from a unit that is putting it right, perhaps on a
    phone without network; who judges it must see them first.
    """
    return change.move.id == "add_evidence" and change.to_state in HELD_BY_UNIT


def find(move_id: str) -> Move:
    """The move of this id; Invalid where there is none."""
    try:
        return BY_ID[move_id]
    except KeyError:
        raise Invalid("move.unknown", "没有这个操作。") from None


def _target(move: Move, facts: Facts, given: Given, at: Circumstances) -> State:
    if isinstance(move.to, State):
        return move.to
    if move.to is Target.SAME:
        return facts.state
    if move.to is Target.BEFORE_VERDICT:
        return facts.verdict.from_state if facts.verdict else facts.state
    said = given.imported.state if given.imported else None
    if move.to is Target.BEFORE_IMPORT:
        return said or facts.state
    if move.to is Target.SAID:
        return said if said and None in move.from_states else reached(facts.state, said)
    came_from = facts.came_from or State.LISTED
    passed = facts.deferral_due is None or local_date(at.now) > facts.deferral_due
    return State.LISTED if came_from is State.DEFERRED and passed else came_from


def options(facts: Facts, actor: Actor, at: Circumstances) -> tuple[Option, ...]:
    """Every move the table allows to this actor on this problem now, in table order."""
    return tuple(
        Option(move, move.needs)
        for move in MOVES
        if facts.state in move.from_states
        and move.who(actor, facts, at.rules)
        and all(guard(facts, None, at) is None for guard in move.guards)
    )


def apply(
    move: Move, facts: Facts, actor: Actor, given: Given, at: Circumstances, *, new: bool = False
) -> Change:
    """Grant a move or raise the refusal that says why not.

    `new` marks a problem that does not exist yet (T01, T21). Raises Conflict when the state
    or a guard forbids it, NotAllowed when the actor may not, Invalid with a sentence
    for each field that is missing or wrong.
    """
    if (None if new else facts.state) not in move.from_states:
        raise Conflict(
            "move.wrong_state",
            f"现在是“{facts.state.label}”，不能“{move.label}”；可能已被他人处理，请刷新查看。",
            details={"state": facts.state.value},
        )
    if not move.who(actor, facts, at.rules):
        raise NotAllowed("move.not_allowed", f"您不能“{move.label}”：应由{move.who.__doc__}办理。")
    wrong = {need.field: s for need in move.needs if (s := need.check(given, facts))}
    if wrong:
        raise Invalid("move.incomplete", " ".join(wrong.values()), fields=wrong)
    for guard in move.guards:
        refusal = guard(facts, given, at)
        if refusal is not None:
            raise refusal
    to_state = _target(move, facts, given, at)
    return Change(
        move=move,
        from_state=None if new else facts.state,
        to_state=to_state,
        effect=move.starts(facts, given, actor, at),
        needs_number=to_state in NUMBERED and facts.number is None,
        text=given.text.strip(),
        reason_code=given.reason_code,
    )
