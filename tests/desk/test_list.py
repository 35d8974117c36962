"""The list of orders: narrowed by its address, told in chips; what it costs stands in `test_statements`."""

from __future__ import annotations

import re

import pytest

from desk import owed
from referrals import actions as referrals
from staff.models import Area
from staff.now import pretend
from tests.cast import MORNING, City
from tests.desk.conftest import SignedIn
from workorders.models import WorkOrder

pytestmark = pytest.mark.django_db


def test_a_filter_narrows_the_list_and_a_chip_drops_it(city: City, signed_in: SignedIn) -> None:
    with pretend(MORNING):
        help_, question = city.register(), city.register(kind="question")
    answer = signed_in(city.wang).get("/orders/?kind=question&status=registered&at=broken")
    page = answer.content.decode()
    assert question.number in page and help_.number not in page
    found = [(chip.label, chip.value, chip.without) for chip in answer.context["chips"]]
    assert found == [
        ("status", "registered", "?kind=question"),
        ("kind", "question", "?status=registered"),
    ]


def test_one_of_two_values_is_dropped_and_the_other_stays(city: City, signed_in: SignedIn) -> None:
    chips = signed_in(city.wang).get("/orders/?status=closed&status=referred").context["chips"]
    assert [chip.without for chip in chips] == ["?status=referred", "?status=closed"]


def test_a_value_that_is_none_is_told_and_nothing_breaks(city: City, signed_in: SignedIn) -> None:
    answer = signed_in(city.wang).get("/orders/?status=lost&registered_from=yesterday")
    assert answer.status_code == 200 and answer.context["chips"] == []
    assert "alert-danger" in answer.content.decode()


def test_a_category_includes_those_below_it(city: City, signed_in: SignedIn) -> None:
    with pretend(MORNING):
        leak, parking = city.register(), city.register(category=city.parking)
    page = signed_in(city.wang).get("/orders/?category=04").content.decode()
    assert leak.number in page and parking.number not in page


def test_a_queue_that_is_not_wangs_is_not_found(city: City, signed_in: SignedIn) -> None:
    assert signed_in(city.wang).get("/orders/?queue=callback").status_code == 404


def test_zhaos_list_tells_what_his_department_owes_not_what_others_do(city: City, signed_in: SignedIn) -> None:
    with pretend(MORNING):
        order = city.register()
        part = referrals.refer(order, by=city.wang, lead=city.water, supporting=[city.traffic])
        part = referrals.accept(part, by=city.zhao)
        referrals.record_contact(part, by=city.zhao, note="已联系")
        page = signed_in(city.zhao).get("/orders/?queue=handling").content.decode()
        (row,) = owed.rows(owed.listed(WorkOrder.objects.filter(pk=order.pk)), city.zhao)
    assert (row.holder, row.step) == ("市水务集团", "answer")
    assert "Mon 30 Nov 17:30" in page and '<td class="orders-holder">市水务集团' in page


def test_an_empty_queue_says_what_would_be_here(city: City, signed_in: SignedIn) -> None:
    page = signed_in(city.wang).get("/orders/?queue=refer").content.decode()
    assert "Every appeal has been answered or referred." in page


def test_heads_sort_both_ways_and_keep_the_filters(city: City, signed_in: SignedIn) -> None:
    with pretend(MORNING):
        city.register()
    page = signed_in(city.wang).get("/orders/?kind=help&sort=next_due_at").content.decode()
    assert "?kind=help&amp;sort=-next_due_at" in page and "?kind=help&amp;sort=registered_at" in page
    assert 'aria-sort="ascending"' in page


def test_chen_takes_the_list_as_it_is_narrowed_and_lin_may_not(city: City, signed_in: SignedIn) -> None:
    link = "/board/orders.xlsx?kind=help&amp;status=referred&amp;sort=-registered_at"
    path = "/orders/?kind=help&status=referred"
    assert link in signed_in(city.chen).get(path).content.decode()
    assert "orders.xlsx" not in signed_in(city.lin).get(path).content.decode()


def test_what_was_typed_is_shown_as_text_in_a_row(city: City, signed_in: SignedIn) -> None:
    with pretend(MORNING):
        city.register(title='<b>漏水</b> & "急"', content="<script>1</script>")
    page = signed_in(city.wang).get("/orders/").content.decode()
    assert "<b>&lt;b&gt;漏水&lt;/b&gt; &amp; &quot;急&quot;</b>" in page
    assert "<span>&lt;script&gt;1&lt;/script&gt;</span>" in page


@pytest.mark.parametrize("confidential", [False, True])
def test_on_the_way_zhao_calls_finds_and_opens_but_calls_nobody_whom_the_order_hides(
    confidential: bool, city: City, signed_in: SignedIn
) -> None:
    with pretend(MORNING):
        order = city.register(confidential=confidential, address="云水路 8 号")
        referrals.refer(order, by=city.wang, lead=city.water)
    page = signed_in(city.zhao).get("/orders/").content.decode()
    url = f"/orders/{order.number}/"
    assert (f'href="{url}reveal/"' in page) is not confidential
    assert 'href="geo:0,0?q=%E4%BA%91%E6%B0%B4%E8%B7%AF%208%20%E5%8F%B7"' in page
    assert f'<a class="btn btn-sm" href="{url}">Open</a>' in page
    assert '<td class="orders-actions">' not in signed_in(city.wang).get("/orders/").content.decode()


def test_a_select_has_what_the_address_has_chosen_and_the_trees_as_they_are_now(
    city: City, signed_in: SignedIn
) -> None:
    browser = signed_in(city.wang)
    page = browser.get("/orders/?status=closed&status=referred&area=east").content.decode()
    selected = re.findall(r'<option value="(\w+)" selected>', page)
    assert selected == ["referred", "closed", "east"]
    Area.objects.filter(code="east").update(name="新东区")
    page = browser.get("/orders/").content.decode()
    assert '<option value="east">新东区</option>' in page and " selected>" not in page


def test_a_list_is_in_the_readers_language_whoever_read_before(city: City, signed_in: SignedIn) -> None:
    browser = signed_in(city.wang)
    with pretend(MORNING):
        city.register()
        for language, status, due in (("en", "registered", "due soon"), ("zh-hans", "已受理", "即将到期")):
            page = browser.get("/orders/", headers={"Accept-Language": language}).content.decode()
            assert f'-lt">{status}</span>' in page and f">{status}</option>" in page
            assert f'<span class="due-word">{due}</span>' in page
