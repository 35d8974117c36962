"""Who may do what: roles as bundles of permissions, kept as groups of the same name. Rules ask for a permission,
never for a role, so an installation may cut its own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.apps import apps
from django.conf import settings
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from staff import second_factor
from staff.models import User


class UnknownPermission(LookupError):
    """A role names a permission that no model declares."""


@dataclass(frozen=True)
class Role:
    """岗位: what a person of this role may do. `in_department` people belong to a handling unit."""

    name: str
    label: str | Promise
    permissions: frozenset[str]
    in_department: bool = False
    in_admin: bool = False


def _edits(app: str, *models: str) -> set[str]:
    """Full use of these records in the admin."""
    return {f"{app}.{verb}_{model}" for model in models for verb in ("view", "add", "change", "delete")}


ON_THE_HOTLINE = {"workorders.view_every_order", "workorders.view_timeline_internal"}
IN_A_DEPARTMENT = {
    "workorders.view_timeline_internal",
    "workorders.attach_file",
    "workorders.reveal_caller",
    "referrals.handle_referral",
}

AGENT = {
    "workorders.register_workorder",
    "workorders.answer_on_the_spot",
    "workorders.decline_workorder",
    "workorders.amend_workorder",
    "workorders.withdraw_workorder",
    "workorders.chase_workorder",
    "workorders.merge_workorder",
    "workorders.attach_file",
    "workorders.reveal_caller",
}
DISPATCHER = {
    "referrals.refer_workorder",
    "referrals.designate_referral",
    "referrals.rule_return",
    "referrals.rule_extension",
    "workorders.answer_on_the_spot",
    "workorders.decline_workorder",
    "workorders.merge_workorder",
    "workorders.amend_workorder",
    "workorders.withdraw_workorder",
    "workorders.chase_workorder",
    "workorders.take_workorder",
    "workorders.attach_file",
    "workorders.reveal_caller",
}
REVIEWER = {
    "referrals.review_answer",
    "callbacks.decide_callback",
    "workorders.take_workorder",
    "workorders.attach_file",
    "workorders.reveal_caller",
}
CALLBACK_AGENT = {
    "callbacks.record_callback",
    "workorders.chase_workorder",
    "workorders.take_workorder",
    "workorders.attach_file",
    "workorders.reveal_caller",
}
SUPERVISOR = {
    "workorders.supervise_workorder",
    "workorders.shelve_workorder",
    "workorders.close_workorder",
    "workorders.reopen_workorder",
    "workorders.export_workorders",
    "staff.view_signinentry",
    "workorders.view_look",
    "oversight.view_board",
    "oversight.export_board",
}
ADMINISTRATOR = {
    "workorders.view_look",
    "oversight.view_board",
    "oversight.view_export",
    "oversight.view_weight",
    "oversight.change_weight",
    *_edits("staff", "department", "area", "calendaryear", "calendarday", "workingsession"),
    "staff.view_signinentry",
    "staff.view_failedsignins",
    "staff.delete_failedsignins",
    *(_edits("staff", "user", "token") - {"staff.delete_user", "staff.delete_token"}),
    *_edits("workorders", "category", "timelimit"),
    *_edits("referrals", "cataloguerow"),
    "notices.view_notice",
    "notices.view_delivery",
}

ROLES = (
    Role("agent", _("agent"), frozenset(ON_THE_HOTLINE | AGENT)),
    Role("dispatcher", _("dispatcher"), frozenset(ON_THE_HOTLINE | DISPATCHER)),
    Role("reviewer", _("reviewer"), frozenset(ON_THE_HOTLINE | REVIEWER)),
    Role("callback_agent", _("callback agent"), frozenset(ON_THE_HOTLINE | CALLBACK_AGENT)),
    Role(
        "supervisor",
        _("supervisor"),
        frozenset(ON_THE_HOTLINE | AGENT | DISPATCHER | REVIEWER | CALLBACK_AGENT | SUPERVISOR),
    ),
    Role("administrator", _("administrator"), frozenset(ON_THE_HOTLINE | ADMINISTRATOR), in_admin=True),
    Role("officer", _("department officer"), frozenset(IN_A_DEPARTMENT), in_department=True),
    Role(
        "lead",
        _("department lead"),
        frozenset(IN_A_DEPARTMENT | {"referrals.delegate_referral"}),
        in_department=True,
    ),
)
BY_NAME = {role.name: role for role in ROLES}


def give(person: User, *names: str) -> User:
    """Make these the person's roles. Raises KeyError for a role that does not exist."""
    roles = [BY_NAME[name] for name in names]
    person.groups.set(Group.objects.filter(name__in=[role.name for role in roles]))
    admit(person)
    return person


def admit(person: User) -> None:
    """Open the admin to those whose roles include it, and to nobody else."""
    is_staff = person.is_superuser or any(role.in_admin for role in roles_of(person))
    if is_staff != person.is_staff:
        person.is_staff = is_staff
        person.save(update_fields=["is_staff"])


def roles_of(person: User) -> list[Role]:
    """The person's roles, in the order of the table."""
    names = {group.name for group in person.groups.all()}
    return [role for role in ROLES if role.name in names]


def sync(roles: Iterable[Role] = ROLES) -> None:
    """Write the table into groups. Raises UnknownPermission naming every permission no model declares."""
    for config in apps.get_app_configs():
        create_permissions(config, verbosity=0)  # those of apps above us may not have been made yet
    known = {
        f"{app}.{codename}": pk
        for pk, app, codename in Permission.objects.values_list("pk", "content_type__app_label", "codename")
    }
    groups = {group.name: group for group in Group.objects.prefetch_related("permissions")}
    ready = {config.label for config in apps.get_app_configs() if config.models_module is not None}
    unknown: set[str] = set()
    for role in roles:
        held = role.permissions | ({second_factor.NEEDED} if role.name in settings.SECOND_FACTOR_ROLES else set())
        unknown |= {name for name in held - known.keys() if name.split(".")[0] in ready}
        wanted = {known[name] for name in held if name in known}
        group = groups.get(role.name) or Group.objects.create(name=role.name)
        if {permission.pk for permission in group.permissions.all()} != wanted:
            group.permissions.set(wanted)
    if unknown:
        raise UnknownPermission(", ".join(sorted(unknown)))
