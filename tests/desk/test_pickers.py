"""Pickers: written once, never out of date, and just what Django would write with what they are found by."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django import forms
from django.test.html import parse_html
from django.utils.translation import override

from desk.pickers import picker_for
from desk.templatetags.desk_tags import render_field
from oversight.filters import BoardForm
from referrals import actions as referrals
from referrals.moves import ReferForm
from staff.models import Area, Department
from staff.now import pretend
from tests.cast import MORNING, City
from tests.desk.conftest import SignedIn
from workorders.forms import AppealForm
from workorders.models import Category

pytestmark = pytest.mark.django_db

DATA = re.compile(r' data-(search|kind|urgency)="[^"]*"')


def _written(form: forms.BaseForm, name: str) -> str:
    return str(render_field(form[name]))


def _as_django_writes(form: forms.BaseForm, name: str) -> str:
    widget: Any = form[name].field.widget
    attributes: dict[str, str | bool] = {"class": "form-select", "data-picker": ""}
    return str(form[name].as_widget(widget=type(widget)(choices=widget.choices), attrs=attributes)).strip()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_picker_is_what_django_writes_and_what_it_is_found_by(city: City, language: str) -> None:
    Area.objects.create(name='<b>"东"\'&</b>', code="x<&\"'>")
    order = city.register()
    asked: list[tuple[forms.BaseForm, str]] = [
        (AppealForm(initial={"category": city.leak.pk, "area": city.area}), "category"),
        (AppealForm(initial={"category": city.leak.pk, "area": city.area}), "area"),
        (AppealForm({"area": "nonsense"}), "area"),
        (AppealForm(), "area"),
        (BoardForm({"area": "x<&\"'>", "department": "zzz"}), "area"),
        (BoardForm({"department": city.water.code}), "department"),
        (ReferForm(order, city.wang), "lead"),
        (ReferForm(order, city.wang, initial={"supporting": [city.water.pk, city.traffic.pk]}), "supporting"),
        (ReferForm(order, city.wang, {"supporting": [str(city.water.pk), "99999"]}), "supporting"),
    ]
    with override(language):
        for form, name in asked:
            form.is_valid()
            form.errors.clear()  # those are told apart elsewhere
            assert picker_for(form.fields[name]) is not None
            ours = parse_html(DATA.sub("", _written(form, name)))
            assert ours == parse_html(_as_django_writes(form, name)), name


def test_what_changes_shows_at_once(city: City) -> None:
    def options() -> dict[str, str]:
        return {name: _written(AppealForm(), name) for name in ("category", "area")} | {
            "department": _written(BoardForm(), "department")
        }

    before = options()
    Category.objects.filter(pk=city.leak.pk).update(name="漏水", full_name="供水 / 漏水", initials="gs ls")
    Area.objects.filter(pk=city.area.pk).update(name="西区")
    Department.objects.filter(pk=city.water.pk).update(name="水务集团")
    after = options()
    assert ">供水 / 漏水</option>" in after["category"] and 'data-search="gs ls gsls' in after["category"]
    assert ">西区</option>" in after["area"] and 'data-search="xq xq' in after["area"]
    assert ">水务集团</option>" in after["department"]
    for name, old in (("category", city.leak), ("area", city.area), ("department", city.water)):
        assert f">{old}</option>" in before[name] and f">{old}</option>" not in after[name]
    for change in ({"urgency": "critical"}, {"kind": "complaint"}, {"code": "anew"}):
        Category.objects.filter(pk=city.leak.pk).update(**change)
        assert str(*change.values()) in _written(AppealForm(), "category")
    Category.objects.filter(pk=city.leak.pk).update(is_active=False)
    assert f'value="{city.leak.pk}"' not in _written(AppealForm(), "category")
    city.leak.is_active = True
    city.leak.save()
    assert f'value="{city.leak.pk}"' in _written(AppealForm(), "category")


def test_a_new_record_and_another_place_in_the_tree_show_at_once(city: City) -> None:
    assert ">近郊<" not in _written(AppealForm(), "area")
    Area.objects.create(name="近郊", code="near")
    Area.objects.filter(code="near").update(path="/0/")
    assert re.findall(r">([^<]*)</option>", _written(AppealForm(), "area"))[1] == "近郊"
    Area.objects.filter(code="near").update(path="/99999999/")
    assert re.findall(r">([^<]*)</option>", _written(AppealForm(), "area"))[-1] == "近郊"


def test_what_one_page_chose_is_not_chosen_on_the_next(city: City) -> None:
    assert f'value="{city.area.pk}"' in _chosen(AppealForm(initial={"area": city.area.pk}))
    assert 'value=""' in _chosen(AppealForm()) and f'value="{city.area.pk}"' not in _chosen(AppealForm())


def _chosen(form: forms.BaseForm) -> str:
    return " ".join(re.findall(r"<option [^>]* selected>", _written(form, "area")))


def test_each_unit_picks_among_its_own(city: City, signed_in: SignedIn) -> None:
    """Li of Water delegates to what is below; the dispatcher still refers to everybody."""
    with pretend(MORNING):
        order = city.register()
        referrals.refer(order, by=city.wang, lead=city.water)
        referral = order.referrals.get()
        referrals.accept(referral, by=city.li)
        page = signed_in(city.li).get(f"/referrals/{referral.pk}/delegate/").content.decode()
        other = signed_in(city.wang).get(f"{city.register().get_absolute_url()}refer/").content.decode()
    assert f">{city.water_east}</option>" in page and f">{city.traffic}</option>" not in page
    assert f">{city.traffic}</option>" in other


def test_options_are_read_once_a_picker(city: City, django_assert_num_queries: Any) -> None:
    form = AppealForm()
    for _again in range(2):
        with django_assert_num_queries(1):
            _written(form, "category")
