"""Where a request comes from, as far as it can be believed."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest
from rest_framework.throttling import BaseThrottle


def addresses(request: HttpRequest | None) -> Iterator[str]:
    """The asker's, as the API's throttling takes it; not a proxy's own, which everybody would share."""
    behind_a_proxy = settings.SECURE_PROXY_SSL_HEADER is not None and not settings.REST_FRAMEWORK["NUM_PROXIES"]
    if request is not None and not behind_a_proxy:
        yield from network(BaseThrottle().get_ident(request) or "")  # type: ignore[arg-type]  # the stubs know DRF's own requests only


def network(address: str) -> Iterator[str]:
    """Of IPv6 the /64 a household has: one machine has all its addresses."""
    try:
        given = ip_address(address)
    except ValueError:
        return
    found = getattr(given, "ipv4_mapped", None) or given
    yield str(found) if found.version == 4 else str(ip_network((int(found), 64), strict=False))
