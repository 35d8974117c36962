"""Records read by plain SQL are those Django reads, with what is beside them."""

import pytest
from django.db.models import Model

from staff.models import Area, Department, User
from staff.reading import among, columns, read
from tests.cast import City
from workorders.models import Caller, WorkOrder

pytestmark = pytest.mark.django_db

PEOPLE = f"""
SELECT {columns(User, "person")}, {columns(Department, "unit", "department")}, upper(person.username) AS loud
FROM staff_user AS person LEFT JOIN staff_department AS unit ON unit.id = person.department_id
"""  # noqa: S608  columns of models


def test_a_record_comes_with_those_beside_it_and_with_what_no_model_knows(city: City) -> None:
    ids, params = among(User.objects.filter(pk__in=[city.zhao.pk, city.lin.pk]))
    found = read(User, f"{PEOPLE} WHERE person.id IN ({ids}) ORDER BY person.id", params, {"department": Department})

    assert found == list(User.objects.filter(pk__in=[city.zhao.pk, city.lin.pk]).order_by("pk"))
    zhao, lin = (next(one for one in found if one == person) for person in (city.zhao, city.lin))
    assert zhao.department == city.zhao.department and str(zhao.department) == str(city.zhao.department)
    assert "department" in lin._state.fields_cache and lin.department is None
    assert vars(zhao)["loud"] == "ZHAO"


def test_every_column_is_as_django_reads_it(city: City) -> None:
    order = city.register(caller_name="王小明", caller_phone="13812340271")
    tables: list[tuple[type[Model], str, int]] = [
        (WorkOrder, "workorders_workorder", order.pk),
        (Caller, "workorders_caller", order.pk),
        (Area, "staff_area", Area.objects.all()[0].pk),
    ]
    for model, table, pk in tables:
        key = model._meta.pk.column
        (found,) = read(model, f"SELECT * FROM {table} WHERE {key} = %s", [pk])  # noqa: S608  the names above
        asked = model._default_manager.get(pk=pk)
        for field in model._meta.concrete_fields:
            assert getattr(found, field.attname) == getattr(asked, field.attname), field


def test_whoever_may_find_nothing_finds_nothing(city: City) -> None:
    ids, params = among(User.objects.none())

    assert read(User, f"{PEOPLE} WHERE person.id IN ({ids})", params, {"department": Department}) == []
