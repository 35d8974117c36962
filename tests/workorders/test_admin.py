"""The administrator keeps categories, time limits, the dispatch catalogue; reads what left the house."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.core.checks import run_checks
from django.test import Client
from django.urls import reverse

from referrals import actions as referrals
from referrals.models import CatalogueRow
from staff.now import pretend
from staff.roles import give
from tests.cast import MORNING, City
from workorders.checks import every_step_has_a_limit
from workorders.initials import initials
from workorders.models import Category, TimeLimit, WorkOrder
from workorders.models.choices import StepKind, Unit

pytestmark = pytest.mark.django_db

PAGES = ["workorders_category", "workorders_timelimit", "referrals_cataloguerow", "notices_notice", "notices_delivery"]


@pytest.fixture
def office(city: City, client: Client) -> Client:
    """The administrator, signed in."""
    client.force_login(give(city.admin, "administrator"))
    return client


def save(client: Client, page: str, pk: int | None = None, **values: Any) -> dict[str, list[str]]:
    """Fill in the form of a row, or of a new one; returns the errors beside its fields."""
    url = reverse(f"admin:{page}_change", args=[pk]) if pk else reverse(f"admin:{page}_add")
    response = client.post(url, {key: value for key, value in values.items() if value is not None})
    if response.status_code == 302:
        return {}
    assert response.context is not None
    return {name: list(words) for name, words in response.context["adminform"].form.errors.items()}


def category(city: City, **changes: Any) -> dict[str, Any]:
    values = {"name": "排水", "code": "0402", "parent": city.leak.parent_id, "questions": "[]", "is_active": "on"}
    return {**values, **changes}


def limit(**changes: Any) -> dict[str, Any]:
    values = {"step": "answer", "kind": "", "urgency": "urgent", "amount": 24, "unit": Unit.HOURS}
    return {**values, "extensions": 0, "extension_days": 0, **changes}


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("page", PAGES)
def test_the_administrators_pages_open_in_both_languages(office: Client, city: City, page: str, language: str) -> None:
    city.li.email = "li@example.org"
    city.li.save(update_fields=["email"])
    CatalogueRow.objects.create(category=city.leak, lead=city.water).supporting.add(city.traffic)
    with pretend(MORNING):
        referrals.refer(city.register(), by=city.wang, lead=city.water)
    office.cookies.load({"django_language": language})
    listed = office.get(reverse(f"admin:{page}_changelist"), {"q": "a"})
    assert listed.status_code == 200
    assert f'lang="{language}"' in listed.text
    assert "script-src 'self'" in listed["Content-Security-Policy"]
    assert "<script>" not in listed.text and "onclick=" not in listed.text
    row = apps.get_model(page.replace("_", "."))._default_manager.first()
    assert row is not None
    form = office.get(reverse(f"admin:{page}_change", args=[row.pk]))
    assert form.status_code == 200 and "<script>" not in form.text and "onclick=" not in form.text


@pytest.mark.parametrize("page", PAGES)
def test_supervisor_chen_is_no_administrator(city: City, client: Client, page: str) -> None:
    client.force_login(give(city.chen, "supervisor"))
    assert client.get(reverse(f"admin:{page}_changelist")).status_code == 302


def test_orders_are_worked_on_at_the_desk_and_not_in_the_admin() -> None:
    registered = {model._meta.label_lower for model in admin.site._registry}
    assert not registered & {"workorders.workorder", "workorders.step", "workorders.event", "referrals.referral"}
    assert not registered & {"workorders.caller", "callbacks.callback"}


@pytest.mark.parametrize("page", ["notices_notice", "notices_delivery"])
def test_what_left_the_house_can_be_read_and_not_changed(office: Client, city: City, page: str) -> None:
    with pretend(MORNING):
        city.zhao.email = "zhao@example.org"
        city.zhao.save(update_fields=["email"])
        referrals.refer(city.register(), by=city.wang, lead=city.water)
    row = apps.get_model(page.replace("_", "."))._default_manager.first()
    assert row is not None
    assert office.get(reverse(f"admin:{page}_change", args=[row.pk])).status_code == 200
    assert office.get(reverse(f"admin:{page}_add")).status_code == 403
    assert office.post(reverse(f"admin:{page}_delete", args=[row.pk]), {"post": "yes"}).status_code == 403
    assert office.post(reverse(f"admin:{page}_change", args=[row.pk]), {"error": ""}).status_code == 403


def test_the_log_is_narrowed_to_one_reason_in_words(office: Client, city: City) -> None:
    with pretend(MORNING):
        part = referrals.refer(city.register(), by=city.wang, lead=city.water)
        referrals.request_return(part, by=city.zhao, reason="wrong_area", basis="属东城区")
        referrals.refuse_return(part, by=city.wang, ruling="首接负责")
    url = reverse("admin:notices_notice_changelist")
    assert "The return was refused</a>" in office.get(url).text
    narrowed = office.get(url, {"rule": "return_refused"}).text
    assert "The return was refused: 市水务集团" in narrowed and "Referred to you: 市水务集团" not in narrowed


def test_a_new_category_gets_its_full_name_and_initials(office: Client, city: City) -> None:
    assert save(office, "workorders_category", **category(city)) == {}
    drains = Category.objects.get(code="0402")
    assert drains.full_name == "公用事业 / 排水"
    assert drains.initials == "gysy ps"


@pytest.mark.parametrize(
    ("name", "letters"), [("停车", "tc"), ("12345热线", "12345rx"), ("A类 / 其他", "al qt"), ("", ""), ("、", "")]
)
def test_initials_are_a_letter_for_each_character(name: str, letters: str) -> None:
    assert initials(name) == letters


def test_a_renamed_category_renames_all_below_it(office: Client, city: City) -> None:
    pipes = Category.objects.create(code="040101", name="漏水", parent=city.leak)
    above = city.leak.parent
    assert above is not None
    assert save(office, "workorders_category", above.pk, **category(city, name="公共事业", code="04", parent="")) == {}
    pipes.refresh_from_db()
    assert pipes.full_name == "公共事业 / 供水 / 漏水" and pipes.initials == "ggsy gs ls"


def test_a_moved_category_takes_all_below_it_along(office: Client, city: City) -> None:
    pipes = Category.objects.create(code="040101", name="漏水", parent=city.leak)
    moved = category(city, name="供水", code="0401", parent=city.parking.parent_id)
    assert save(office, "workorders_category", city.leak.pk, **moved) == {}
    pipes.refresh_from_db()
    assert pipes.full_name == "交通运输 / 供水 / 漏水"
    assert pipes.lineage() == [city.parking.parent_id, city.leak.pk, pipes.pk]


def test_a_category_cannot_belong_to_a_part_of_itself(office: Client, city: City) -> None:
    above = city.leak.parent_id
    errors = save(
        office, "workorders_category", above, **category(city, name="公用事业", code="04", parent=city.leak.pk)
    )
    assert "parent" in errors


def test_two_categories_of_one_name_cannot_stand_side_by_side(office: Client, city: City) -> None:
    assert save(office, "workorders_category", **category(city, name="供水"))
    assert save(office, "workorders_category", **category(city, name="公用事业", parent=""))
    assert save(office, "workorders_category", **category(city, code="0401"))


@pytest.mark.parametrize("questions", ['["楼层"]', '[{"label": "楼层"}]', '{"label": "楼层", "type": "text"}', "楼层"])
def test_extra_questions_have_a_label_and_a_type(office: Client, city: City, questions: str) -> None:
    assert "questions" in save(office, "workorders_category", **category(city, questions=questions))


def test_a_category_with_orders_is_switched_off_and_not_deleted(office: Client, city: City) -> None:
    with pretend(MORNING):
        city.register()
    url = reverse("admin:workorders_category_delete", args=[city.leak.pk])
    office.post(url, {"post": "yes"})
    assert Category.objects.filter(pk=city.leak.pk).exists()
    off = category(city, name="供水", code="0401", is_active=None)
    assert save(office, "workorders_category", city.leak.pk, **off) == {}
    assert not Category.objects.get(pk=city.leak.pk).is_active


@pytest.mark.parametrize("words", ["供水", "0401", "gs", "水管"])
def test_categories_are_found_by_name_code_initials_and_keyword(office: Client, city: City, words: str) -> None:
    city.leak.keywords = ["水管", "漏水"]
    city.leak.save(update_fields=["keywords"])
    url = reverse("admin:autocomplete")
    asked = {"term": words, "app_label": "workorders", "model_name": "timelimit", "field_name": "category"}
    assert [row["id"] for row in office.get(url, asked).json()["results"]] == [str(city.leak.pk)]


def test_a_limit_of_a_category_holds_for_the_next_order(office: Client, city: City) -> None:
    own = limit(urgency="", category=city.leak.pk, amount=3, unit=Unit.WORKING_DAYS)
    assert save(office, "workorders_timelimit", **own) == {}
    with pretend(MORNING):
        part = referrals.refer(city.register(), by=city.wang, lead=city.water)
    assert part.answer_step.due_at == (MORNING + timedelta(days=3)).replace(hour=17, minute=30)


def test_one_limit_for_one_step_kind_urgency_and_category(office: Client) -> None:
    assert save(office, "workorders_timelimit", **limit(urgency=""))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"extensions": 1}, "extension_days"),
        ({"extension_days": 5}, "extension_days"),
        ({"step": "sign", "extensions": 1, "extension_days": 5}, "extensions"),
        ({"step": "shelf"}, "step"),
        ({"amount": 0}, "__all__"),
    ],
)
def test_a_limit_that_makes_no_sense_is_refused(office: Client, changes: dict[str, Any], field: str) -> None:
    assert field in save(office, "workorders_timelimit", **limit(**changes))


def test_the_limit_that_holds_for_every_appeal_cannot_be_deleted(office: Client) -> None:
    last = TimeLimit.objects.get(step=StepKind.REVIEW)
    office.post(reverse("admin:workorders_timelimit_delete", args=[last.pk]), {"post": "yes"})
    every = {"action": "delete_selected", "_selected_action": [last.pk], "post": "yes"}
    office.post(reverse("admin:workorders_timelimit_changelist"), every)
    assert TimeLimit.objects.filter(pk=last.pk).exists()


def test_a_more_specific_limit_can_be_deleted(office: Client) -> None:
    question = TimeLimit.objects.get(step=StepKind.ANSWER, kind="question")
    office.post(reverse("admin:workorders_timelimit_delete", args=[question.pk]), {"post": "yes"})
    assert not TimeLimit.objects.filter(pk=question.pk).exists()


def test_the_limit_that_holds_for_every_appeal_cannot_be_narrowed(office: Client) -> None:
    last = TimeLimit.objects.get(step=StepKind.REVIEW)
    assert save(office, "workorders_timelimit", last.pk, **limit(step="review", urgency="urgent"))
    assert save(office, "workorders_timelimit", last.pk, **limit(step="review", urgency="", amount=2)) == {}


def test_a_step_without_a_limit_is_named_by_the_check(city: City) -> None:
    assert every_step_has_a_limit(databases=["default"]) == []
    TimeLimit.objects.filter(step=StepKind.REVIEW).delete()
    assert TimeLimit.objects.steps_without() == [StepKind.REVIEW]
    named = [message for message in run_checks(databases=["default"]) if message.id == "workorders.W001"]
    assert len(named) == 1 and "review the answer" in named[0].msg


def test_the_catalogues_row_is_proposed_to_the_dispatcher(office: Client, city: City) -> None:
    row: dict[str, Any] = {"category": city.leak.pk, "area": "", "lead": city.water.pk, "supporting": [city.traffic.pk]}
    assert save(office, "referrals_cataloguerow", **row) == {}
    assert list(CatalogueRow.objects.get().supporting.all()) == [city.traffic]


def test_a_catalogue_row_that_could_not_be_referred_is_refused(office: Client, city: City) -> None:
    row: dict[str, Any] = {"category": city.leak.pk, "lead": city.water.pk, "supporting": [city.water.pk]}
    assert "supporting" in save(office, "referrals_cataloguerow", **row)
    city.town.is_active = False
    city.town.save(update_fields=["is_active"])
    assert "lead" in save(office, "referrals_cataloguerow", **{**row, "lead": city.town.pk, "supporting": []})


def test_the_lists_ask_the_database_no_more_for_more_rows(
    office: Client, city: City, django_assert_max_num_queries: Any
) -> None:
    for number in range(30):
        below = Category.objects.create(code=f"0403{number}", name=f"类别{number}", parent=city.leak)
        CatalogueRow.objects.create(category=below, lead=city.water).supporting.add(city.traffic)
        TimeLimit.objects.create(step="answer", category=below, amount=3, unit=Unit.WORKING_DAYS)
    with pretend(MORNING):
        for _number in range(5):
            referrals.refer(city.register(), by=city.wang, lead=city.water)
    assert WorkOrder.objects.count() == 5
    for page in PAGES:
        with django_assert_max_num_queries(14):
            office.get(reverse(f"admin:{page}_changelist"))
