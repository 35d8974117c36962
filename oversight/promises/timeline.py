"""The timeline is complete."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from oversight.promises.law import Promise

TIMELINE = (
    Promise(
        "a_timeline_has_no_gaps",
        _("A timeline counts from 1 without gaps; after its order's version come only entries of the clock."),
        """
        SELECT o.number, concat('version ', o.version, ', entries ', e.count, ' from ', e.first, ' to ', e.last)
        FROM workorders_workorder o LEFT JOIN (
            SELECT order_id, count(*) AS count, min(seq) AS first, max(seq) AS last,
                max(seq) FILTER (WHERE NOT informative OR by_id IS NOT NULL) AS acted
            FROM workorders_event GROUP BY order_id
        ) e ON e.order_id = o.id
        WHERE e.first IS DISTINCT FROM 1 OR e.last IS DISTINCT FROM e.count OR o.version NOT BETWEEN e.acted AND e.last
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
        SELECT o.number, concat(o.status, ', last closed by entry ', e.closing, ', last changed by ', e.change)
        FROM workorders_workorder o LEFT JOIN (
            SELECT order_id, max(seq) FILTER (WHERE data ? 'closing') AS closing,
                max(seq) FILTER (WHERE NOT informative) AS change
            FROM workorders_event GROUP BY order_id
        ) e ON e.order_id = o.id
        WHERE (o.status = ANY(%(closed)s)) <> coalesce(e.closing = e.change, false)
        """,
    ),
)
