"""The files beside an order: added several at once, refused one by one, fetched and never shown."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from referrals import actions as referrals
from staff.now import pretend
from tests import files
from tests.cast import MORNING, City
from tests.desk.conftest import SignedIn
from tests.files import given, sent
from workorders import actions
from workorders.models import Attachment, WorkOrder

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_files")]
HTMX = {"HX-Request": "true", "HX-Target": "attachments"}


@pytest.fixture
def order(city: City) -> WorkOrder:
    with pretend(MORNING):
        order = city.register()
        referrals.refer(order, by=city.wang, lead=city.water)
    return order


def upload(browser: Client, order: WorkOrder, *what: Any, **more: Any) -> Any:
    with pretend(MORNING):
        return browser.post(
            f"{order.get_absolute_url()}attachments/", {"file": list(what), **more.pop("data", {})}, **more
        )


def page_of(browser: Client, order: WorkOrder) -> str:
    with pretend(MORNING):
        return browser.get(order.get_absolute_url()).content.decode()


def test_lin_adds_two_files_by_a_plain_form_and_finds_them_on_the_order(
    city: City, signed_in: SignedIn, order: WorkOrder
) -> None:
    lin = signed_in(city.lin)
    answer = upload(lin, order, sent("漏水.jpg", files.JPEG), sent("合同.pdf", files.PDF))
    assert answer.status_code == 302 and answer["Location"] == f"{order.get_absolute_url()}#attachments"
    page = page_of(lin, order)
    assert "Added: 漏水.jpg" in page and page.count("<b>File added</b>") == 2
    for name in ("漏水.jpg", "合同.pdf"):
        assert re.search(rf'<a href="[^"]+/attachments/\d+/" download>{name}</a>', page)
        assert f"<b>File added</b> {name}" in page


def test_a_file_that_is_refused_is_named_beside_the_field_and_the_others_are_kept(
    city: City, signed_in: SignedIn, order: WorkOrder
) -> None:
    lin = signed_in(city.lin)
    answer = upload(
        lin, order, sent("漏水.jpg", files.JPEG), sent("页面.txt", files.PAGE), data={"for_departments": "on"}
    )
    page = answer.content.decode()
    assert answer.status_code == 422 and "<html" in page
    assert (
        "<b>页面.txt</b> This kind of file is not taken." in page
        and 'aria-describedby="attach-help attach-error"' in page
    )
    assert "Added: 漏水.jpg." in page and re.search(r'name="for_departments" checked', page)
    assert [one.name for one in order.attachments.all()] == ["漏水.jpg"]
    empty = upload(lin, order, headers=HTMX)
    assert empty.status_code == 422 and "Choose a file." in empty.content.decode()


def test_in_place_the_files_and_the_timeline_come_back_and_nothing_else(
    city: City, signed_in: SignedIn, order: WorkOrder
) -> None:
    answer = upload(signed_in(city.lin), order, sent("漏水.jpg", files.JPEG), headers=HTMX)
    page = answer.content.decode()
    assert answer.status_code == 200 and "<html" not in page and 'id="move"' not in page
    assert page.strip().startswith('<section class="card attachments" id="attachments"')
    assert 'id="timeline" hx-swap-oob="true"' in page and "File added" in page


def test_a_refusal_and_a_trouble_are_told_beside_the_files(city: City, signed_in: SignedIn, order: WorkOrder) -> None:
    answer = upload(signed_in(city.admin), order, sent("漏水.jpg", files.JPEG), headers=HTMX)
    assert answer.status_code == 409 and answer["HX-Retarget"] == "#attachments [data-refusal]"
    assert "Your role does not include this." in answer.content.decode()
    assert 'name="file"' not in page_of(signed_in(city.admin), order)


def test_a_file_is_handed_out_to_be_saved_and_never_shown(city: City, signed_in: SignedIn, order: WorkOrder) -> None:
    kept = actions.attach(order, by=city.lin, file=given("花园路 “漏水”.pdf", files.PDF))
    answer: Any = signed_in(city.zhao).get(f"{order.get_absolute_url()}attachments/{kept.pk}/")
    assert b"".join(answer.streaming_content) == files.PDF
    assert answer["Content-Disposition"] == (
        "attachment; filename*=utf-8''%E8%8A%B1%E5%9B%AD%E8%B7%AF%20%E2%80%9C%E6%BC%8F%E6%B0%B4%E2%80%9D.pdf"
    )
    assert answer["Content-Type"] == "application/pdf" and answer["Content-Length"] == str(len(files.PDF))
    assert answer["X-Content-Type-Options"] == "nosniff" and answer["Cache-Control"] == "private, no-store"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert list(order.looks.values_list("person__username", "door")) == [("zhao", "file")]


def test_no_address_leads_to_the_folder_of_files(city: City, signed_in: SignedIn, order: WorkOrder) -> None:
    kept = actions.attach(order, by=city.lin, file=given("漏水.jpg", files.JPEG))
    lin = signed_in(city.lin)
    for before in ("/", "/static/", "/media/", "/files/", "/static/../files/"):
        assert lin.get(f"{before}{kept.file}").status_code == 404


def test_a_file_whose_bytes_are_gone_is_not_found_and_on_record(
    city: City, signed_in: SignedIn, order: WorkOrder, caplog: pytest.LogCaptureFixture
) -> None:
    kept = actions.attach(order, by=city.lin, file=given("漏水.jpg", files.JPEG))
    kept.file.storage.delete(str(kept.file))
    assert signed_in(city.lin).get(f"{order.get_absolute_url()}attachments/{kept.pk}/").status_code == 404
    assert "attachment without its file" in [record.getMessage() for record in caplog.records]


def test_a_file_of_another_order_is_not_found_under_this_one(city: City, signed_in: SignedIn, order: WorkOrder) -> None:
    with pretend(MORNING):
        other = actions.attach(city.register(), by=city.lin, file=given("a.txt", b"a"))
    for path in ("", "remove/"):
        ask = signed_in(city.lin).post if path else signed_in(city.lin).get
        assert ask(f"{order.get_absolute_url()}attachments/{other.pk}/{path}").status_code == 404


def test_what_the_hotline_adds_to_a_confidential_order_departments_neither_see_nor_read_of(
    city: City, signed_in: SignedIn
) -> None:
    with pretend(MORNING):
        order = city.register(confidential=True)
        referrals.refer(order, by=city.wang, lead=city.water)
    lin, zhao = signed_in(city.lin), signed_in(city.zhao)
    assert not re.search(r'name="for_departments" checked', page_of(lin, order))
    upload(lin, order, sent("王小明身份证.jpg", files.JPEG))
    upload(lin, order, sent("现场.png", files.PNG), data={"for_departments": "on"})
    upload(zhao, order, sent("勘查.pdf", files.PDF))
    hidden, shown, own = Attachment.objects.order_by("pk")
    page = page_of(zhao, order)
    assert "王小明" not in page and "现场.png" in page and "勘查.pdf" in page and "File added" in page
    url = f"{order.get_absolute_url()}attachments/"
    for one, status in ((hidden, 404), (shown, 200), (own, 200)):
        answer: Any = zhao.get(f"{url}{one.pk}/")
        assert answer.status_code == status and (status == 404 or b"".join(answer.streaming_content))
    page = page_of(lin, order)
    assert page.count("hotline only") == 1 and "王小明身份证.jpg" in page and "勘查.pdf" in page


def test_a_file_is_removed_with_a_reason_that_stays(city: City, signed_in: SignedIn, order: WorkOrder) -> None:
    kept = actions.attach(order, by=city.lin, file=given("漏水.jpg", files.JPEG))
    lin, url = signed_in(city.lin), f"{order.get_absolute_url()}attachments/{kept.pk}/remove/"
    answer = lin.post(url, {"reason": " "}, headers=HTMX)
    page = answer.content.decode()
    assert answer.status_code == 422 and re.search(r'<details class="[^"]+" open>', page) and "required" in page
    assert signed_in(city.wang).post(url, {"reason": "x"}).status_code == 409
    assert "Remove the file" not in page_of(signed_in(city.wang), order)
    answer = lin.post(url, {"reason": "传错"}, headers=HTMX)
    page = answer.content.decode()
    assert answer.status_code == 200 and "Removed: 漏水.jpg." in page and "No files." in page
    assert "<b>File removed</b> 漏水.jpg" in page and "传错" in page
    assert lin.get(f"{order.get_absolute_url()}attachments/{kept.pk}/").status_code == 404


def test_a_file_too_large_is_told_and_not_kept_on_its_way(
    city: City, signed_in: SignedIn, order: WorkOrder, settings: Any
) -> None:
    settings.ATTACHMENT_FILE_BYTES, settings.ATTACHMENT_ORDER_BYTES = 200_000, 300_000
    lin = signed_in(city.lin)
    answer = upload(lin, order, sent("a.txt", b"a" * 250_000), sent("b.txt", b"b" * 100_000))
    assert "<b>a.txt</b> The file has 244.1\xa0KB; at most 195.3\xa0KB are taken." in answer.content.decode()
    large, small = answer.wsgi_request.FILES.getlist("file")
    assert large.size == 250_000 and not hasattr(large, "temporary_file_path") and hasattr(small, "temporary_file_path")
    assert [one.name for one in order.attachments.all()] == ["b.txt"]
    answer = upload(lin, order, *(sent(f"{n}.txt", n.encode() * 120_000) for n in "xyz"))
    assert "<b>z.txt</b> Too much at once." in answer.content.decode()


@pytest.mark.parametrize("path", ["/sign-in/", "/language/", "note/", "/drafts/x/"])
def test_no_other_address_keeps_a_byte_of_a_file(path: str, city: City, signed_in: SignedIn, order: WorkOrder) -> None:
    url = path if path.startswith("/") else order.get_absolute_url() + path
    answer: Any = signed_in(city.lin).post(url, {"file": sent("漏水.jpg", files.JPEG), "text": "说明"})
    assert not answer.wsgi_request.FILES and answer.wsgi_request.POST["text"] == "说明"


def test_who_has_not_signed_in_fills_no_disk(order: WorkOrder) -> None:
    answer = upload(Client(), order, sent("漏水.jpg", files.JPEG))
    assert answer.status_code == 401 and not answer.wsgi_request.FILES


@pytest.mark.parametrize("name", ["lin", "zhao"])
def test_a_dossier_with_twenty_files_costs_what_one_without_does(
    name: str, city: City, signed_in: SignedIn, order: WorkOrder
) -> None:
    browser = signed_in(getattr(city, name))
    costs = []
    for count in (0, 20):
        for number in range(count):
            actions.attach(order, by=city.lin, file=given("a.txt", b"a" * (number + 1)))
        page_of(browser, order)
        with CaptureQueriesContext(connection) as asked:
            page_of(browser, order)
        costs.append(len(asked))
    assert costs[0] == costs[1] <= 15
