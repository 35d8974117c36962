"""Files that are not what they seem, by the page and by a program: refused beside the field, or kept under a name that
misleads nobody and handed out as something to save."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from django.test import Client
from django.utils.html import escape

from staff.now import pretend
from tests.api.client import DOOR, Program
from tests.cast import MORNING, City
from tests.hostile import FILE_NAMES, FILES, HostileFile
from workorders.files.names import INVISIBLE, LONGEST
from workorders.models import Attachment, WorkOrder

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_files")]

ALL = [*FILE_NAMES, *FILES]
SENT = """--part\r\nContent-Disposition: form-data; name="file"; filename="{}"\r\nContent-Type: text/html\r\n\r\n"""


@pytest.fixture
def order(city: City) -> WorkOrder:
    with pretend(MORNING):
        return city.register()


def sends(http: Any, url: str, file: HostileFile) -> Any:
    """To the byte: the test client's own way would tidy the name up first."""
    name = file.name.replace("\\", "\\\\").replace('"', '\\"')
    body = SENT.format(name).encode() + file.content + b"\r\n--part--\r\n"
    with pretend(MORNING):
        return http.generic("POST", url, body, content_type="multipart/form-data; boundary=part")


def is_harmless(name: str) -> bool:
    misleads = any(unicodedata.category(ch) in INVISIBLE or ch in '/\\<>"' for ch in name)
    return not misleads and 0 < len(name) <= LONGEST and name.strip(". ") == name


def is_to_be_saved(answer: Any, file: HostileFile, kept: Attachment) -> None:
    """As it came, under the name it has, and by no browser shown."""
    assert answer.status_code == 200 and b"".join(answer.streaming_content) == file.content
    how, _, name = answer["Content-Disposition"].partition("; ")
    assert how == "attachment" and not set("\r\n\0") & set(name)
    said = name.removeprefix("filename=").strip('"') if name.startswith("filename=") else unquote(name[17:])
    assert said == kept.name
    assert answer["X-Content-Type-Options"] == "nosniff" and answer["Content-Type"] == kept.content_type
    assert kept.content_type not in ("text/html", "image/svg+xml", "application/xhtml+xml", "text/xml")
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'" and "X-Evil" not in answer.headers


def on_disk(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize("file", ALL, ids=lambda file: file.what)
def test_on_the_page_a_file_is_refused_by_name_or_kept_to_be_saved(
    file: HostileFile, city: City, order: WorkOrder, client: Client, own_files: Path
) -> None:
    client.force_login(city.lin)
    answer = sends(client, f"{order.get_absolute_url()}attachments/", file)
    if file.refused:
        page = answer.content.decode()
        assert answer.status_code == 422 and file.refused in page and 'id="attach-error"' in page, page
        assert not Attachment.objects.exists() and on_disk(own_files) == []
        return
    assert answer.status_code == 302, answer.content.decode()
    kept = Attachment.objects.get()
    (path,) = on_disk(own_files)
    assert is_harmless(kept.name) and path.parent == own_files / "attachments" / "2026" / "11"
    with pretend(MORNING):
        page = client.get(order.get_absolute_url()).content.decode()
    assert f"download>{escape(kept.name)}</a>" in page and "<img data-evil" not in page
    is_to_be_saved(client.get(f"{order.get_absolute_url()}attachments/{kept.pk}/"), file, kept)


@pytest.mark.parametrize("file", ALL, ids=lambda file: file.what)
def test_a_programs_file_is_refused_by_field_or_kept_to_be_saved(
    file: HostileFile, city: City, order: WorkOrder, own_files: Path
) -> None:
    program = Program(city.lin)
    answer = sends(program.http, f"{DOOR}work-orders/{order.number}/attachments/", file)
    told = json.loads(answer.content)
    if file.refused:
        assert answer.status_code == 400 and file.refused in told["errors"]["file"][0], told
        assert not Attachment.objects.exists() and on_disk(own_files) == []
        return
    kept = Attachment.objects.get()
    assert answer.status_code == 201 and told["name"] == kept.name and is_harmless(kept.name)
    is_to_be_saved(program.http.get(told["url"]), file, kept)


def test_a_name_that_is_only_a_way_is_no_file(city: City, order: WorkOrder, client: Client) -> None:
    client.force_login(city.lin)
    for name in ("..", ".", "../", "\\", "\0"):
        answer = sends(client, f"{order.get_absolute_url()}attachments/", HostileFile("", name, b"MZ\x90\0"))
        assert answer.status_code == 422 and 'id="attach-error"' in answer.content.decode(), name
    assert not Attachment.objects.exists()
