"""What the passing of time has made due has been seen to, and nothing falls silent."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from oversight.promises.law import Promise

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
