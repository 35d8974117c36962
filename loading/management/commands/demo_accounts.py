from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from loading.demo.city import PASSWORD, accounts
from staff.models import User
from staff.roles import BY_NAME

# Shown by name: one of each role and the people of the stories; the other accounts follow one pattern.
SHOWN = ("lin", "wang", "zhao", "li", "wu", "qian", "sun", "he", "tang", "chen", "admin")


class Command(BaseCommand):
    help = "Print the demo accounts that are there: role, username, password."

    def handle(self, *args: Any, **options: Any) -> None:
        there = {person.username: person for person in User.objects.select_related("department")}
        lines = [
            (str(BY_NAME[role].label), account.username, str(there[account.username].department or ""))
            for account in accounts()
            if account.username in SHOWN and account.username in there
            for role in account.roles
        ]
        if not lines:
            self.stdout.write("There are no demo accounts here.")
            return
        wide = max(len(role) for role, _username, _unit in lines)
        self.stdout.write(f"  {'role':<{wide}}  {'username':<9} {'password':<14} department")
        for role, username, unit in lines:
            self.stdout.write(f"  {role:<{wide}}  {username:<9} {PASSWORD:<14} {unit}")
        self.stdout.write("  Every department has an officer (its code, as gas) and a lead (gas-lead).")
