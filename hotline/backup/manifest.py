"""What a backup says of itself: of which edition it is, what must be in it, and which keys open it."""

from __future__ import annotations

import hmac
import json
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any

from django.conf import settings

from hotline.backup.errors import BackupError

# A change that older programs cannot read is a new edition.
EDITION = 1
MANIFEST, DATABASE, FILES = "manifest.json", "database.dump", "files/"


@dataclass(frozen=True)
class Part:
    """A member of the file, as it was written."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """Written last, so a file that has one was written to its end."""

    edition: int
    made_at: str
    city: str
    server: int
    program: int
    migrations: list[tuple[str, str]]
    rows: dict[str, int]
    # Fingerprints of CALLER_KEYS and CALLER_HASH_KEY, never the keys.
    keys: list[str]
    hash_key: str
    # A few tokens of the database itself, to try the keys on before anything is restored.
    sealed: list[str]
    parts: list[Part]
    # Attachments the database names and that were not there.
    missing: list[str]

    def as_json(self) -> bytes:
        return json.dumps(asdict(self), ensure_ascii=False, indent=1).encode()

    @classmethod
    def read(cls, text: bytes) -> Manifest:
        try:
            told: dict[str, Any] = json.loads(text)
            edition = told["edition"]
            if edition > EDITION:
                raise BackupError(f"This is a backup of edition {edition}; this program reads up to {EDITION}.")
            parts = [Part(**part) for part in told["parts"]]
            migrations = [(app, name) for app, name in told["migrations"]]
            return cls(**{**told, "parts": parts, "migrations": migrations})
        except (ValueError, KeyError, TypeError):
            raise BackupError("The manifest cannot be read: this is no backup, or a damaged one.") from None


def fingerprint(key: str) -> str:
    """Tells whether two keys are the same, and nothing else of them."""
    return hmac.digest(key.encode(), b"fingerprint of this key", sha256).hex()[:16]


def key_fingerprints() -> list[str]:
    return [fingerprint(key) for key in settings.CALLER_KEYS]


def hash_key_fingerprint() -> str:
    return fingerprint(settings.CALLER_HASH_KEY)
