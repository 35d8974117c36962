"""Each file is scanned where a scanner is named, over the scanner's own protocol; without its word nothing comes in."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests import files
from tests.cast import City
from tests.files import given
from workorders import actions
from workorders.errors import Invalid
from workorders.models import Attachment

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_files")]

# The text every scanner is to find: https://www.eicar.org/download-anti-malware-testfile/
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class Scanner:
    """A server that speaks clamd's INSTREAM; what it says is worked out from what it was sent."""

    def __init__(self, listening: socket.socket, says: Callable[[bytes], bytes | None]) -> None:
        self.listening, self.says, self.read = listening, says, list[bytes]()
        listening.listen()
        self.thread = threading.Thread(target=self._serve)
        self.thread.start()

    def _serve(self) -> None:
        while True:
            try:
                line, _where = self.listening.accept()
            except OSError:
                return
            with line, line.makefile("rb") as sent:
                if sent.read(10) != b"zINSTREAM\0":
                    continue
                content = b""
                while size := int.from_bytes(sent.read(4), "big"):
                    content += sent.read(size)
                self.read.append(content)
                if (answer := self.says(content)) is not None:
                    line.sendall(answer)
                else:
                    line.recv(1)  # says nothing until the other gives up

    def close(self) -> None:
        self.listening.shutdown(socket.SHUT_RDWR)
        self.listening.close()
        self.thread.join(10)


def verdict(content: bytes) -> bytes:
    return b"stream: Win.Test.EICAR_HDB-1 FOUND\0" if EICAR in content else b"stream: OK\0"


Start = Callable[..., Scanner]


@pytest.fixture
def scanner(settings: Any, tmp_path: Path) -> Iterator[Start]:
    """Start a scanner, by TCP or at a socket file, and tell the settings of it."""
    started = []

    def start(says: Callable[[bytes], bytes | None] = verdict, *, by_file: bool = False) -> Scanner:
        if by_file:
            listening = socket.socket(socket.AF_UNIX)
            listening.bind(str(tmp_path / "clamd"))
            settings.CLAMD_URL = f"unix://{tmp_path / 'clamd'}"
        else:
            listening = socket.create_server(("127.0.0.1", 0))
            settings.CLAMD_URL = f"tcp://127.0.0.1:{listening.getsockname()[1]}"
        started.append(Scanner(listening, says))
        return started[-1]

    yield start
    for one in started:
        one.close()


@pytest.mark.parametrize("by_file", [False, True])
def test_a_clean_file_comes_in_and_an_infected_one_does_not(by_file: bool, city: City, scanner: Start) -> None:
    clamd, order = scanner(by_file=by_file), city.register()
    large = files.JPEG + bytes(range(256)) * 1000
    actions.attach(order, by=city.lin, file=given("漏水.jpg", large))
    with pytest.raises(Invalid) as invalid:
        actions.attach(order, by=city.lin, file=given("a.txt", EICAR))
    assert "found Win.Test.EICAR_HDB-1" in str(invalid.value.errors["file"])
    assert clamd.read == [large, EICAR] and Attachment.objects.get().name == "漏水.jpg"


@pytest.mark.parametrize(
    "says", [b"INSTREAM size limit exceeded. ERROR\0", b"stream: O", b"", None], ids=["error", "half", "empty", "mute"]
)
def test_without_a_verdict_nothing_comes_in(says: bytes | None, city: City, scanner: Start, settings: Any) -> None:
    settings.CLAMD_SECONDS = 0.2
    scanner(lambda _content: says)
    assert "does not answer" in refused(city)


def test_a_scanner_that_is_away_lets_nothing_in(city: City, settings: Any, tmp_path: Path) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
    for url in (f"tcp://127.0.0.1:{port}", f"unix://{tmp_path / 'nobody'}"):
        settings.CLAMD_URL = url
        assert "does not answer" in refused(city)


def refused(city: City) -> str:
    with pytest.raises(Invalid) as invalid:
        actions.attach(city.register(), by=city.lin, file=given("漏水.jpg", files.JPEG))
    assert not Attachment.objects.exists()
    return str(invalid.value.errors["file"])
