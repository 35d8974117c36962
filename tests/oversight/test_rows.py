"""Every number opens exactly its rows: whatever the indicator, the division and the part of the period."""

import re
from html import unescape
from itertools import product

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext

from oversight.daybook import keep_up
from oversight.filters import Asked
from oversight.groups import By
from oversight.holders import Holders
from oversight.indicators import INDICATORS, Side, Tally
from oversight.rows import rows_of
from staff.now import pretend
from tests.cast import City
from tests.oversight.stories import END_OF_MONTH, a_month_of_everything, answered_on_the_spot, at, ledger
from workorders.models import WorkOrder

pytestmark = pytest.mark.django_db
NUMBER = re.compile(r'<a href="(/board/rows/[^"]*)">([\d\u202f]+)</a>')
HEADED = re.compile(r"<b>([\d\u202f]+) rows?</b>")


def opened(url: str) -> int:
    """How many rows the address of a number opens."""
    query = QueryDict(url.partition("?")[2])
    found = rows_of(Asked.of(query), query)
    assert found is not None, url
    return int(found.queryset.count())


def number_of(tally: Tally, side: str) -> int:
    return {"all": tally.n, "hits": tally.hits, "half": tally.half, "misses": tally.misses}[side]


def test_the_day_book_says_how_many_rows_a_number_has(city: City) -> None:
    a_month_of_everything(city)
    keep_up()
    answered_on_the_spot(city, "11-20 09:00")  # touched since
    with pretend(at(END_OF_MONTH)), CaptureQueriesContext(connection) as queries:
        for indicator in INDICATORS:
            for side, where in product(
                dict(indicator.sides()), ("", "&group=water", "&bucket=2026-11-03", "&before=1")
            ):
                query = QueryDict(f"of={indicator.name}&side={side}{where}")
                found = rows_of(Asked.of(query), query)
                assert found is not None and found.count == found.queryset.count(), query
                assert set(found.listed()) == set(found.queryset), query
    assert any("oversight_sum" in query["sql"] for query in queries)


@pytest.mark.parametrize("by", By.values)
def test_every_figure_equals_the_rows_it_opens(city: City, by: str) -> None:
    a_month_of_everything(city)
    counted = ledger(query=f"by={by}")
    keys = list(counted.counted.by_group)
    assert len(keys) > 1
    with pretend(at(END_OF_MONTH)):
        for indicator in INDICATORS:
            assert counted.counted.total[indicator.name].n, f"{indicator.name} has nothing to count in this month"
            for side, _words in indicator.sides():
                for key in keys:
                    tally = counted.counted.group(key).get(indicator.name, Tally())
                    url = counted.rows_url(of=indicator.name, side=side, group=key)
                    assert opened(url) == number_of(tally, side), (indicator.name, side, key)
                url = counted.rows_url(of=indicator.name, side=side)
                assert opened(url) == number_of(counted.counted.total[indicator.name], side), (indicator.name, side)


def test_every_part_of_a_trend_equals_its_rows(city: City) -> None:
    a_month_of_everything(city)
    counted = ledger(query="period=quarter")
    assert len(counted.period.buckets()) == 10  # weeks from Monday 28 September on
    with pretend(at(END_OF_MONTH)):
        for indicator in INDICATORS:
            total = 0
            for bucket in counted.period.buckets():
                tally = counted.counted.bucket(bucket).get(indicator.name, Tally())
                url = counted.rows_url(of=indicator.name, bucket=bucket.isoformat())
                assert opened(url) == tally.n, (indicator.name, bucket)
                total += tally.n
            assert total == counted.counted.total[indicator.name].n


def test_the_period_before_and_a_narrowed_board_open_their_rows(city: City) -> None:
    a_month_of_everything(city)
    narrowed = ledger(query=f"by=category&department={city.traffic.code}&area={city.area.code}")
    with pretend(at(END_OF_MONTH)):
        for indicator in INDICATORS:
            for counts, where in ((narrowed.counted, {}), (narrowed.before, {"before": "1"})):
                tally = counts.total.get(indicator.name, Tally())
                for side, _words in indicator.sides():
                    url = narrowed.rows_url(of=indicator.name, side=side, **where)
                    assert opened(url) == number_of(tally, side), (indicator.name, side, where)
    whole = ledger()
    assert whole.before.total["direct"] == Tally(n=1, hits=1)


def test_open_cases_open_their_rows_and_add_up_to_all_that_is_open(city: City) -> None:
    a_month_of_everything(city)
    holders = Holders(ledger())
    with pretend(at(END_OF_MONTH)):
        labels = [label for label, _links, _total in holders.rows]
        assert labels[:2] == ["callback desk", "taken by a person"]
        assert "市水务集团" in labels  # the order merged into its branch's is held by it too
        for _label, links, total in [*holders.rows, holders.total]:
            for _one, link in links:
                assert not link.url or opened(link.url) == int(link.words)
            assert opened(total.url) == int(total.words)
        assert int(holders.total[2].words) == WorkOrder.objects.open().count()
        late = {one.key: link.words for one, link in holders.total[1]}
    assert late["stuck"] != "–" and late["soon"] != "–"


def test_chen_opens_every_number_on_the_board(city: City, client: Client) -> None:
    a_month_of_everything(city)
    client.force_login(city.chen)
    seen = set()
    with pretend(at(END_OF_MONTH)):
        for theme in ("handling", "verdict"):
            page = client.get(f"/board/?theme={theme}").content.decode()
            for url, number in NUMBER.findall(page):
                if url in seen:
                    continue
                seen.add(url)
                rows = client.get(unescape(url)).content.decode()
                headed = HEADED.search(rows)
                assert headed is not None and headed[1] == number, url
    assert len(seen) > 60


def test_rows_lead_to_the_dossier_and_never_show_the_caller(city: City, client: Client) -> None:
    a_month_of_everything(city)
    client.force_login(city.chen)
    with pretend(at(END_OF_MONTH)):
        for indicator in INDICATORS:
            page = client.get(f"/board/rows/?of={indicator.name}").content.decode()
            assert f'href="/orders/{WorkOrder.objects.earliest("id").number[:6]}' in page, indicator.name
            assert "王小明" not in page and "13812340271" not in page


@pytest.mark.parametrize(
    "query",
    [
        "",
        "of=nothing",
        "of=closure&side=half",
        "of=closure&group=nowhere-known",
        "of=closure&bucket=2026-10-01",
        "of=closure&bucket=x",
        "of=open&late=x",
        "of=open&holder=desk:x",
        "of=open&holder=department:x",
    ],
)
def test_what_cannot_be_asked_for_is_not_found(city: City, client: Client, query: str) -> None:
    client.force_login(city.chen)
    assert client.get(f"/board/rows/?{query}").status_code == 404


def test_rows_come_in_pages(city: City, client: Client) -> None:
    with pretend(at("11-02 09:00")):
        for _count in range(52):
            city.register()
    client.force_login(city.chen)
    with pretend(at(END_OF_MONTH)):
        first = client.get("/board/rows/?of=direct")
        assert len(first.context["lines"]) == 50
        second = client.get(f"/board/rows/?of=direct&at={first.context['page'].following}")
        assert len(second.context["lines"]) == 2
        assert second.context["found"].side == Side.ALL
