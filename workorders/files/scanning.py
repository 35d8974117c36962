"""病毒扫描: clamd, asked over its own protocol (INSTREAM) where CLAMD_URL names one."""

from __future__ import annotations

import logging
import socket
from typing import IO
from urllib.parse import urlsplit

from django.conf import settings

logger = logging.getLogger(__name__)

CHUNK = 1 << 16
LONGEST_ANSWER = 4096
TRIES = 2


class ScannerAway(Exception):
    """No verdict: nothing may be let in."""


def scan(file: IO[bytes]) -> str:
    """The name of what was found, empty where nothing was, or where nobody is to be asked. Raises ScannerAway."""
    if not settings.CLAMD_URL:
        return ""
    for left in reversed(range(TRIES)):
        try:
            return _verdict(_ask(file))
        except OSError as error:
            logger.warning("scanner away", extra={"error": type(error).__name__, "tries_left": left})
    raise ScannerAway


def _connected() -> socket.socket:
    where = urlsplit(settings.CLAMD_URL)
    if where.scheme == "tcp":
        place = (where.hostname or "", where.port or 3310)
        return socket.create_connection(place, settings.CLAMD_SECONDS)  # noqa: TID251  the scanner is inside the house
    line = socket.socket(socket.AF_UNIX)
    line.settimeout(settings.CLAMD_SECONDS)
    try:
        line.connect(where.path)
    except OSError:
        line.close()
        raise
    return line


def _ask(file: IO[bytes]) -> bytes:
    file.seek(0)
    with _connected() as line:
        line.sendall(b"zINSTREAM\0")
        while data := file.read(CHUNK):
            line.sendall(len(data).to_bytes(4, "big") + data)
        line.sendall(bytes(4))
        answer = b""
        while not answer.endswith(b"\0") and len(answer) < LONGEST_ANSWER and (more := line.recv(LONGEST_ANSWER)):
            answer += more
    return answer.rstrip(b"\0")


def _verdict(answer: bytes) -> str:
    """`stream: OK` or `stream: <name> FOUND`; anything else, also half an answer, is no verdict."""
    words = answer.decode("utf-8", "replace").removeprefix("stream: ")
    if words == "OK":
        return ""
    if words.endswith(" FOUND"):
        return words.removesuffix(" FOUND")[:100]
    logger.error("scanner without a verdict", extra={"answer": words[:200]})
    raise ScannerAway
