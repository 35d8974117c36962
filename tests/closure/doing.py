"""How a test carries out any move of the law: each with input drawn by hypothesis, good or bad."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from callbacks import actions as callbacks
from referrals import actions as referrals
from referrals import workflow as parts
from staff.models import Department, User
from staff.now import now
from workorders import actions, workflow
from workorders.models import Outcome, WorkOrder
from workorders.models.choices import DeclineReason, ReturnReason
from workorders.workflow import Move

MOVES: tuple[Move, ...] = (*workflow.MOVES, *parts.MOVES)
Draw = Callable[[st.SearchStrategy[Any]], Any]
Act = Callable[[Any, User, Draw], Any]
WORDS = "按规定办理"


def departments() -> st.SearchStrategy[Department]:
    return st.sampled_from(list(Department.objects.order_by("pk")))


def orders() -> st.SearchStrategy[WorkOrder]:
    return st.sampled_from(list(WorkOrder.objects.order_by("pk")))


def _refer(action: Any) -> Act:
    def act(order: Any, by: User, draw: Draw) -> Any:
        supporting = draw(st.lists(departments(), max_size=2))
        return action(order, by=by, lead=draw(departments()), supporting=supporting, instructions=WORDS)

    return act


def _decline(order: Any, by: User, draw: Draw) -> Any:
    reason = draw(st.sampled_from(DeclineReason.values))
    return actions.decline(order, by=by, reason=reason, explanation=draw(st.sampled_from([WORDS, "已转110处理"])))


def _amend(order: Any, by: User, draw: Draw) -> Any:
    changes = draw(
        st.sampled_from(
            [
                {"title": "花园路水管爆裂"},
                {"confidential": True},
                {"confidential": False},
                {"urgency": "critical"},
                {"kind": "report"},
                {"kind": "praise"},
            ]
        )
    )
    return actions.amend(order, by=by, **changes)


def _shelve(order: Any, by: User, draw: Draw) -> Any:
    days = draw(st.sampled_from([0, 1, 9, 400]))
    return referrals.shelve(order, by=by, reason=WORDS, review_on=(now() + timedelta(days=days)).date())


def _result(order: Any, by: User, draw: Draw) -> Any:
    return callbacks.record_result(
        order,
        by=by,
        contacted=draw(st.booleans()),
        resolution=draw(st.sampled_from(["solved", "partly", "not_solved"])),
        satisfaction=draw(st.integers(1, 5)),
        why_not=draw(st.sampled_from(["", "not_solved"])),
    )


def _rework(order: Any, by: User, draw: Draw) -> Any:
    return callbacks.rework(order, by=by, instructions=WORDS, lead=draw(st.none() | departments()))


def _answer(part: Any, by: User, draw: Draw) -> Any:
    return referrals.answer(part, by=by, outcome=draw(st.sampled_from(Outcome.values)), public_reply="已处理")


def _request_return(part: Any, by: User, draw: Draw) -> Any:
    return referrals.request_return(part, by=by, reason=draw(st.sampled_from(ReturnReason.values)), basis=WORDS)


def _only(action: Any, **values: Any) -> Act:
    return lambda record, by, draw: action(record, by=by, **values)


# How each move is carried out.
ACTS: dict[tuple[str, str], Act] = {
    ("workorder", "amend"): _amend,
    ("workorder", "note"): _only(actions.note, text=WORDS),
    ("workorder", "answer_on_the_spot"): _only(actions.answer_on_the_spot, reply=WORDS),
    ("workorder", "decline"): _decline,
    ("workorder", "mark_invalid"): _only(actions.mark_invalid, reason=WORDS),
    ("workorder", "merge"): lambda order, by, draw: actions.merge(order, by=by, into=draw(orders())),
    ("workorder", "unmerge"): _only(actions.unmerge),
    ("workorder", "take"): _only(actions.take),
    ("workorder", "release"): _only(actions.release),
    ("workorder", "chase"): _only(actions.chase, words=WORDS),
    ("workorder", "reveal"): _only(actions.reveal, reason=WORDS),
    ("workorder", "supervise"): _only(actions.supervise, reason=WORDS),
    ("workorder", "lift"): _only(actions.lift, findings=WORDS),
    ("workorder", "reopen"): _only(actions.reopen, reason=WORDS),
    ("workorder", "resume"): _only(actions.resume),
    ("workorder", "close"): _only(actions.close, reason=WORDS),
    ("workorder", "refer"): _refer(referrals.refer),
    ("workorder", "designate"): _refer(referrals.designate),
    ("workorder", "add_supporting"): lambda order, by, draw: referrals.add_supporting(
        order, by=by, department=draw(departments())
    ),
    ("workorder", "recall"): _only(referrals.recall, reason=WORDS),
    ("workorder", "shelve"): _shelve,
    ("workorder", "withdraw"): _only(referrals.withdraw, reason=WORDS),
    ("workorder", "record_attempt"): _only(callbacks.record_attempt, result="no_answer"),
    ("workorder", "record_result"): _result,
    ("workorder", "rework"): _rework,
    ("workorder", "close_as_explained"): _only(callbacks.close_as_explained, reason=WORDS),
    ("workorder", "exclude"): _only(callbacks.exclude, reason=WORDS),
    ("referral", "accept"): _only(referrals.accept),
    ("referral", "record_contact"): _only(referrals.record_contact, note=WORDS),
    ("referral", "delegate"): lambda part, by, draw: referrals.delegate(part, by=by, department=draw(departments())),
    ("referral", "take_back"): _only(referrals.take_back, reason=WORDS),
    ("referral", "answer"): _answer,
    ("referral", "request_return"): _request_return,
    ("referral", "uphold_return"): _only(referrals.uphold_return),
    ("referral", "refuse_return"): _only(referrals.refuse_return, ruling=WORDS),
    ("referral", "request_extension"): lambda part, by, draw: referrals.request_extension(
        part, by=by, days=draw(st.integers(0, 6)), reason=WORDS
    ),
    ("referral", "grant_extension"): lambda part, by, draw: referrals.grant_extension(
        part, by=by, days=draw(st.none() | st.integers(0, 6))
    ),
    ("referral", "refuse_extension"): _only(referrals.refuse_extension, ruling=WORDS),
    ("referral", "pass_answer"): _only(referrals.pass_answer),
    ("referral", "send_back"): _only(referrals.send_back, comment=WORDS),
}


def do(move: Move, record: Any, by: User, draw: Draw) -> Any:
    """Carry a move out through its action."""
    return ACTS[move.record, move.name](record, by, draw)
