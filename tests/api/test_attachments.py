"""附件 for programs: listed, added one by one, fetched, removed, as on the pages."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from rest_framework.throttling import UserRateThrottle

from referrals import actions as referrals
from staff.now import pretend
from tests import files
from tests.api.client import DOOR, Program
from tests.api.conftest import Programs
from tests.cast import MORNING, City
from tests.files import given, sent
from workorders import actions
from workorders.models import WorkOrder

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_files")]


@pytest.fixture
def order(city: City) -> WorkOrder:
    with pretend(MORNING):
        order = city.register()
        referrals.refer(order, by=city.wang, lead=city.water)
    return order


def files_at(program: Program, order: WorkOrder) -> str:
    url: str = program.get(f"{DOOR}work-orders/{order.number}/")["related"]["attachments"]
    return url


def add(program: Program, url: str, status: int = 201, **fields: Any) -> Any:
    with pretend(MORNING):
        answer = program.http.post(url, fields, format="multipart")
    assert answer.status_code == status, answer.content.decode()
    return answer.json()


def test_a_program_adds_a_file_finds_it_and_fetches_it(city: City, programs: Programs, order: WorkOrder) -> None:
    url = files_at(programs.lin, order)
    added = add(programs.lin, url, file=sent("漏水.jpg", files.JPEG))
    assert (added["name"], added["content_type"], added["size"]) == ("漏水.jpg", "image/jpeg", len(files.JPEG))
    assert added["for_departments"] is True and added["added_by"] == "林月" and added["department"] is None
    assert programs.zhao.get(url)["results"] == [added]
    for accept in ("*/*", "image/jpeg", "application/octet-stream"):
        answer: Any = programs.zhao.http.get(added["url"], headers={"Accept": accept})
        assert answer.status_code == 200 and b"".join(answer.streaming_content) == files.JPEG
    assert answer["Content-Disposition"].startswith("attachment;") and answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert {"zhao"} == set(
        order.looks.filter(door="api").exclude(person=city.lin).values_list("person__username", flat=True)
    )


def test_what_is_not_right_is_told_by_field(programs: Programs, order: WorkOrder) -> None:
    url, picture = files_at(programs.lin, order), sent("a.jpg", files.JPEG)
    assert "kind of file" in add(programs.lin, url, 400, file=sent("a.svg", files.SVG))["errors"]["file"][0]
    assert add(programs.lin, url, 400)["errors"] == {"file": ["Send one file."]}
    assert add(programs.lin, url, 400, file=[picture, sent("b.png", files.PNG)])["errors"].keys() == {"file"}
    wrong = add(programs.lin, url, 400, file=picture, for_departments="maybe", note="x", other=picture)["errors"]
    assert wrong.keys() == {"for_departments", "note", "other"}
    programs.lin.post(url, {"file": "x"}, 415)
    assert not order.attachments.exists()


def test_departments_add_to_what_is_in_their_hands_and_see_what_they_may(
    city: City, programs: Programs, order: WorkOrder
) -> None:
    url = files_at(programs.zhao, order)
    add(programs.zhao, url, file=sent("勘查.pdf", files.PDF))
    add(programs.lin, url, file=sent("证件.jpg", files.JPEG), for_departments="false")
    assert [one["name"] for one in programs.zhao.get(url)["results"]] == ["勘查.pdf"]
    told = programs.wang.get(url)["results"]
    assert [one["name"] for one in told] == ["勘查.pdf", "证件.jpg"] and told[0]["department"]["code"] == "water"
    programs.zhao.get(told[1]["url"], 404)
    assert "证件" not in str(programs.zhao.get(f"{DOOR}work-orders/{order.number}/events/"))
    add(programs.sun, url, 404, file=sent("x.pdf", files.PDF))
    with pretend(MORNING):
        referrals.recall(order, by=city.wang, reason="派错单位")
    add(programs.zhao, url, 404, file=sent("x.pdf", files.PDF))


def test_a_program_removes_a_file_with_a_reason(city: City, programs: Programs, order: WorkOrder) -> None:
    url = files_at(programs.lin, order)
    added = add(programs.lin, url, file=sent("漏水.jpg", files.JPEG))
    programs.lin.post(f"{added['url']}remove/", {"reason": " "}, 400)
    programs.wang.post(f"{added['url']}remove/", {"reason": "传错"}, 409)
    programs.lin.post(f"{added['url']}remove/", {"reason": "传错"}, 204)
    assert programs.lin.get(url)["results"] == []
    programs.lin.get(added["url"], 404)


def test_uploads_and_downloads_are_throttled_as_the_rest(
    city: City, programs: Programs, order: WorkOrder, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = actions.attach(order, by=city.lin, file=given("a.txt", b"a"))
    url = f"{DOOR}work-orders/{order.number}/attachments/"
    monkeypatch.setattr(UserRateThrottle, "get_rate", lambda _self: "2/min")
    monkeypatch.setattr(UserRateThrottle, "timer", lambda _self: 0.0)  # no minute ends meanwhile
    cache.clear()
    for _time in range(2):
        answer: Any = programs.lin.http.get(f"{url}{kept.pk}/")
        assert b"".join(answer.streaming_content) == b"a"
    assert programs.lin.http.get(f"{url}{kept.pk}/").status_code == 429
    assert programs.lin.http.post(url, {}, format="multipart").status_code == 429
    cache.clear()
