"""Whom the ladder tells: rungs become notices, a bounded batch at a time, each (step, rung, due time) once."""

from __future__ import annotations

from django.db import transaction

from notices.actions import Message, tell
from notices.words import STEP_WORDS
from staff.models import Department, User
from workorders.models import Reminder, Rung, Step, Urgency, WorkOrder
from workorders.models.choices import StepKind

STEP_WORDS.update({kind.value: kind.label for kind in StepKind})
BATCH = 2000

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


def tell_reminders() -> int:
    """Tell people of the rungs climbed since the last time. Safe to run twice and side by side.

    After a downtime a step climbs several rungs in one sweep. Each is on record, but people hear only what is still
    true: that something falls due soon is no news once it is overdue, or done.
    """
    total = 0
    while told := _tell_batch():
        total += told
    return total


@transaction.atomic
def _tell_batch() -> int:
    rows = Reminder.objects.filter(told=False).select_for_update(of=("self",), skip_locked=True)
    reminders = list(rows.select_related("step__order", "step__department", "step__person").order_by("pk")[:BATCH])
    if not reminders:
        return 0
    audience = Audience()
    tell(
        Message(
            recipient=person,
            rule=reminder.rung,
            key=f"step:{reminder.step_id}:{reminder.rung}:{reminder.due_at.timestamp():.0f}",
            case=reminder.step.order.number,
            data={"step": reminder.step.kind, "unit": str(reminder.step.department or "")},
            at_once=reminder.step.order.urgency == Urgency.CRITICAL,
        )
        for reminder in reminders
        if is_news(reminder)
        for person in audience.of(reminder.step, reminder.rung)
    )
    Reminder.objects.filter(pk__in=[reminder.pk for reminder in reminders]).update(told=True)
    return len(reminders)


def is_news(reminder: Reminder) -> bool:
    """A red card and a supervision always; the cards before them while the step still stands there."""
    if reminder.rung in (Rung.RED, Rung.SUPERVISION):
        return True
    step = reminder.step
    ahead = Rung.YELLOW if reminder.rung == Rung.DUE_SOON and step.yellow_at else Rung.RED
    return step.is_open and step.due_at == reminder.due_at and step.next_rung == ahead


class Audience:
    """Who hears of a step's rung; asked of the database once a department and permission."""

    def __init__(self) -> None:
        self._people: dict[tuple[int, str], list[User]] = {}
        self._supervisors: list[User] | None = None

    def of(self, step: Step, rung: str) -> list[User]:
        """The holder at first, the department's lead from the red card on, supervisors when it is handed to them."""
        people: dict[int, User] = {}
        if step.person is not None:
            people[step.person.pk] = step.person
        if step.department is not None:
            wanted = [TO_DEPARTMENT[Rung(rung)], *([LEADS] if rung == Rung.RED else [])]
            people |= {user.pk: user for name in wanted for user in self.of_department(step.department, name)}
        if rung == Rung.SUPERVISION or (rung == Rung.RED and step.department is None):
            people |= {user.pk: user for user in self.supervisors()}
        return list(people.values())

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
