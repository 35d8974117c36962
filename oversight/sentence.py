"""The sentence at the head of the board: how many appeals, how many of them closed, how many late and at whom."""

from __future__ import annotations

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oversight.indicators import BY_NAME, Side
from oversight.ledger import Ledger
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
    late = [held for held in ledger.held if held.overdue]
    if not late:
        return _("; none is overdue.")
    count, first = sum(held.overdue for held in late), min(late, key=lambda held: (-held.overdue, held.key))
    most = first.overdue
    what = {"of": OPEN, "late": "overdue", "cohort": "1"}
    overdue, name = _number(count_words(count), ledger.rows_url(**what)), first.label
    if most == count:
        words = ngettext(
            "; {overdue} is overdue, held by: {holder}.", "; {overdue} are overdue, all held by: {holder}.", count
        )
        return format_html(words, overdue=overdue, holder=name)
    return format_html(
        _("; {overdue} are overdue, {most} of them held by: {holder}."),
        overdue=overdue,
        most=_number(count_words(most), ledger.rows_url(**what, holder=first.key)),
        holder=name,
    )


def _number(words: str, url: str) -> SafeString:
    return format_html('<a href="{}">{}</a>', url, words)
