"""Secrets of a local installation, made on its first start and kept under var/."""

import json
import os
import secrets
from pathlib import Path

from cryptography.fernet import Fernet


def local_keys(var: Path) -> dict[str, str]:
    """SECRET_KEY, CALLER_KEYS and CALLER_HASH_KEY; losing the file loses callers' names and numbers."""
    path = var / "keys.json"
    if not path.exists():
        var.mkdir(parents=True, exist_ok=True)
        fresh = var / f".keys.{os.getpid()}"
        fresh.touch(mode=0o600)
        fresh.write_text(json.dumps(new_keys(), indent=2))
        try:
            os.link(fresh, path)  # unlike a rename, a link never replaces what another process just made
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    keys: dict[str, str] = json.loads(path.read_text())
    return keys


def new_keys() -> dict[str, str]:
    """Fresh random keys."""
    return {
        "SECRET_KEY": secrets.token_urlsafe(48),
        "CALLER_KEYS": Fernet.generate_key().decode(),
        "CALLER_HASH_KEY": secrets.token_urlsafe(32),
    }
