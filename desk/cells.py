"""The rows of a list written out as text: a page has fifty of them, and a template would look up every name in each."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from urllib.parse import quote

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from desk.owed import Row
from desk.texts import badge


def written(rows: Iterable[Row], *, on_the_way: bool) -> SafeString:
    """The body of the table. `on_the_way`: with what somebody on the phone does on the way to the citizen."""
    locked = f'<i class="ti ti-lock" aria-hidden="true"></i> {escape(_("confidential"))}'
    closed = (
        '<span class="due due-done"><span class="due-shape" aria-hidden="true">✓</span>'
        f' <span class="due-word">{escape(_("closed"))}</span>'
    )
    ways = (escape(_("Call")), escape(_("Navigate")), escape(_("Open"))) if on_the_way else None
    return SafeString("\n".join(_row(row, locked, closed, ways) for row in rows))


def _row(row: Row, locked: str, closed: str, ways: tuple[str, str, str] | None) -> str:
    order, url, number = row.order, escape(row.url), escape(row.order.number)
    badges = [badge(row.colour, escape(row.status))]
    if row.urgency:
        badges.append(badge("red", escape(row.urgency)))
    if order.confidential:
        badges.append(badge("secondary", locked))
    ended = f'{closed} <span class="due-at">{row.closed}</span></span>' if row.closed else ""
    matter = f"<b>{escape(order.title)}</b><span>{escape(order.opening)}</span>"
    return f"""<tr data-row="{number}" data-peek="{url}peek/">
<td class="orders-state"><div class="badges">{" ".join(badges)}</div></td>
<td class="orders-number number"><a href="{url}" data-open>{number}</a></td>
<td class="orders-matter"><a href="{url}" tabindex="-1">{matter}</a></td>
<td class="orders-place">{escape(order.category_name)}<small>{escape(order.area_name or "")}</small></td>
<td class="orders-holder">{escape(row.holder) or "–"}<small>{escape(row.step)}</small></td>
<td class="orders-due">{row.due or ended}</td>
<td class="orders-channel">{escape(row.channel)}</td>{_ways(row, url, ways) if ways else ""}
</tr>"""


def _ways(row: Row, url: str, ways: tuple[str, str, str]) -> str:
    """Call, navigate, open."""
    call, navigate, open_ = ways
    links = []
    if row.shows_caller:
        links.append(_way(f"{url}reveal/", f'<i class="ti ti-phone" aria-hidden="true"></i>{call}'))
    if row.order.address:
        place = f"geo:0,0?q={quote(row.order.address)}"
        links.append(_way(place, f'<i class="ti ti-map-pin" aria-hidden="true"></i>{navigate}'))
    links.append(_way(url, open_))
    return '\n<td class="orders-actions">' + "\n".join(links) + "</td>"


def _way(address: str, words: str) -> str:
    return f'<a class="btn btn-sm" href="{address}">{words}</a>'
