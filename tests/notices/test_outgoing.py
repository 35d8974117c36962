"""Out to other web servers: never to an address inside a network that nobody named, and never longer than we wait."""

from __future__ import annotations

import socket
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.conf import settings as configured

from notices.outgoing import NotTaken, Refused, is_open, post
from tests.processes import listening

INSIDE_4 = """127.0.0.1 127.8.8.8 0.0.0.0 10.1.2.3 172.16.0.1 172.31.255.254 192.168.1.1 169.254.169.254 100.64.0.1
192.0.0.8 192.0.2.1 192.88.99.1 198.18.0.1 198.51.100.7 203.0.113.9 224.0.0.1 239.255.255.250 240.0.0.1
255.255.255.255"""
INSIDE_6 = """:: ::1 fe80::1 fe80::1%1 fec0::1 fc00::1 fd12:3456::1 ff02::1 2001:db8::1 2001::1 2002:7f00:1:: 2002:808::
3fff::1 5f00::1 100::1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254 ::127.0.0.1 ::ffff:0:127.0.0.1
64:ff9b::127.0.0.1 64:ff9b::10.0.0.1 64:ff9b::169.254.169.254 64:ff9b:1::1 64:ff9b:1::8.8.8.8"""
INSIDE = [number for numbers in (INSIDE_4, INSIDE_6) for number in numbers.split()]
OPEN = ["8.8.8.8", "114.114.114.114", "2400:3200::1", "2606:4700:4700::1111", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8"]


@pytest.mark.parametrize("number", INSIDE)
def test_is_inside(number: str) -> None:
    assert not is_open(number)


@pytest.mark.parametrize("number", OPEN)
def test_is_open(number: str) -> None:
    assert is_open(number)


# --- whom we ask


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[list[str]]]:
    """The name server: for each name its answers one after the other, the last for good. Others are looked up."""
    known: dict[str, list[list[str]]] = {}
    real = socket.getaddrinfo

    def look_up(host: Any, port: Any, *args: Any, **more: Any) -> Any:
        if host not in known:
            return real(host, port, *args, **more)
        answer = known[host].pop(0) if len(known[host]) > 1 else known[host][0]
        kinds = ((socket.AF_INET6 if ":" in number else socket.AF_INET, number) for number in answer)
        return [(kind, socket.SOCK_STREAM, 6, "", (number, port)) for kind, number in kinds]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return known


def to(url: str, seconds: float = 5) -> None:
    post(url, b'{"a": "1"}', {"Content-Type": "application/json"}, seconds=seconds)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "127.1", "2130706433", "0x7f000001", "[::1]", "[::ffff:7f00:1]"]
)
def test_this_machine_is_not_asked_however_it_is_written(host: str) -> None:
    with listening() as gateway:
        port = gateway.url.split(":")[2]
        with pytest.raises(Refused, match="OUTGOING_ALLOWED_HOSTS"):
            to(f"http://{host}:{port}")
        assert gateway.bodies == []


def test_a_name_that_leads_inside_is_not_asked_even_where_it_leads_outside_too(names: Any) -> None:
    names["gateway.example"] = [["8.8.8.8", "127.0.0.1"]]
    with listening() as gateway, pytest.raises(Refused, match=r"gateway\.example is 127\.0\.0\.1"):
        to(gateway.url.replace("127.0.0.1", "gateway.example"))
    assert gateway.bodies == []


def test_a_name_that_leads_elsewhere_a_moment_later_is_looked_up_once(names: Any, settings: Any) -> None:
    settings.OUTGOING_ALLOWED_HOSTS = ["gateway.example"]
    names["gateway.example"] = [["127.0.0.1"], ["127.0.0.2"]]
    with listening() as gateway:
        to(gateway.url.replace("127.0.0.1", "gateway.example"))
        assert gateway.bodies == [{"a": "1"}]
        assert gateway.headers[0]["Host"].startswith("gateway.example:")
    assert names["gateway.example"] == [["127.0.0.2"]]


def test_the_second_address_is_asked_where_the_first_does_not_answer(names: Any, settings: Any) -> None:
    settings.OUTGOING_ALLOWED_HOSTS = ["gateway.example"]
    names["gateway.example"] = [["127.0.0.3", "127.0.0.1"]]
    with listening() as gateway:
        to(gateway.url.replace("127.0.0.1", "gateway.example"))
        assert len(gateway.bodies) == 1


def test_a_host_is_named_as_it_stands_in_the_address_and_no_other_with_it(settings: Any) -> None:
    settings.OUTGOING_ALLOWED_HOSTS = ["localhost"]
    with listening() as gateway:
        with pytest.raises(Refused):
            to(gateway.url)
        to(gateway.url.replace("127.0.0.1", "LOCALHOST"))
        assert len(gateway.bodies) == 1


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "ftp://8.8.8.8/", "gopher://8.8.8.8/", "http:///x", "http://a:b@8.8.8.8/", "//8.8.8.8/"],
)
def test_only_web_addresses_without_a_user_are_asked(url: str) -> None:
    with pytest.raises(Refused, match="http"):
        to(url)


def test_no_proxy_is_asked(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.OUTGOING_ALLOWED_HOSTS = ["127.0.0.1"]
    with listening() as gateway, listening() as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        to(gateway.url)
        assert (len(gateway.bodies), len(proxy.bodies)) == (1, 0)


# --- what comes back


@contextmanager
def saying(*words: bytes, again: bytes = b"", pause: float = 0) -> Iterator[str]:
    """A server that hears the question out, says its words, and then `again` as long as anybody listens."""
    never = Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            line, _who = server.accept()
            with line:
                line.recv(65536)
                try:
                    for one in words:
                        line.sendall(one)
                    while again:
                        never.wait(pause)
                        line.sendall(again)
                except OSError:
                    return

        speaker = Thread(target=serve, daemon=True)
        speaker.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/"
        speaker.join(10)
        assert not speaker.is_alive(), "somebody still listens"


@pytest.fixture
def on_this_machine(settings: Any) -> None:
    settings.OUTGOING_ALLOWED_HOSTS = ["127.0.0.1"]


@pytest.mark.usefixtures("on_this_machine")
def test_a_redirect_is_not_followed() -> None:
    with (
        listening() as inside,
        saying(
            f"HTTP/1.1 307 Temporary Redirect\r\nLocation: {inside.url}\r\nContent-Length: 0\r\n\r\n".encode()
        ) as url,
    ):
        with pytest.raises(NotTaken, match="307"):
            to(url)
        assert inside.bodies == []


@pytest.mark.usefixtures("on_this_machine")
def test_an_answer_without_end_is_not_read() -> None:
    with saying(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", again=b"4\r\naaaa\r\n" * 4096) as url:
        to(url)


@pytest.mark.usefixtures("on_this_machine")
@pytest.mark.parametrize("again", [b"X-More: and more\r\n" * 200, b"a" * 4096])
def test_nor_are_headers_without_end(again: bytes) -> None:
    with (
        saying(b"HTTP/1.1 200 OK\r\n", again=again) as url,
        pytest.raises(Exception, match=r"longer than 65536|more than 100"),
    ):
        to(url)


@pytest.mark.usefixtures("on_this_machine")
def test_who_says_a_little_now_and_then_is_not_heard_out() -> None:
    """Each word comes well within the time, and all of them would take for ever."""
    with (
        saying(again=b"HTTP/1.1 100 Continue\r\n\r\n", pause=0.05) as url,
        pytest.raises(TimeoutError, match=r"after 0\.5 seconds"),
    ):
        to(url, seconds=0.5)


@pytest.mark.usefixtures("on_this_machine")
def test_who_is_silent_at_the_greeting_is_not_waited_for() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(TimeoutError, match="timed out"):
        to(f"https://127.0.0.1:{silent.getsockname()[1]}/", seconds=0.3)


# --- by TLS


@pytest.fixture
def certified(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], ssl.SSLContext]:
    """Certificates for a name or address, and we trust whoever signed them: themselves."""

    def certify(name: str) -> ssl.SSLContext:
        key = ec.generate_private_key(ec.SECP256R1())
        who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        is_number = name.replace(".", "").isdigit()
        known = x509.IPAddress(ip_address(name)) if is_number else x509.DNSName(name)
        now = datetime.now(UTC)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(who)
            .issuer_name(who)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(x509.SubjectAlternativeName([known]), critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(key, hashes.SHA256())
        )
        pem = tmp_path / f"{name}.pem"
        of_key = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        pem.write_bytes(certificate.public_bytes(serialization.Encoding.PEM) + of_key)
        monkeypatch.setenv("SSL_CERT_FILE", str(pem))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem)
        return context

    return certify


@contextmanager
def by_tls(context: ssl.SSLContext) -> Iterator[tuple[int, list[bytes]]]:
    """A server that speaks TLS and takes one message; its port, and what it heard."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            line, _who = server.accept()
            try:
                with context.wrap_socket(line, server_side=True) as spoken:
                    heard.append(spoken.recv(65536))
                    spoken.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")
            except OSError:
                line.close()

        speaker = Thread(target=serve, daemon=True)
        speaker.start()
        yield server.getsockname()[1], heard
        speaker.join(10)


def test_the_certificate_must_be_the_names_though_the_address_is_asked(
    certified: Callable[[str], ssl.SSLContext], names: Any, settings: Any
) -> None:
    settings.OUTGOING_ALLOWED_HOSTS = ["gateway.example", "other.example"]
    names["gateway.example"] = names["other.example"] = [["127.0.0.1"]]
    context = certified("gateway.example")
    with by_tls(context) as (port, heard):
        to(f"https://gateway.example:{port}/send?a=1")
        assert heard[0].startswith(b"POST /send?a=1 HTTP/1.1\r\nHost: gateway.example:")
    with by_tls(context) as (port, heard):
        with pytest.raises(ssl.SSLCertVerificationError):
            to(f"https://other.example:{port}/send")
        assert heard == []


# --- and nobody goes around the door


@pytest.mark.parametrize(
    ("where", "line"),
    [
        ("desk/webhook.py", "import urllib.request"),
        ("oversight/webhook.py", "from urllib.request import urlopen"),
        ("notices/webhook.py", "from http.client import HTTPSConnection"),
        ("workorders/webhook.py", "import requests"),
        ("hotline/webhook.py", "from socket import create_connection"),
        ("staff/webhook.py", "import smtplib"),
    ],
)
def test_the_lint_finds_another_door(where: str, line: str) -> None:
    command = [
        sys.executable,
        "-m",
        "ruff",
        "check",
        "--no-cache",
        "--select",
        "TID251",
        "--stdin-filename",
        where,
        "-",
    ]
    said = subprocess.run(
        command, input=f"{line}\n", cwd=configured.BASE_DIR, capture_output=True, text=True, check=False
    )
    assert said.returncode == 1 and "notices.outgoing is the door" in said.stdout
