"""An order and its departments' parts tell the same story."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from oversight.promises.law import Promise

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
        _("Every live part owes what its status says, and its department holds it."),
        """
        SELECT o.number, concat(r.status, ' and ', s.kind, CASE WHEN s.ended_at IS NULL THEN ' open' ELSE ' ended' END)
        FROM referrals_referral r JOIN workorders_workorder o ON o.id = r.order_id
        JOIN workorders_step s ON s.id IN (r.sign_step_id, r.contact_step_id, r.answer_step_id)
        LEFT JOIN unnest(%(part_status)s, %(part_kind)s) AS owed(status, kind)
            ON owed.status = r.status AND owed.kind = s.kind
        WHERE r.status = ANY(%(live_parts)s) AND (
            (s.kind <> 'contact' AND (owed.kind IS NULL) <> (s.ended_at IS NOT NULL)) OR s.order_id <> r.order_id
            OR (s.ended_at IS NULL AND s.department_id IS DISTINCT FROM r.department_id))
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
    Promise(
        "a_unit_reads_what_it_has_a_part_of",
        _(
            "A unit may read exactly the orders it, or a unit below it, has a part of that was not taken back,"
            " and finds each among its like."
        ),
        """
        SELECT o.number, concat('unit ', coalesce(read.unit_id, may.unit_id), CASE WHEN may.unit_id IS NULL
            THEN ' reads it without a part' WHEN read.unit_id IS NULL THEN ' may not read its part'
            WHEN read.registered_at IS DISTINCT FROM o.registered_at THEN ' finds it at another time'
            ELSE ' finds it among others' END)
        FROM (
            SELECT DISTINCT p.order_id, unit::bigint AS unit_id FROM referrals_referral p
            JOIN staff_department d ON d.id = p.department_id,
            unnest(string_to_array(btrim(d.path, '/'), '/')) AS unit WHERE p.status <> ALL(%(not_readable)s)
        ) may
        FULL JOIN referrals_readable read ON read.order_id = may.order_id AND read.unit_id = may.unit_id
        LEFT JOIN workorders_workorder o ON o.id = coalesce(read.order_id, may.order_id)
        WHERE may.unit_id IS NULL OR read.unit_id IS NULL OR (
            read.registered_at, read.category_id, read.area_id, read.lead_department_id, read.channel, read.kind,
            read.urgency, read.ended
        ) IS DISTINCT FROM (
            o.registered_at, o.category_id, o.area_id, o.lead_department_id, o.channel, o.kind, o.urgency,
            CASE WHEN o.status = ANY(%(closed)s) THEN o.status ELSE '' END
        )
        """,
    ),
)
