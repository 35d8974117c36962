"""Who a person is and what he may do, in one question to the database: each request asks it once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import HttpRequest

from staff import lockout, second_factor
from staff.models import User
from staff.reading import read

# The permissions of a person's own and of his roles.
PERMITTED = """
SELECT kind.app_label || '.' || permission.codename
FROM auth_permission AS permission JOIN django_content_type AS kind ON kind.id = permission.content_type_id
WHERE permission.id IN (
    SELECT permission_id FROM staff_user_user_permissions WHERE user_id = %s
    UNION SELECT of_role.permission_id FROM auth_group_permissions AS of_role
    JOIN staff_user_groups AS role ON role.group_id = of_role.group_id WHERE role.user_id = %s
)
"""
PERSON = f"SELECT person.*, ARRAY({PERMITTED}) AS permitted FROM staff_user AS person WHERE person.id = %s"  # noqa: S608  the one above


def found(question: str, params: Sequence[Any]) -> User | None:
    """The person such a question is about, with what he may do."""
    for person in read(User, question, params):
        if not person.is_superuser:  # who may do everything has a list of his own
            vars(person)["_perm_cache"] = set(vars(person)["permitted"])
        return person
    return None


class Backend(ModelBackend):
    """Django's own way to sign in, but for who failed too often; permissions come with the person, or by one query
    where he came without."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **more: Any
    ) -> User | None:
        """The person, if he is not held back and the password is right; each failure counts."""
        if username is None or password is None:
            return None
        if lockout.held_until(username, request):
            raise PermissionDenied
        person: User | None = super().authenticate(request, username, password, **more)
        if person is None:
            lockout.failed(username, request)
        elif second_factor.of(person) is None:  # who has one has succeeded after its code
            lockout.succeeded(username)
        return person

    def get_user(self, user_id: Any) -> User | None:
        """The person of a session, with his permissions."""
        person = found(PERSON, [user_id] * 3)
        return person if person is not None and self.user_can_authenticate(person) else None

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        """As Django's, in one query instead of two; kept with the person as Django keeps it."""
        if obj is not None or user_obj.is_anonymous or not user_obj.is_active or user_obj.is_superuser:
            return super().get_all_permissions(user_obj, obj)
        if not hasattr(user_obj, "_perm_cache"):
            with connection.cursor() as cursor:
                cursor.execute(PERMITTED, [user_obj.pk] * 2)
                user_obj._perm_cache = {name for (name,) in cursor.fetchall()}
        kept: set[str] = user_obj._perm_cache
        return kept
