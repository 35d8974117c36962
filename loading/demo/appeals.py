"""What the citizens of the demo city say: real appeals where the data folder is there, else our own texts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random
from typing import Any, Protocol

from loading.demo.city import City, read
from staff.models import Area
from workorders.actions import Appeal
from workorders.models import Category, Urgency
from workorders.models.choices import Channel, Kind

CHANNELS = {"P": 70, "W": 12, "A": 8, "N": 6, "S": 2, "E": 1, "L": 1}
OWN_TEXTS = ("city_life", "services", "people_matters", "government")
# Clearly invented: no such numbers are given out.
INVENTED_PHONES = "138000{:05d}"
ANONYMOUS, CONFIDENTIAL = 0.06, 0.04


@dataclass(frozen=True)
class Told:
    """One matter as somebody tells it, before anybody tells it."""

    category: Category
    kind: str
    title: str
    content: str
    wants: str
    area: Area
    address: str


class Texts(Protocol):
    """A source of matters, the same for the same generator."""

    def tell(self, rng: Random) -> Told: ...

    def about(self, code: str, rng: Random) -> Told: ...


class OwnTexts:
    """The texts written for this project, with places and times filled in."""

    def __init__(self, city: City) -> None:
        self.city = city
        self.shops: list[str] = read("texts/replies.yaml")["shops"]
        rows = [row for name in OWN_TEXTS for row in read(f"texts/{name}.yaml")]
        self.rows = [row for row in rows if row[0] in city.categories]

    def tell(self, rng: Random) -> Told:
        return self._fill(rng.choice(self.rows), rng)

    def about(self, code: str, rng: Random) -> Told:
        """A matter of one category, or of any when the texts have none of it."""
        return self._fill(rng.choice([row for row in self.rows if row[0] == code] or self.rows), rng)

    def _fill(self, row: list[str], rng: Random) -> Told:
        code, title, content, wants = row
        facts, area = self.city.facts, rng.choice(self.city.communities)
        road, number, estate = rng.choice(facts["roads"]), rng.randint(1, 388), rng.choice(facts["estates"])
        street = self.city.by_id[area.lineage()[-2]]
        names: dict[str, Any] = {
            "road": road,
            "no": number,
            "estate": estate,
            "block": rng.randint(1, 18),
            "street": street.name,
            "community": area.name,
            "days": rng.randint(2, 12),
            "hour": rng.choice([22, 23]),
            "money": rng.choice([300, 580, 1200, 1980, 2600, 5000, 8800]),
            "months": rng.randint(2, 9),
            "shop": rng.choice(self.shops),
        }
        category = self.city.categories[code]
        return Told(
            category=category,
            kind=category.kind or Kind.HELP,
            title=title.format(**names),
            content=content.format(**names),
            wants=wants.format(**names),
            area=area,
            address=f"{road}{number}号" + (estate if "{estate}" in title + content else ""),
        )


@dataclass(frozen=True)
class Citizen:
    """An invented person; some call more than once."""

    name: str
    phone: str


class Callers:
    """Who calls: a crowd with a few who call often, and some who say nothing about themselves."""

    def __init__(self, size: int) -> None:
        people = read("people.yaml")
        self.surnames: str = people["surnames"]
        self.given: list[str] = people["given"]
        self.size = max(size * 3 // 4, 20)

    def someone(self, rng: Random) -> Citizen | None:
        if rng.random() < ANONYMOUS:
            return None
        n = rng.randrange(self.size) if rng.random() < 0.95 else rng.randrange(max(self.size // 50, 3))
        own = Random(n)  # noqa: S311  the same person has the same name each time
        return Citizen(own.choice(self.surnames) + own.choice(self.given), INVENTED_PHONES.format(n))


def of_kind(texts: Texts, kind: str, rng: Random) -> Told:
    """A matter of this kind; after some tries whatever comes, called by it."""
    told = texts.tell(rng)
    for _try in range(12):
        if told.kind == kind:
            break
        told = texts.tell(rng)
    return replace(told, kind=kind)


def appeal(told: Told, caller: Citizen | None, rng: Random, **changes: Any) -> Appeal:
    """The matter as the agent registers it."""
    values: dict[str, Any] = {
        "category": told.category,
        "title": told.title,
        "content": told.content,
        "wants": told.wants,
        "kind": told.kind,
        "urgency": told.category.urgency or Urgency.NORMAL,
        "channel": Channel(rng.choices(list(CHANNELS), list(CHANNELS.values()))[0]),
        "area": told.area,
        "address": told.address,
        "confidential": rng.random() < CONFIDENTIAL,
        "caller_name": caller.name if caller else "",
        "caller_phone": caller.phone if caller else "",
    }
    return Appeal(**{**values, **changes})
