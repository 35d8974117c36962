"""Every open order is somebody's, until a time."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from oversight.promises.law import Promise

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
