"""Roles are bundles of permissions, kept as groups."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, Permission

from staff import roles, second_factor
from staff.models import User
from staff.roles import BY_NAME, ROLES, Role

pytestmark = pytest.mark.django_db


def held(name: str) -> set[str]:
    """The group's permissions as rules ask for them."""
    rows = Permission.objects.filter(group__name=name).values_list("content_type__app_label", "codename")
    return {f"{app}.{codename}" for app, codename in rows}


def somebody(*names: str) -> User:
    return roles.give(User.objects.create_user("wang", name="Wang"), *names)


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.name)
def test_each_role_is_a_group_with_exactly_its_permissions(role: Role) -> None:
    assert held(role.name) == role.permissions


def test_every_permission_of_the_laws_tables_is_given_to_somebody() -> None:
    from referrals.workflow import MOVES as REFERRAL_MOVES
    from workorders.workflow import MOVES

    given = frozenset[str]().union(*(role.permissions for role in ROLES))
    assert {move.permission for move in (*MOVES, *REFERRAL_MOVES)} <= given


def test_every_permission_this_project_declares_is_given_to_somebody() -> None:
    ours = Permission.objects.exclude(codename__regex="^(add|change|delete|view)_[a-z]+$").filter(
        content_type__app_label__in=["staff", "notices", "workorders", "referrals", "callbacks", "oversight"]
    )
    declared = {f"{permission.content_type.app_label}.{permission.codename}" for permission in ours}
    given = frozenset[str]().union(*(role.permissions for role in ROLES))
    assert declared <= given | {second_factor.NEEDED}, "what an installation asks of a role is its own"


def test_departments_never_see_every_order_and_never_rule() -> None:
    for role in ROLES:
        if role.in_department:
            assert "workorders.view_every_order" not in role.permissions
            assert {name for name in role.permissions if name.startswith("referrals.")} <= {
                "referrals.handle_referral",
                "referrals.delegate_referral",
            }
        else:
            assert "workorders.view_every_order" in role.permissions
            assert "referrals.handle_referral" not in role.permissions


def test_a_supervisor_can_do_whatever_the_desks_can() -> None:
    for name in ("agent", "dispatcher", "reviewer", "callback_agent"):
        assert BY_NAME[name].permissions <= BY_NAME["supervisor"].permissions


def test_an_administrator_keeps_the_tables_and_cannot_reveal_a_caller() -> None:
    administrator = somebody("administrator")
    assert administrator.is_staff
    assert administrator.has_perm("workorders.change_timelimit")
    assert administrator.has_perm("staff.add_user")
    assert not administrator.has_perm("staff.delete_user")
    assert not administrator.has_perm("workorders.reveal_caller")


def test_roles_given_replace_the_roles_before_and_close_the_admin_again() -> None:
    wang = somebody("administrator", "agent")
    roles.give(wang, "dispatcher")
    wang = User.objects.get(pk=wang.pk)
    assert [role.name for role in roles.roles_of(wang)] == ["dispatcher"]
    assert not wang.is_staff
    assert wang.has_perm("referrals.refer_workorder")
    assert not wang.has_perm("workorders.register_workorder")


def test_a_role_that_does_not_exist_is_refused() -> None:
    with pytest.raises(KeyError):
        somebody("mayor")


def test_a_permission_no_model_declares_fails_loudly() -> None:
    with pytest.raises(roles.UnknownPermission, match=r"workorders\.fly"):
        roles.sync([Role("pilot", "pilot", frozenset({"workorders.fly", "workorders.register_workorder"}))])


def test_a_group_that_drifted_is_set_right_and_others_are_left_alone() -> None:
    Group.objects.get(name="agent").permissions.clear()
    choir = Group.objects.create(name="choir")
    choir.permissions.add(Permission.objects.get(codename="reveal_caller"))
    roles.sync()
    assert held("agent") == BY_NAME["agent"].permissions
    assert held("choir") == {"workorders.reveal_caller"}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("round", [1, 2])
def test_the_roles_are_there_again_after_a_test_emptied_the_database(round: int) -> None:
    assert somebody("agent").has_perm("workorders.register_workorder")
    Group.objects.all().delete()
