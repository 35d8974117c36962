"""Nothing typed is ever lost: kept while typing, encrypted, listed, taken up again."""

from __future__ import annotations

import pytest

from desk import drafts
from desk.models import Draft
from staff.now import pretend
from tests.cast import MORNING, City
from tests.desk.conftest import SignedIn

pytestmark = pytest.mark.django_db


def test_what_lin_types_is_kept_and_she_is_told_when(city: City, signed_in: SignedIn) -> None:
    lin = signed_in(city.lin)
    with pretend(MORNING):
        answer = lin.post("/drafts/intake:1a2b/", {"content": "水管漏水", "caller_phone": "13812340271"})
    assert answer.json() == {"words": "saved 10:00"}
    page = lin.get("/register/1a2b/").content.decode()
    assert "水管漏水" in page and "13812340271" in page and "draft of 10:00" in page


def test_a_draft_lies_encrypted_in_the_database(city: City, signed_in: SignedIn) -> None:
    signed_in(city.lin).post("/drafts/intake:1a2b/", {"caller_phone": "13812340271"})
    assert b"13812340271" not in bytes(Draft.objects.get().body)


def test_a_draft_is_its_writers_alone(city: City, signed_in: SignedIn) -> None:
    signed_in(city.lin).post("/drafts/intake:1a2b/", {"content": "水管漏水"})
    assert "水管漏水" not in signed_in(city.chen).get("/register/1a2b/").content.decode()
    assert signed_in(city.chen).get("/drafts/").context["drafts"] == []


def test_two_calls_side_by_side_have_a_draft_each(city: City, signed_in: SignedIn) -> None:
    lin = signed_in(city.lin)
    first, second = lin.get("/register/")["Location"], lin.get("/register/")["Location"]
    assert first != second


def test_the_list_names_each_draft_and_leads_back_to_its_form(city: City, signed_in: SignedIn) -> None:
    with pretend(MORNING):
        order = city.register()
    wang = signed_in(city.wang)
    wang.post(f"/drafts/workorder:{order.pk}:refer/", {"instructions": "请先联系"})
    wang.post("/drafts/workorder:999999:refer/", {"instructions": "没有了"})
    lost, kept = wang.get("/drafts/").context["drafts"]
    assert (str(kept.what), kept.about, kept.url) == ("Refer", str(order), f"{order.get_absolute_url()}refer/")
    assert lost.url == ""
    assert "请先联系" in wang.get(kept.url).content.decode()


def test_a_draft_can_be_thrown_away_and_goes_when_its_form_is_sent(city: City, signed_in: SignedIn) -> None:
    lin = signed_in(city.lin)
    lin.post("/drafts/intake:1a2b/", {"content": "水管漏水"})
    lin.post("/drafts/intake:1a2b/drop/")
    assert drafts.count(city.lin) == 0
    with pretend(MORNING):
        order = city.register()
    key = f"workorder:{order.pk}:note"
    lin.post(f"/drafts/{key}/", {"text": "备注"})
    lin.post(f"{order.get_absolute_url()}note/", {"text": "备注"})
    assert drafts.find(city.lin, key) is None


def test_a_draft_too_long_is_not_understood(city: City, signed_in: SignedIn) -> None:
    assert signed_in(city.lin).post("/drafts/intake:1a2b/", {"content": "漏" * 100_000}).status_code == 400
