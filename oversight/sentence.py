"""The sentence at the head of the board: how many appeals, how many of them closed, how many late and at whom."""

from __future__ import annotations

from django.db.models import Count
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oversight.indicators import BY_NAME, Side
from oversight.ledger import Ledger
from oversight.open_cases import holder_key, holder_words, open_orders, standing
from oversight.records import REGISTERED
from oversight.rows import OPEN
from oversight.words import count_words, value_words


def sentence(ledger: Ledger) -> SafeString | str:
    """In words, each number a link to its rows."""
    period, total = ledger.period.words(), ledger.counted.total
    registered = ledger.side("closure", Side.ALL, total)
    if not registered.url:
        return _("No appeal was registered in %(period)s.") % {"period": period}
    rate = BY_NAME["closure"].value(total, ledger.weights)
    closed = ledger.rows_url(of="closure", side=Side.HITS)
    said = format_html(
        _("Of {registered} appeals registered in {period}, {rate} are closed"),
        registered=_number(registered.words, registered.url),
        period=period,
        rate=_number(value_words(BY_NAME["closure"], rate), closed),
    )
    return format_html("{}{}", said, _overdue(ledger))


def _overdue(ledger: Ledger) -> SafeString | str:
    late = overdue_by_holder(ledger)
    count = sum(number for _key, number in late)
    if not count:
        return _("; none is overdue.")
    key, most = late[0]
    what = {"of": OPEN, "late": "overdue", "cohort": "1"}
    overdue, name = _number(count_words(count), ledger.rows_url(**what)), holder_words(key, ledger.departments)
    if most == count:
        words = ngettext(
            "; {overdue} is overdue, held by: {holder}.", "; {overdue} are overdue, all held by: {holder}.", count
        )
        return format_html(words, overdue=overdue, holder=name)
    return format_html(
        _("; {overdue} are overdue, {most} of them held by: {holder}."),
        overdue=overdue,
        most=_number(count_words(most), ledger.rows_url(**what, holder=key)),
        holder=name,
    )


def _number(words: str, url: str) -> SafeString:
    return format_html('<a href="{}">{}</a>', url, words)


def overdue_by_holder(ledger: Ledger) -> list[tuple[str, int]]:
    """Of the orders registered in the period: how many each holder has overdue, the most first; one query."""
    orders = open_orders(ledger.asked.scope).filter(BY_NAME["closure"].of, **REGISTERED.window(ledger.period))
    orders = orders.filter(standing("overdue", ledger.asked.at))
    counts: dict[str, int] = {}
    for pool, department, number in orders.values_list("holder_pool", "holder_department").annotate(n=Count("pk")):
        key = holder_key(pool, department, ledger.departments)
        counts[key] = counts.get(key, 0) + number
    return sorted(counts.items(), key=lambda one: (-one[1], one[0]))
