"""What always holds in the whole house: the closure guarantee (闭环) as one table of promises.

Each promise is a query for what breaks it: the order's number and why. A promise about statuses takes them from the
law (`workorders.workflow`, `referrals.workflow`), never from a copy of it: see `parameters`. `%(due)s` is the moment
before which everything due has been seen to: the time of the audit less the grace.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from django.utils.functional import Promise as Words
from django.utils.translation import gettext_lazy as _

from callbacks.models import Resolution, Satisfaction
from callbacks.models import Status as CallbackStatus
from referrals import workflow as parts
from referrals.models import LIVE as LIVE_PARTS
from workorders import workflow
from workorders.models import CLOSED_STATUSES, OPEN_STATUSES, Status
from workorders.models.choices import StepKind


class Promise(NamedTuple):
    """One promise: its name, what it says, and the query for (number, reason) of what breaks it."""

    name: str
    words: str | Words
    broken: str


HOLDING = (
    Promise(
        "an_open_order_has_one_holder_and_one_due_time",
        _("Every open order has exactly one holder, one next step and one due time."),
        """
        SELECT number, concat('holders: ', num_nonnulls(holder_pool, holder_department_id, holder_person_id),
                              ', next step: ', next_step, ', due: ', next_due_at)
        FROM workorders_workorder
        WHERE status = ANY(%(open)s) AND (next_due_at IS NULL OR next_step IS NULL
            OR num_nonnulls(holder_pool, holder_department_id, holder_person_id) <> 1)
        """,
    ),
    Promise(
        "a_closed_order_owes_nothing",
        _("A closed order says when it was closed, and has neither holder nor due time nor open step."),
        """
        SELECT number, 'still held, or without its closing time' FROM workorders_workorder
        WHERE status = ANY(%(closed)s) AND (closed_at IS NULL OR next_due_at IS NOT NULL OR next_step IS NOT NULL
            OR num_nonnulls(holder_pool, holder_department_id, holder_person_id) > 0)
        UNION ALL
        SELECT o.number, 'still owed: ' || s.kind
        FROM workorders_step s JOIN workorders_workorder o ON o.id = s.order_id
        WHERE s.ended_at IS NULL AND o.status = ANY(%(closed)s)
        UNION ALL
        SELECT number, 'open with a closing time' FROM workorders_workorder
        WHERE status = ANY(%(open)s) AND closed_at IS NOT NULL
        """,
    ),
    Promise(
        "an_order_is_held_by_whoever_owes_its_next_step",
        _("Holder and due time of an open order are those of its earliest open step."),
        """
        SELECT o.number, concat('held until ', o.next_due_at, ' for ', o.next_step,
                                ', owed: ', s.kind, ' until ', s.due_at)
        FROM workorders_workorder o LEFT JOIN (
            SELECT DISTINCT ON (order_id) * FROM workorders_step WHERE ended_at IS NULL
            ORDER BY order_id, due_at, id DESC
        ) s ON s.order_id = o.id
        WHERE o.status = ANY(%(open)s) AND (o.next_due_at IS DISTINCT FROM s.due_at
            OR o.next_step IS DISTINCT FROM s.kind OR o.holder_pool IS DISTINCT FROM s.pool
            OR o.holder_department_id IS DISTINCT FROM s.department_id
            OR o.holder_person_id IS DISTINCT FROM s.person_id)
        """,
    ),
    Promise(
        "an_order_owes_what_its_status_says",
        _("Every open order owes what its status says, to the desk the law names or a person who took it from there."),
        """
        SELECT o.number, concat(o.status, ' without ', owed.kind, ' at ', coalesce(owed.pool, 'a department'))
        FROM workorders_workorder o
        JOIN unnest(%(owed_status)s, %(owed_kind)s, %(owed_pool)s) AS owed(status, kind, pool) USING (status)
        WHERE NOT EXISTS (
            SELECT FROM workorders_step s WHERE s.order_id = o.id AND s.ended_at IS NULL AND s.kind = owed.kind
                AND (owed.pool IS NULL OR s.pool = owed.pool OR s.person_id IS NOT NULL))
        UNION ALL
        SELECT o.number, concat(o.status, ' and yet it owes ', s.kind)
        FROM workorders_step s JOIN workorders_workorder o ON o.id = s.order_id
        WHERE s.ended_at IS NULL AND NOT EXISTS (
            SELECT FROM unnest(%(may_status)s, %(may_kind)s) AS may(status, kind)
            WHERE may.status = o.status AND may.kind = s.kind)
        """,
    ),
    Promise(
        "nobody_who_left_holds_anything",
        _("No step lies with a person who works here no more."),
        """
        SELECT o.number, concat(s.kind, ' with ', u.username)
        FROM workorders_step s JOIN workorders_workorder o ON o.id = s.order_id JOIN staff_user u ON u.id = s.person_id
        WHERE s.ended_at IS NULL AND NOT u.is_active AND s.kind <> 'follow'
        """,
    ),
    Promise(
        "every_desk_has_people",
        _("At every desk that holds something somebody works who can do it."),
        """
        SELECT min(o.number), concat(s.pool, ': ', count(*), ' steps and nobody with ', work.permission)
        FROM workorders_step s JOIN workorders_workorder o ON o.id = s.order_id
        JOIN unnest(%(work_pool)s, %(work_permission)s) AS work(pool, permission) ON work.pool = s.pool
        WHERE s.ended_at IS NULL AND NOT EXISTS (
            SELECT FROM staff_user u
            LEFT JOIN staff_user_groups g ON g.user_id = u.id
            LEFT JOIN auth_group_permissions gp ON gp.group_id = g.group_id
            LEFT JOIN auth_permission p ON p.id = gp.permission_id
            LEFT JOIN django_content_type c ON c.id = p.content_type_id
            WHERE u.is_active AND (u.is_superuser OR c.app_label || '.' || p.codename = work.permission))
        GROUP BY s.pool, work.permission
        """,
    ),
)

CLOCK = (
    Promise(
        "no_rung_is_left_out",
        _("No rung that is due is left to climb."),
        """
        SELECT o.number, concat(s.kind, ': ', s.next_rung, ' was due ', s.next_rung_at)
        FROM workorders_step s JOIN workorders_workorder o ON o.id = s.order_id
        WHERE s.next_rung_at < %(due)s AND s.ended_at IS NULL
        """,
    ),
    Promise(
        "what_is_overdue_has_its_red_card",
        _("Every overdue step has its red card for this due time."),
        """
        SELECT o.number, concat(s.kind, ' was due ', s.due_at)
        FROM workorders_step s JOIN workorders_workorder o ON o.id = s.order_id
        WHERE s.ended_at IS NULL AND s.due_at < %(due)s AND s.kind <> ALL(%(without_ladder)s) AND NOT EXISTS (
            SELECT FROM workorders_reminder r WHERE r.step_id = s.id AND r.rung = 'red' AND r.due_at = s.due_at)
        """,
    ),
    Promise(
        "nothing_falls_silent",
        _("Every open step has a rung ahead, or a supervisor watches over its order."),
        """
        SELECT o.number, concat(s.kind, ' has nothing ahead')
        FROM workorders_step s JOIN workorders_workorder o ON o.id = s.order_id
        WHERE s.ended_at IS NULL AND s.next_rung IS NULL AND s.kind <> ALL(%(without_ladder)s)
            AND (s.kind = 'supervise' OR NOT EXISTS (
                SELECT FROM workorders_supervision v WHERE v.order_id = o.id AND v.lifted_at IS NULL))
        """,
    ),
    Promise(
        "a_shelved_case_comes_back",
        _("A shelved case is off the shelf on its review date."),
        """
        SELECT o.number, concat('to be looked at ', s.due_at)
        FROM workorders_step s JOIN workorders_workorder o ON o.id = s.order_id
        WHERE s.ended_at IS NULL AND s.kind = 'shelf' AND s.due_at < %(due)s
        """,
    ),
    Promise(
        "every_rung_climbed_was_told",
        _("Every rung climbed belongs to a step, and people were told of it."),
        """
        SELECT o.number, concat(r.rung, ' of ', r.at, ' was told nobody')
        FROM workorders_reminder r JOIN workorders_step s ON s.id = r.step_id
        JOIN workorders_workorder o ON o.id = s.order_id
        WHERE NOT r.told AND r.at < %(due)s
        UNION ALL
        SELECT '', concat(r.rung, ' of ', r.at, ' belongs to no step ', r.step_id)
        FROM workorders_reminder r WHERE NOT EXISTS (SELECT FROM workorders_step s WHERE s.id = r.step_id)
        """,
    ),
    Promise(
        "supervision_and_its_step_go_together",
        _("Supervision is open exactly while its step is, on an open order."),
        """
        SELECT o.number, concat('supervision ', v.id, ' without its step')
        FROM workorders_supervision v JOIN workorders_workorder o ON o.id = v.order_id
        LEFT JOIN workorders_step s ON s.id = v.step_id
        WHERE v.lifted_at IS NULL AND (s.id IS NULL OR s.ended_at IS NOT NULL OR s.order_id <> v.order_id
            OR s.kind <> 'supervise' OR o.status = ANY(%(closed)s))
        UNION ALL
        SELECT o.number, 'supervise owed without a supervision'
        FROM workorders_step s JOIN workorders_workorder o ON o.id = s.order_id
        WHERE s.ended_at IS NULL AND s.kind = 'supervise' AND NOT EXISTS (
            SELECT FROM workorders_supervision v WHERE v.step_id = s.id AND v.lifted_at IS NULL)
        """,
    ),
)

PARTS = (
    Promise(
        "a_referred_order_has_one_lead",
        _("A referred order has exactly one live lead, an answered one exactly one answered lead, the others none."),
        """
        SELECT o.number, concat(o.status, ' with ', lead.live, ' live and ', lead.answered, ' answered leads')
        FROM workorders_workorder o LEFT JOIN (
            SELECT order_id, count(*) FILTER (WHERE status = ANY(%(live_parts)s)) AS live,
                count(*) FILTER (WHERE status = 'answered') AS answered
            FROM referrals_referral WHERE role = 'lead' GROUP BY order_id
        ) lead ON lead.order_id = o.id
        WHERE coalesce(lead.live, 0) <> (o.status = 'referred')::int
            OR coalesce(lead.answered, 0) <> (o.status = 'answered')::int
        """,
    ),
    Promise(
        "no_part_lives_without_its_order",
        _("Parts are live only while their order is referred, and wait as answered only until its answer stands."),
        """
        SELECT o.number, concat(o.status, ' with a ', r.role, ' part ', r.status)
        FROM referrals_referral r JOIN workorders_workorder o ON o.id = r.order_id
        WHERE (r.status = ANY(%(live_parts)s) AND o.status <> 'referred')
            OR (r.status = 'answered' AND o.status NOT IN ('referred', 'answered'))
            OR (r.status = 'answered' AND r.role = 'subunit')
        """,
    ),
    Promise(
        "a_part_owes_what_its_status_says",
        _("Every live part owes what its status says, its department holds it, and an ended part owes nothing."),
        """
        SELECT o.number, concat(r.status, ' and ', s.kind, CASE WHEN s.ended_at IS NULL THEN ' open' ELSE ' ended' END)
        FROM referrals_referral r JOIN workorders_workorder o ON o.id = r.order_id
        JOIN workorders_step s ON s.id IN (r.sign_step_id, r.contact_step_id, r.answer_step_id)
        LEFT JOIN unnest(%(part_status)s, %(part_kind)s) AS owed(status, kind)
            ON owed.status = r.status AND owed.kind = s.kind
        WHERE (s.kind <> 'contact' AND (owed.kind IS NULL) <> (s.ended_at IS NOT NULL))
            OR (s.kind = 'contact' AND s.ended_at IS NULL AND r.status <> ALL(%(live_parts)s))
            OR s.order_id <> r.order_id OR (s.ended_at IS NULL AND s.department_id IS DISTINCT FROM r.department_id)
        """,
    ),
    Promise(
        "every_step_of_a_department_belongs_to_its_part",
        _("No step of a department, and no ruling, is owed without the live part or the request it belongs to."),
        """
        SELECT o.number, concat(s.kind, ' belongs to no live part')
        FROM workorders_step s JOIN workorders_workorder o ON o.id = s.order_id
        WHERE s.ended_at IS NULL AND s.kind IN ('sign', 'contact', 'answer') AND NOT EXISTS (
            SELECT FROM referrals_referral r WHERE r.order_id = s.order_id AND r.status = ANY(%(live_parts)s)
                AND s.id IN (r.sign_step_id, r.contact_step_id, r.answer_step_id))
        UNION ALL
        SELECT o.number, concat(s.kind, ' belongs to no open request')
        FROM workorders_step s JOIN workorders_workorder o ON o.id = s.order_id
        WHERE s.ended_at IS NULL AND s.kind IN ('rule_return', 'rule_extension')
            AND NOT EXISTS (SELECT FROM referrals_returnrequest q WHERE q.step_id = s.id AND q.ruled_at IS NULL)
            AND NOT EXISTS (SELECT FROM referrals_extension q WHERE q.step_id = s.id AND q.ruled_at IS NULL)
        """,
    ),
    Promise(
        "requests_are_pending_only_on_live_parts",
        _("A request waits for its ruling only on a live part, and the ruling is owed."),
        """
        SELECT o.number, concat(q.what, ' pending on a part ', r.status,
                                CASE WHEN s.ended_at IS NOT NULL THEN ', its ruling owed no more' END)
        FROM (SELECT 'return' AS what, referral_id, step_id FROM referrals_returnrequest WHERE ruled_at IS NULL
              UNION ALL SELECT 'extension', referral_id, step_id FROM referrals_extension WHERE ruled_at IS NULL) q
        JOIN referrals_referral r ON r.id = q.referral_id JOIN workorders_workorder o ON o.id = r.order_id
        LEFT JOIN workorders_step s ON s.id = q.step_id
        WHERE r.status <> ALL(%(live_parts)s) OR s.id IS NULL OR s.ended_at IS NOT NULL
        """,
    ),
    Promise(
        "a_delegated_part_waits_for_its_subunit",
        _("A part is delegated exactly while one sub-unit's part below it is live."),
        """
        SELECT o.number, concat(r.role, ' part ', r.status, ' with ', count(below.id), ' live parts below')
        FROM referrals_referral r JOIN workorders_workorder o ON o.id = r.order_id
        LEFT JOIN referrals_referral below ON below.parent_id = r.id AND below.status = ANY(%(live_parts)s)
        WHERE r.status = 'delegated' OR below.id IS NOT NULL
        GROUP BY o.number, r.id
        HAVING count(below.id) <> (r.status = 'delegated')::int OR bool_or(below.order_id <> r.order_id)
        """,
    ),
    Promise(
        "the_lead_department_leads",
        _("The lead department of a referred order is its live lead's; an order at dispatch or shelved has none."),
        """
        SELECT o.number, concat(o.status, ' under ', o.lead_department_id, ', its lead part with ', r.department_id)
        FROM workorders_workorder o LEFT JOIN referrals_referral r
            ON r.order_id = o.id AND r.role = 'lead' AND r.status = ANY(%(live_parts)s)
        WHERE (o.status = 'referred' AND o.lead_department_id IS DISTINCT FROM r.department_id)
            OR (o.status IN ('registered', 'shelved', 'merged') AND o.lead_department_id IS NOT NULL)
        """,
    ),
    Promise(
        "an_answered_lead_has_its_answer_under_review",
        _("An answer is under review exactly while its lead waits as answered."),
        """
        SELECT o.number, concat(r.role, ' part ', r.status, ' with ', count(a.id), ' answers under review')
        FROM referrals_referral r JOIN workorders_workorder o ON o.id = r.order_id
        LEFT JOIN referrals_answer a ON a.referral_id = r.id AND a.reviewed_at IS NULL
        WHERE (r.role = 'lead' AND r.status = 'answered') OR a.id IS NOT NULL
        GROUP BY o.number, r.id
        HAVING count(a.id) <> (r.role = 'lead' AND r.status = 'answered')::int
        """,
    ),
)

CALLBACKS = (
    Promise(
        "a_citizen_is_called_only_while_that_is_owed",
        _("A round of calling goes on only while its order awaits the callback."),
        """
        SELECT o.number, concat('round ', c.round, ' goes on while ', o.status)
        FROM callbacks_callback c JOIN workorders_workorder o ON o.id = c.order_id
        WHERE c.status = %(trying)s AND o.status <> 'awaiting_callback'
        """,
    ),
    Promise(
        "a_decision_is_about_a_discontented_citizen",
        _("An order waits for a decision exactly when the last round's citizen is not content and nobody decided."),
        """
        SELECT o.number, concat('last round: ', c.status, ' ', c.resolution, ' ', c.satisfaction, ' ', c.verdict)
        FROM workorders_workorder o LEFT JOIN (
            SELECT DISTINCT ON (order_id) * FROM callbacks_callback ORDER BY order_id, round DESC
        ) c ON c.order_id = o.id
        WHERE o.status = 'deciding' AND (c.id IS NULL OR c.status <> %(completed)s OR c.verdict <> ''
            OR (c.resolution <> %(not_solved)s AND c.satisfaction >= %(basically)s))
        """,
    ),
    Promise(
        "a_verdict_closes_or_reworks",
        _("An order closed after a callback has a completed last round, one closed as not reached an unreachable one."),
        """
        SELECT o.number, concat(o.closing, ' with a last round ', c.status)
        FROM workorders_workorder o LEFT JOIN (
            SELECT DISTINCT ON (order_id) * FROM callbacks_callback ORDER BY order_id, round DESC
        ) c ON c.order_id = o.id
        WHERE o.status = 'closed' AND (
            (o.closing IN ('called_back', 'as_explained', 'excluded') AND c.status IS DISTINCT FROM %(completed)s)
            OR (o.closing = 'unreachable' AND c.status IS DISTINCT FROM %(unreachable)s))
        """,
    ),
)

TOGETHER = (
    Promise(
        "a_merged_order_rides_with_an_open_one",
        _("A merged order rides with an open order that is not merged itself, and has its holder and due time."),
        """
        SELECT o.number, concat('rides with ', coalesce(c.number, 'nobody'), ' (', c.status, ')')
        FROM workorders_workorder o LEFT JOIN workorders_workorder c ON c.id = o.merged_into_id
        WHERE o.status = 'merged' AND (c.id IS NULL OR c.status <> ALL(%(open)s) OR c.status = 'merged'
            OR o.next_due_at IS DISTINCT FROM c.next_due_at OR o.holder_pool IS DISTINCT FROM c.holder_pool
            OR o.holder_department_id IS DISTINCT FROM c.holder_department_id
            OR o.holder_person_id IS DISTINCT FROM c.holder_person_id)
        """,
    ),
    Promise(
        "an_order_of_its_own_rides_with_none",
        _("An order that is handled on its own is merged into no other any more."),
        """
        SELECT o.number, concat(o.status, ' and merged into ', c.number)
        FROM workorders_workorder o JOIN workorders_workorder c ON c.id = o.merged_into_id
        WHERE o.status IN ('registered', 'referred', 'answered', 'shelved')
        """,
    ),
)

TIMELINE = (
    Promise(
        "a_timeline_has_no_gaps",
        _("A timeline counts from 1 to its order's version without gaps."),
        """
        SELECT o.number, concat('version ', o.version, ', entries ', e.count, ' from ', e.first, ' to ', e.last)
        FROM workorders_workorder o LEFT JOIN (
            SELECT order_id, count(*) AS count, min(seq) AS first, max(seq) AS last
            FROM workorders_event GROUP BY order_id
        ) e ON e.order_id = o.id
        WHERE o.version IS DISTINCT FROM e.count OR o.version IS DISTINCT FROM e.last OR e.first IS DISTINCT FROM 1
        """,
    ),
    Promise(
        "a_timeline_begins_with_the_appeal",
        _("The first entry of a timeline says how the appeal came in, and no other does."),
        """
        SELECT o.number, concat(e.seq, ' ', e.verb)
        FROM workorders_event e JOIN workorders_workorder o ON o.id = e.order_id
        WHERE (e.seq = 1) <> (e.verb IN ('workorder.registered', 'workorder.imported'))
        """,
    ),
    Promise(
        "a_timeline_ends_with_the_closing",
        _("Only informative entries follow the closing of a closed order; an open one was opened again after any."),
        """
        SELECT o.number, concat(o.status, ', last of weight: ', e.verb)
        FROM workorders_workorder o LEFT JOIN (
            SELECT DISTINCT ON (order_id) order_id, verb, data FROM workorders_event WHERE NOT informative
            ORDER BY order_id, seq DESC
        ) e ON e.order_id = o.id
        WHERE (o.status = ANY(%(closed)s)) <> coalesce(e.data ? 'closing', false)
        """,
    ),
)

LIMITS = (
    Promise(
        "every_step_has_a_limit",
        _("Every kind of step has a time limit that holds for any kind, urgency and category."),
        """
        SELECT '', 'no limit for any ' || wanted.step FROM unnest(%(limited)s) AS wanted(step) WHERE NOT EXISTS (
            SELECT FROM workorders_timelimit l WHERE l.step = wanted.step AND l.kind = '' AND l.urgency = ''
                AND l.category_id IS NULL AND NOT l.for_rework)
        """,
    ),
)

PROMISES = (*HOLDING, *CLOCK, *PARTS, *CALLBACKS, *TOGETHER, *TIMELINE, *LIMITS)

# What may be owed besides what a status owes: departments' clocks and rulings on their requests while it is referred.
OF_DEPARTMENTS = (
    StepKind.SIGN,
    StepKind.CONTACT,
    StepKind.ANSWER,
    StepKind.RULE_RETURN,
    StepKind.RULE_EXTENSION,
)


def parameters(due: datetime) -> dict[str, Any]:
    """The law, as the queries ask for it."""
    owed = [(status, kind, pool) for status, steps in workflow.OWED.items() for kind, pool in steps]
    may = [(status, kind) for status, kind, _pool in owed]
    may += [(Status.REFERRED, kind) for kind in OF_DEPARTMENTS]
    may += [(Status(status), StepKind.SUPERVISE) for status in workflow.LIVE]
    of_parts = [(status, kind) for status, kinds in parts.OWED.items() for kind in kinds]
    return {
        "due": due,
        "open": _texts(OPEN_STATUSES),
        "closed": _texts(CLOSED_STATUSES),
        "owed_status": _texts(status for status, _kind, _pool in owed),
        "owed_kind": _texts(kind for _status, kind, _pool in owed),
        "owed_pool": [str(pool) if pool else None for _status, _kind, pool in owed],
        "may_status": _texts(status for status, _kind in may),
        "may_kind": _texts(kind for _status, kind in may),
        "work_pool": _texts(workflow.WORK_OF),
        "work_permission": _texts(workflow.WORK_OF.values()),
        "without_ladder": _texts(workflow.WITHOUT_LADDER),
        "limited": _texts(kind for kind in StepKind if kind not in workflow.WITHOUT_LADDER),
        "live_parts": _texts(LIVE_PARTS),
        "part_status": _texts(status for status, _kind in of_parts),
        "part_kind": _texts(kind for _status, kind in of_parts),
        "trying": str(CallbackStatus.TRYING),
        "completed": str(CallbackStatus.COMPLETED),
        "unreachable": str(CallbackStatus.UNREACHABLE),
        "not_solved": str(Resolution.NOT_SOLVED),
        "basically": int(Satisfaction.BASICALLY),
    }


def _texts(values: Any) -> list[str]:
    return [str(value) for value in values]
