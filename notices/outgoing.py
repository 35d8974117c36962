"""The one door to other web servers; it leads to the open internet and to hosts that the settings name, nowhere else.

A name is looked up once, all its addresses are judged, and the connection goes to one that was judged, whatever the
name leads to a moment later. No redirect is followed and no proxy asked, and of the answer the status alone is read.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Mapping
from contextlib import closing, suppress
from http.client import HTTPConnection, HTTPSConnection
from io import BufferedReader, RawIOBase
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address
from time import monotonic
from typing import Any
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

PORTS = {"http": 80, "https": 443}
ANSWER_BYTES = 65_536
# Of IANA's special-purpose registries, what older Pythons take for the open internet: protocol assignments, the 6to4
# relays and 6to4 itself, the second documentation prefix.
NOT_OPEN_4 = [IPv4Network("192.0.0.0/24"), IPv4Network("192.88.99.0/24")]
NOT_OPEN_6 = [IPv6Network("2001::/23"), IPv6Network("2002::/16"), IPv6Network("3fff::/20")]
UNICAST = IPv6Network("2000::/3")
NAT64 = IPv6Network("64:ff9b::/96")


class Refused(Exception):
    """Nothing was sent: the address is not one we ask."""


class NotTaken(Exception):
    """The other side answered something else than 2xx."""


def post(url: str, body: bytes, headers: Mapping[str, str], *, seconds: float) -> None:
    """POST, once, with so many seconds for everything but looking up the name."""
    address = urlsplit(url)
    known = _addresses(address)
    until = monotonic() + seconds
    try:
        with closing(_connected(known, until)) as reached, closing(_spoken(reached, address, until)) as line:
            kind = HTTPSConnection if address.scheme == "https" else HTTPConnection
            connection = kind(address.hostname or "", address.port)
            speaking: Any = Line(line, until)
            connection.sock, connection.auto_open = speaking, 0
            path = f"{address.path or '/'}{'?' if address.query else ''}{address.query}"
            connection.request("POST", path, body, dict(headers))
            with connection.getresponse() as answer:
                status = answer.status
    except TimeoutError as error:
        raise TimeoutError(f"timed out after {seconds:g} seconds") from error
    if not 200 <= status < 300:
        raise NotTaken(f"{address.hostname} answered {status}")


def _addresses(address: SplitResult) -> list[tuple[Any, Any]]:
    """Family and socket address of each address the name has; all of them are ours to ask, or none is."""
    if address.scheme not in PORTS or not address.hostname or address.username or address.password:
        raise Refused("only http:// and https:// addresses without a user are asked")
    host = address.hostname
    found = socket.getaddrinfo(host, address.port or PORTS[address.scheme], type=socket.SOCK_STREAM)
    if host.rstrip(".") not in settings.OUTGOING_ALLOWED_HOSTS:
        for _family, _type, _protocol, _name, (number, *_rest) in found:
            if not is_open(str(number)):
                raise Refused(f"{host} is {number}, inside a network: name it in OUTGOING_ALLOWED_HOSTS if it is meant")
    return [(family, where) for family, _type, _protocol, _name, where in found]


def is_open(number: str) -> bool:
    """Whether the address is one of the open internet's: not this machine, not a network's own, not one for many."""
    address = ip_address(number)
    if isinstance(address, IPv6Address):
        if inner := address.ipv4_mapped:
            return is_open(str(inner))
        if address in NAT64:
            return is_open(str(ip_address(int(address) & 0xFFFFFFFF)))
        if address not in UNICAST or any(address in network for network in NOT_OPEN_6):
            return False
    elif any(address in network for network in NOT_OPEN_4):
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def _connected(known: list[tuple[Any, Any]], until: float) -> socket.socket:
    """The first of the addresses that takes the call."""
    for family, where in known[:-1]:
        with suppress(OSError):
            return _called(family, where, until)
    return _called(*known[-1], until)


def _called(family: Any, where: Any, until: float) -> socket.socket:
    line = socket.socket(family, socket.SOCK_STREAM)
    try:
        line.settimeout(_left(until))
        line.connect(where)
    except OSError:
        line.close()
        raise
    return line


def _spoken(reached: socket.socket, address: SplitResult, until: float) -> socket.socket:
    """The line to speak on: by TLS where the address says so, with the name's certificate, whatever the address."""
    if address.scheme == "http":
        return reached
    context = ssl.create_default_context()
    line = context.wrap_socket(reached, server_hostname=address.hostname, do_handshake_on_connect=False)
    try:
        line.settimeout(_left(until))
        line.do_handshake()
    except OSError:
        line.close()
        raise
    return line


class Line:
    """As much of a socket as a connection needs; each word in what is left of the time, and a few of them only."""

    def __init__(self, line: socket.socket, until: float) -> None:
        self._line, self._until = line, until

    def sendall(self, data: bytes) -> None:
        self._line.settimeout(_left(self._until))
        self._line.sendall(data)

    def makefile(self, _mode: str) -> BufferedReader:
        return BufferedReader(Heard(self._line, self._until))

    def close(self) -> None:
        self._line.close()


class Heard(RawIOBase):
    """What the other side says, until it has said too much or time is up."""

    def __init__(self, line: socket.socket, until: float) -> None:
        self._line, self._until, self._left = line, until, ANSWER_BYTES

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._line.settimeout(_left(self._until))
        heard = self._line.recv_into(buffer)
        self._left -= heard
        if self._left < 0:
            raise NotTaken(f"the answer's head is longer than {ANSWER_BYTES} bytes")
        return heard


def _left(until: float) -> float:
    """Seconds until then."""
    left = until - monotonic()
    if left <= 0:
        raise TimeoutError
    return left
