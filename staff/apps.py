import sys
from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class StaffConfig(AppConfig):
    name = "staff"
    verbose_name = _("Staff, departments and calendar")

    def ready(self) -> None:
        from staff import calendars, checks, sessions, sign_in_log  # noqa: F401  # all listen from now on

        post_migrate.connect(fill, sender=self, dispatch_uid="staff-fill")


def fill(using: str, verbosity: int = 1, **_signal: Any) -> None:
    """After every migration, and after a test emptied the database: the roles, and a calendar if there is none."""
    from staff import calendars, loading, roles
    from staff.models import CalendarYear

    if CalendarYear._meta.db_table not in connections[using].introspection.table_names():
        return
    calendars.forget()
    roles.sync()
    loading.load_if_empty()
    if verbosity:
        for warning in calendars.calendar_warnings():
            sys.stderr.write(f"WARNING: {warning}\n")
