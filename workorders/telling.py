"""Whom the ladder tells: rungs become notices, a bounded batch at a time, each (step, rung, due time) once."""

from __future__ import annotations

from django.db import connection, transaction

from notices.actions import Message, tell, tell_all
from notices.words import STEP_WORDS
from staff.models import Department, User
from workorders.models import Rung, WorkOrder
from workorders.models.choices import StepKind

STEP_WORDS.update({kind.value: kind.label for kind in StepKind})
BATCH = 5000

OFFICERS = "referrals.handle_referral"
LEADS = "referrals.delegate_referral"
SUPERVISORS = "workorders.supervise_workorder"

# A desk's people see its queue and are told nothing; what is late there goes to the supervisors.
TO_DEPARTMENT = {Rung.DUE_SOON: OFFICERS, Rung.YELLOW: OFFICERS, Rung.RED: OFFICERS, Rung.SUPERVISION: LEADS}


# Asked with every dispatch: in plain SQL.
PEOPLE = """
SELECT person.* FROM staff_user AS person
WHERE person.is_active AND (person.department_id = %s OR person.department_id IS NULL AND %s) AND person.id IN (
    SELECT role.user_id FROM staff_user_groups AS role
    JOIN auth_group_permissions AS of_role ON of_role.group_id = role.group_id
    JOIN auth_permission AS permission ON permission.id = of_role.permission_id
    JOIN django_content_type AS kind ON kind.id = permission.content_type_id
    WHERE kind.app_label = %s AND permission.codename = %s
) ORDER BY person.username
"""


def people_with(permission: str, department_id: int | None) -> list[User]:
    """Active people of a department, or of the hotline itself, whose roles include a permission."""
    return list(User.objects.raw(PEOPLE, [department_id, department_id is None, *permission.split(".")]))


def people_of(department: Department, permission: str) -> list[User]:
    """The department's people with a permission; where it has none, the next unit above that has."""
    for pk in reversed(department.lineage()):
        if people := people_with(permission, pk):
            return people
    return []


def supervisors() -> list[User]:
    """The hotline's own supervisors."""
    return people_with(SUPERVISORS, None)


# The next rungs that nobody was told of, and whose people have to be known for that. Here and below each row's step and
# order are looked up by key (OFFSET keeps the planner from joining): a storm's rows are newer than what is known of the
# tables, and a plan made for the old ones walks through every step there is, once a batch.
UNTOLD = """
WITH untold AS MATERIALIZED (
    SELECT id, rung, step_id FROM workorders_reminder WHERE NOT told AND id > %(last)s
    ORDER BY id LIMIT %(batch)s FOR UPDATE SKIP LOCKED
)
SELECT array_agg(untold.id)::text, count(*), max(untold.id), array_agg(DISTINCT (department_id || ' ' || untold.rung))
FROM untold CROSS JOIN LATERAL (SELECT department_id FROM workorders_step WHERE id = step_id OFFSET 0) AS step
"""
# A red card and a supervision are news always; the cards before them while the step still stands there.
NEWS = """
SELECT person.id AS recipient_id, reminder.rung AS rule,
       concat_ws(':', 'step', step.id, reminder.rung, round(extract(epoch FROM reminder.due_at))::bigint) AS key,
       o.number AS "case", jsonb_build_object('step', step.kind, 'unit', coalesce(department.name, '')) AS data,
       o.urgency = 'critical' AS at_once
FROM workorders_reminder AS reminder
CROSS JOIN LATERAL (SELECT * FROM workorders_step WHERE id = reminder.step_id OFFSET 0) AS step
CROSS JOIN LATERAL (SELECT number, urgency FROM workorders_workorder WHERE id = step.order_id OFFSET 0) AS o
LEFT JOIN staff_department AS department ON department.id = step.department_id
JOIN LATERAL (
    SELECT step.person_id AS id WHERE step.person_id IS NOT NULL
    UNION SELECT audience.person FROM unnest(%(departments)s::bigint[], %(rungs)s::text[], %(people)s::bigint[])
        AS audience (department, rung, person)
        WHERE department = step.department_id AND rung = reminder.rung
    UNION SELECT unnest(%(supervisors)s::bigint[])
        WHERE reminder.rung = 'supervision' OR (reminder.rung = 'red' AND step.department_id IS NULL)
) AS person ON true
WHERE reminder.id = ANY(%(reminders)s::bigint[]) AND (
    reminder.rung IN ('red', 'supervision') OR (
        step.ended_at IS NULL AND step.due_at = reminder.due_at AND step.next_rung
            = CASE WHEN reminder.rung = 'due_soon' AND step.yellow_at IS NOT NULL THEN 'yellow' ELSE 'red' END
    )
)
"""
TOLD = "UPDATE workorders_reminder SET told = true WHERE id = ANY(%s::bigint[])"


def tell_reminders() -> int:
    """Tell people of the rungs climbed since the last time. Safe to run twice and side by side.

    After a downtime a step climbs several rungs in one sweep. Each is on record, but people hear only what is still
    true: that something falls due soon is no news once it is overdue, or done.
    """
    audience, total, told, last = Audience(), 0, BATCH, 0
    while told == BATCH:
        told, last = _tell_batch(audience, last)
        total += told
    return total


@transaction.atomic
def _tell_batch(audience: Audience, last: int) -> tuple[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(UNTOLD, {"last": last, "batch": BATCH})
        reminders, count, last, where = cursor.fetchone()
    if not count:
        return 0, 0
    asked = [tuple(one.split()) for one in where if one]
    heard = [(int(unit), rung, user.pk) for unit, rung in asked for user in audience.of_rung(int(unit), rung)]
    tell_all(
        NEWS,
        {
            "reminders": reminders,
            "departments": [unit for unit, _rung, _person in heard],
            "rungs": [rung for _unit, rung, _person in heard],
            "people": [person for _unit, _rung, person in heard],
            "supervisors": [user.pk for user in audience.supervisors()],
        },
    )
    with connection.cursor() as cursor:
        cursor.execute(TOLD, [reminders])
    return count, last


class Audience:
    """Who hears of a rung; asked of the database once a department and permission.

    The holder at first, the department's lead from the red card on, supervisors when it is handed to them.
    """

    def __init__(self) -> None:
        self._people: dict[tuple[int, str], list[User]] = {}
        self._departments: dict[int, Department] = {}
        self._supervisors: list[User] | None = None

    def of_rung(self, unit: int, rung: str) -> list[User]:
        """The people of a department who hear of a rung."""
        if not self._departments:
            self._departments = Department.objects.in_bulk()
        wanted = [TO_DEPARTMENT[Rung(rung)], *([LEADS] if rung == Rung.RED else [])]
        return list(
            {user.pk: user for name in wanted for user in self.of_department(self._departments[unit], name)}.values()
        )

    def supervisors(self) -> list[User]:
        if self._supervisors is None:
            self._supervisors = supervisors()
        return self._supervisors

    def of_department(self, department: Department, permission: str) -> list[User]:
        key = (department.pk, permission)
        if key not in self._people:
            self._people[key] = people_of(department, permission)
        return self._people[key]


def tell_lead(order: WorkOrder, rule: str, permission: str = OFFICERS) -> None:
    """Tell the lead department's people about its order; the order's version makes the occasion unique."""
    if order.lead_department is None:
        return
    tell(
        Message(recipient=person, rule=rule, key=f"order:{order.pk}:{rule}:{order.version}", case=order.number)
        for person in people_of(order.lead_department, permission)
    )
