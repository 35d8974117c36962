"""What a person can do with an order, written out as text: a page offers fifteen moves and more."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from desk.dossier import Offer


def written(offers: Sequence[Offer]) -> SafeString:
    """A button a move. Where there are several, "More" comes after the first: on a phone it opens the others."""
    first, *others = offers
    told = [_button(first, "btn btn-primary move" if first.move.primary else "btn move")]
    if others:
        told.append(
            '<button class="btn moves-more" type="button" data-toggle="moves" aria-expanded="false">'
            f'{escape(_("More"))} <i class="ti ti-chevron-up" aria-hidden="true"></i></button>'
        )
        told += [_button(offer, "btn move") for offer in others]
    return SafeString("\n".join(told))


def _button(offer: Offer, css: str) -> str:
    url, label, key = escape(offer.url), escape(str(offer.move.label)), escape(offer.move.key)
    part = f"<small>{escape(offer.part)}</small>" if offer.part else ""
    shortcut = f' data-shortcut="{key}" data-shortcut-label="{label}"' if key else ""
    pressed = f'<kbd aria-hidden="true">{key.upper()}</kbd>' if key else ""
    opens = f'href="{url}" hx-get="{url}" hx-target="#move" hx-swap="innerHTML"'
    return f"""<a class="{css}" {opens} data-command{shortcut}>
<span>{label}{part}</span>
{pressed}
</a>"""
