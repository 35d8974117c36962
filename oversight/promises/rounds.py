"""An order, its callbacks and the orders that ride with it tell the same story."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from oversight.promises.law import Promise

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
