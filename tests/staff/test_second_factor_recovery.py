"""Who has lost his app comes in by a recovery code, or an administrator resets the second factor."""

from __future__ import annotations

import pytest
from django.test import Client

from staff import roles
from staff.models import SecondFactor
from tests.cast import City
from tests.staff.phones import Phone, gives, password, signed_in, wrong

pytestmark = pytest.mark.django_db


def test_a_recovery_code_opens_once_in_place_of_the_app(city: City) -> None:
    phone = Phone(city.lin)
    assert len(set(phone.recovery_codes)) == 10
    assert gives(Client(), phone.recovery_codes[3].upper().replace("-", ""), 60).status_code == 302
    assert wrong(gives(Client(), phone.recovery_codes[3], 60))
    assert gives(Client(), phone.recovery_codes[4], 60).status_code == 302
    assert phone.client.get("/second-factor/").context["left"] == 8


def test_an_administrator_resets_it_on_the_record_but_not_one_above_him(city: City) -> None:
    Phone(city.lin)
    city.chen.is_superuser = True
    city.chen.save(update_fields=["is_superuser"])
    Phone(city.chen)
    roles.admit(city.admin)
    office = signed_in(city.admin)
    chosen = {"action": "reset_second_factor", "_selected_action": [city.lin.pk, city.wang.pk, city.chen.pk]}
    answer = office.post("/admin/staff/user/", chosen, follow=True)
    assert "1 second factor reset." in answer.content.decode()
    assert list(SecondFactor.objects.values_list("person__username", flat=True)) == ["chen"]
    assert password(Client())["Location"] == "/"
    history = office.get(f"/admin/staff/user/{city.lin.pk}/history/").content.decode()
    assert "second factor reset" in history and "管理员" in history
