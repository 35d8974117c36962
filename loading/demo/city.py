"""云州市: areas, departments, dispatch catalogue and people of the invented city, read from the files beside this."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from random import Random
from typing import Any

import yaml
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.db import transaction

from loading import defaults
from referrals.models import CatalogueRow
from staff import roles
from staff.models import Area, Department, User
from workorders.models import Category

FOLDER = Path(__file__).parent
# One and the same for every demo account, printed by `demo_accounts`. Never make demo accounts where real work is done.
PASSWORD = "hotline-12345"  # noqa: S105  it is meant to be known


def read(name: str) -> Any:
    """One of the demo's files."""
    return yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))


@dataclass
class City:
    """Everybody and everything the demo's lives need, looked up once."""

    facts: dict[str, Any]
    areas: list[Area]
    categories: dict[str, Category]
    departments: dict[str, Department]
    people: dict[str, list[User]] = field(default_factory=dict)
    officers: dict[int, list[User]] = field(default_factory=dict)

    @cached_property
    def communities(self) -> list[Area]:
        return [area for area in self.areas if area.level == Area.Level.COMMUNITY]

    @cached_property
    def by_id(self) -> dict[int, Area]:
        return {area.pk: area for area in self.areas}

    @cached_property
    def bureaus(self) -> list[Department]:
        """Those that orders are referred to at first: the top of each tree."""
        return [department for department in self.departments.values() if department.parent_id is None]

    @cached_property
    def subunits(self) -> dict[int, list[Department]]:
        below: dict[int, list[Department]] = {}
        for department in self.departments.values():
            if department.parent_id is not None:
                below.setdefault(department.parent_id, []).append(department)
        return below

    @cached_property
    def catalogue(self) -> dict[tuple[int, int | None], CatalogueRow]:
        rows = CatalogueRow.objects.select_related("lead").prefetch_related("supporting")
        return {(row.category_id, row.area_id): row for row in rows}

    def proposed(self, category: Category, area: Area | None) -> CatalogueRow:
        """As `referrals.catalogue.proposed`, from memory: the deepest category, there the deepest area."""
        areas: list[int | None] = [None, *(area.lineage() if area else [])]
        for category_id in reversed(category.lineage()):
            for area_id in reversed(areas):
                if row := self.catalogue.get((category_id, area_id)):
                    return row
        raise LookupError(f"the demo's catalogue names nobody for {category}")

    def anyone(self, role: str, rng: Random) -> User:
        return rng.choice(self.people[role])

    def officer(self, department: Department, rng: Random) -> User:
        """Somebody of the department who handles its referrals."""
        return rng.choice(self.officers[department.pk])


@transaction.atomic
def build() -> City:
    """Enter what is missing of the city and return it; safe to run again."""
    defaults.load()
    roles.sync()
    facts = read("city.yaml")
    _areas(facts["areas"])
    departments = _departments(facts["departments"])
    categories = {category.code: category for category in Category.objects.select_related("parent")}
    _catalogue(facts, categories, departments)
    _people(departments)
    return city()


def city() -> City:
    """The city as it is in the database."""
    facts = read("city.yaml")
    codes = [code for row in facts["departments"] for code in (row["code"], *row.get("units", {}))]
    found = City(
        facts=facts,
        areas=list(Area.objects.select_related("parent__parent").filter(code__startswith="yz-")),
        categories={category.code: category for category in Category.objects.select_related("parent")},
        departments={row.code: row for row in Department.objects.filter(code__in=codes)},
    )
    for person in User.objects.filter(username__in=usernames()).select_related("department").prefetch_related("groups"):
        for role in roles.roles_of(person):
            found.people.setdefault(role.name, []).append(person)
            if role.in_department and person.department_id is not None:
                found.officers.setdefault(person.department_id, []).append(person)
    return found


def _areas(districts: Iterable[dict[str, Any]]) -> None:
    for district in districts:
        top = _area(f"yz-{district['code']}", district["name"], Area.Level.DISTRICT, None)
        for n, (name, communities) in enumerate(district["streets"].items(), 1):
            street = _area(f"{top.code}-{n}", name, Area.Level.STREET, top)
            for m, community in enumerate(communities, 1):
                _area(f"{street.code}-{m}", community, Area.Level.COMMUNITY, street)


def _area(code: str, name: str, level: str, parent: Area | None) -> Area:
    return Area.objects.get_or_create(code=code, defaults={"name": name, "level": level, "parent": parent})[0]


def _departments(rows: Iterable[dict[str, Any]]) -> dict[str, Department]:
    found: dict[str, Department] = {}

    def enter(code: str, name: str, kind: str, parent: Department | None = None) -> Department:
        values = {"name": name, "kind": kind, "parent": parent}
        found[code] = Department.objects.get_or_create(code=code, defaults=values)[0]
        return found[code]

    for row in rows:
        bureau = enter(row["code"], row["name"], row["kind"])
        for code, name in row.get("units", {}).items():
            enter(code, name, row["kind"], bureau)
    return found


def _catalogue(facts: dict[str, Any], categories: dict[str, Category], departments: dict[str, Department]) -> None:
    areas = {area.name: area for area in Area.objects.filter(code__startswith="yz-")}
    rows: list[tuple[str, str | None, list[str]]] = [(code, None, units) for code, units in facts["catalogue"].items()]
    rows += [(code, area, [lead]) for code, area, lead in facts["nearer"]]
    for code, area, units in rows:
        if code not in categories:
            continue  # the administrator took the category out
        row, new = CatalogueRow.objects.get_or_create(
            category=categories[code],
            area=areas[area] if area else None,
            defaults={"lead": departments[units[0]]},
        )
        if new:
            row.supporting.set(departments[unit] for unit in units[1:])


@dataclass(frozen=True)
class Account:
    """One demo account."""

    username: str
    name: str
    roles: tuple[str, ...]
    department: str = ""


def accounts() -> list[Account]:
    """Every account of the demo: the cast, then an officer and a lead for each department that has none."""
    people, facts = read("people.yaml"), read("city.yaml")
    cast = [Account(row["username"], row["name"], tuple(row["roles"])) for row in people["hotline"]]
    cast += [
        Account(row["username"], row["name"], tuple(row["roles"]), row["department"]) for row in people["departments"]
    ]
    rng = Random("the people of Yunzhou")  # noqa: S311  names, not secrets
    covered = {(account.department, role) for account in cast for role in account.roles}
    for row in facts["departments"]:
        for code in (row["code"], *row.get("units", {})):
            for role, suffix in (("officer", ""), ("lead", "-lead")):
                name = rng.choice(people["surnames"]) + rng.choice(people["given"])
                if (code, role) not in covered:
                    cast.append(Account(code + suffix, name, (role,), code))
    return cast


def usernames() -> list[str]:
    return [account.username for account in accounts()]


def _people(departments: dict[str, Department]) -> None:
    known = set(User.objects.values_list("username", flat=True))
    groups = {group.name: group for group in Group.objects.all()}
    password = make_password(PASSWORD)  # hashed once: a hundred hashes would take a minute
    new = [account for account in accounts() if account.username not in known]
    made = User.objects.bulk_create(
        User(
            username=account.username,
            name=account.name,
            password=password,
            department=departments[account.department] if account.department else None,
            is_staff=any(roles.BY_NAME[role].in_admin for role in account.roles),
        )
        for account in new
    )
    User.groups.through.objects.bulk_create(
        User.groups.through(user=person, group=groups[role])
        for person, account in zip(made, new, strict=True)
        for role in account.roles
    )
