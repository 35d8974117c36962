"""Caller data at rest: Fernet with rotating keys, and a keyed hash to look numbers up without reading them."""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage
from django.db import models

from staff.sealing import box


def keyed_hash(value: str) -> bytes:
    """HMAC-SHA256 under settings.CALLER_HASH_KEY: equal values meet, nobody without the key can test a guess."""
    return hmac.digest(settings.CALLER_HASH_KEY.encode(), value.encode(), hashlib.sha256)


WITH_COUNTRY_CODE = re.compile(r"(?:00)?86(1\d{10})")


def digits_of(number: str) -> str:
    """A telephone number as it is compared: "+86 138-1234-0271" and "１３８12340271" are 13812340271."""
    plain = unicodedata.normalize("NFKC", number)
    digits = "".join(ch for ch in plain if ch in "0123456789")
    mobile = WITH_COUNTRY_CODE.fullmatch(digits)
    return mobile[1] if mobile else digits


def masked_name(name: str) -> str:
    """王小明 → 王**; an empty name stays empty."""
    return name[:1] + "**" if name else ""


def masked_phone(phone: str) -> str:
    """13812340271 → 138****0271; short numbers keep their last two."""
    if len(phone) >= 11:
        return f"{phone[:3]}****{phone[-4:]}"
    return "*" * max(len(phone) - 2, 0) + phone[-2:] if phone else ""


class EncryptedTextField(models.BinaryField):  # type: ignore[type-arg]  # generic only in the stubs
    """Text to the program, a Fernet token in the database. Empty text is stored as empty bytes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("editable", True)
        kwargs.setdefault("default", "")
        super().__init__(*args, **kwargs)

    def get_default(self) -> Any:
        return ""

    def _check_str_default_value(self) -> list[CheckMessage]:
        """Text is what the program sees, so a text default is right here (Django's E170 thinks of bytes)."""
        return []

    def get_prep_value(self, value: Any) -> bytes:
        return box().encrypt(str(value).encode()) if value else b""

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        return super().get_db_prep_value(value if prepared else self.get_prep_value(value), connection, True)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> str:
        return box().decrypt(bytes(value)).decode() if value else ""

    def to_python(self, value: Any) -> Any:
        return value

    def value_to_string(self, obj: models.Model) -> str:
        return str(self.value_from_object(obj))
