"""The people of the tests, their departments, and the smallest city they can work in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import Group
from django.utils import timezone

from staff.models import Area, Department, User
from staff.roles import sync
from workorders import actions
from workorders.models import Category, TimeLimit, WorkOrder
from workorders.models.choices import StepKind, Unit

# Monday, a working day, in the morning.
MORNING = datetime(2026, 11, 23, 10, 0, tzinfo=timezone.get_default_timezone())

LIMITS = [
    (StepKind.REFER, "", "", 2, Unit.WORKING_HOURS, 0, 0),
    (StepKind.SIGN, "", "", 1, Unit.WORKING_DAYS, 0, 0),
    (StepKind.CONTACT, "", "", 1, Unit.WORKING_DAYS, 0, 0),
    (StepKind.ANSWER, "", "", 5, Unit.WORKING_DAYS, 1, 5),
    (StepKind.ANSWER, "question", "", 2, Unit.WORKING_DAYS, 1, 3),
    (StepKind.ANSWER, "", "critical", 2, Unit.HOURS, 0, 0),
    (StepKind.SIGN, "", "critical", 15, Unit.MINUTES, 0, 0),
    (StepKind.CONTACT, "", "critical", 30, Unit.MINUTES, 0, 0),
    (StepKind.RULE_RETURN, "", "", 4, Unit.WORKING_HOURS, 0, 0),
    (StepKind.RULE_EXTENSION, "", "", 4, Unit.WORKING_HOURS, 0, 0),
    (StepKind.REVIEW, "", "", 4, Unit.WORKING_HOURS, 0, 0),
    (StepKind.CORRECT, "", "", 1, Unit.WORKING_DAYS, 0, 0),
    (StepKind.CALLBACK, "", "", 1, Unit.WORKING_DAYS, 0, 0),
    (StepKind.CLOSE_OUT, "", "", 3, Unit.WORKING_DAYS, 0, 0),
    (StepKind.DECIDE, "", "", 1, Unit.WORKING_DAYS, 0, 0),
    (StepKind.SUPERVISE, "", "", 1, Unit.WORKING_DAYS, 0, 0),
]


@dataclass
class City:
    """Everybody and everything a story needs."""

    water: Department
    water_east: Department
    traffic: Department
    town: Department
    leak: Category
    parking: Category
    area: Area
    lin: User
    wang: User
    zhao: User
    li: User
    east: User
    qian: User
    he: User
    tang: User
    chen: User
    sun: User
    admin: User

    def appeal(self, **changes: object) -> actions.Appeal:
        """A leak in Garden Road, told by Mr Wang."""
        values: dict[str, object] = {
            "category": self.leak,
            "title": "花园路水管漏水",
            "content": "花园路12号门口水管漏水两天，路面积水。",
            "wants": "尽快修复",
            "kind": "help",
            "area": self.area,
            "address": "花园路12号",
            "caller_name": "王小明",
            "caller_phone": "13812340271",
        }
        return actions.Appeal(**{**values, **changes})  # type: ignore[arg-type]  # tests pass what the field takes

    def register(self, **changes: object) -> WorkOrder:
        return actions.register(self.appeal(**changes), by=self.lin)


def build() -> City:
    """Roles, departments, people, categories and limits."""
    sync()
    water = Department.objects.create(code="water", name="市水务集团", kind="utility")
    water_east = Department.objects.create(code="water-east", name="水务东区分公司", kind="utility", parent=water)
    traffic = Department.objects.create(code="traffic-police", name="市公安局交警支队", kind="bureau")
    town = Department.objects.create(code="far-town", name="远山镇人民政府", kind="town")
    utilities = Category.objects.create(code="04", name="公用事业", full_name="公用事业")
    roads = Category.objects.create(code="05", name="交通运输", full_name="交通运输")
    leak = Category.objects.create(code="0401", name="供水", full_name="公用事业 / 供水", parent=utilities)
    parking = Category.objects.create(code="0501", name="停车", full_name="交通运输 / 停车", parent=roads)
    district = Area.objects.create(code="east", name="东城区", level="district")
    area = Area.objects.create(code="east-1", name="花园街道", level="street", parent=district)
    for step, kind, urgency, amount, unit, extensions, days in LIMITS:
        TimeLimit.objects.create(
            step=step, kind=kind, urgency=urgency, amount=amount, unit=unit, extensions=extensions, extension_days=days
        )

    def person(username: str, name: str, role: str, department: Department | None = None) -> User:
        user = User.objects.create_user(username, password="hotline-12345", name=name, department=department)
        user.groups.add(Group.objects.get(name=role))
        return user

    return City(
        water=water,
        water_east=water_east,
        traffic=traffic,
        town=town,
        leak=Category.objects.get(pk=leak.pk),
        parking=Category.objects.get(pk=parking.pk),
        area=area,
        lin=person("lin", "林月", "agent"),
        wang=person("wang", "王磊", "dispatcher"),
        zhao=person("zhao", "赵强", "officer", water),
        li=person("li", "李处长", "lead", water),
        east=person("east", "东区小吴", "officer", water_east),
        qian=person("qian", "钱进", "officer", traffic),
        he=person("he", "何静", "reviewer"),
        tang=person("tang", "唐芳", "callback_agent"),
        chen=person("chen", "陈主任", "supervisor"),
        sun=person("sun", "孙伟", "officer", town),
        admin=person("admin", "管理员", "administrator"),
    )
