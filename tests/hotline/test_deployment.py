"""What an installation is told by .env.example is what the program reads, and what the containers get."""

import os
import re
import subprocess
import sys

import yaml
from cryptography.fernet import Fernet
from django.conf import settings

from hotline import environment

EXAMPLE = (settings.BASE_DIR / ".env.example").read_text(encoding="utf-8")
COMPOSE = (settings.BASE_DIR / "docker-compose.yml").read_text(encoding="utf-8")
FOR_DEVELOPERS = EXAMPLE[EXAMPLE.index("# --- For developers") :]

READS = re.compile(r"""\b(?:text|flag|number|choice|items|rate)\(\s*"([A-Z][A-Z0-9_]+)"|environ\.get\("([A-Z_]+)\"""")
# Read by the compose file only, to make the two addresses.
PASSWORDS = {"POSTGRES_PASSWORD", "REDIS_PASSWORD"}


def described(text: str) -> set[str]:
    return set(re.findall(r"^(?:# )?([A-Z][A-Z0-9_]+)=", text, re.MULTILINE))


def required() -> list[str]:
    return re.findall(r"^([A-Z][A-Z0-9_]+)=$", EXAMPLE, re.MULTILINE)


def test_every_setting_that_is_read_is_described_and_no_other() -> None:
    files = [path for path in (settings.BASE_DIR / "hotline").rglob("*.py") if path.name != "environment.py"]
    read = {a or b for path in files for a, b in READS.findall(path.read_text(encoding="utf-8"))}
    assert environment._asked <= read
    assert described(EXAMPLE) - PASSWORDS == read


def test_each_is_described_once_and_in_words() -> None:
    lines = EXAMPLE.splitlines()
    names = re.findall(r"^(?:# )?([A-Z][A-Z0-9_]+)=", EXAMPLE, re.MULTILINE)
    assert len(names) == len(set(names))
    for line, before in zip(lines[1:], lines, strict=False):
        if re.match(r"(# )?[A-Z][A-Z0-9_]+=", line):
            assert before.startswith("# "), f"{line}: no words above it"


def test_the_containers_get_what_is_described() -> None:
    passed = set(yaml.safe_load(COMPOSE)["x-environment"]) | set(re.findall(r"\$\{([A-Z_]+)", COMPOSE))
    assert passed == described(EXAMPLE) - described(FOR_DEVELOPERS)


def test_no_image_floats() -> None:
    images = re.findall(r"image: (\S+)", COMPOSE)
    images += re.findall(r"^FROM (\S+:\S+)", (settings.BASE_DIR / "Dockerfile").read_text(), re.MULTILINE)
    assert len(images) >= 5
    assert all(":" in image and not image.endswith(":latest") for image in images)


STARTS = """
from hotline import settings
for name, database in settings.DATABASES.items():
    cursors = not database["DISABLE_SERVER_SIDE_CURSORS"]
    print(f"{name}: {database['OPTIONS'].get('options')}, server-side cursors {cursors}")
print('READY')
"""


def start(**given: str) -> str:
    """What the program says when it starts with these settings and no others."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    done = subprocess.run(
        [sys.executable, "-c", STARTS],
        env={**kept, **given}, cwd=settings.BASE_DIR, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.stdout + done.stderr


def test_an_installation_starts_with_what_has_no_default_and_names_what_is_missing() -> None:
    given = {
        "HOTLINE_LOCAL": "0",
        "SECRET_KEY": "a" * 64,
        "CALLER_KEYS": Fernet.generate_key().decode(),
        "CALLER_HASH_KEY": "b" * 64,
        "DATABASE_URL": "postgres://hotline:secret@postgres:5432/hotline",
        "REDIS_URL": "redis://:secret@redis:6379/0",
        "ALLOWED_HOSTS": "hotline.example.org",
    }
    assert {*required(), "HOTLINE_LOCAL", "DATABASE_URL", "REDIS_URL"} - PASSWORDS == set(given)
    assert "READY" in start(**given)
    for name in set(given) - {"HOTLINE_LOCAL"}:
        said = start(**{other: value for other, value in given.items() if other != name})
        assert "READY" not in said and f"{name} must be set" in said


def test_a_default_secret_and_an_unknown_setting_refuse_to_start() -> None:
    assert "SECRET_KEY is a default or too short" in start(SECRET_KEY="django-insecure-" + "x" * 40)
    assert "HOTLINE_LOKAL is not a setting" in start(HOTLINE_LOKAL="1")


def test_a_replica_is_read_only_and_a_pooler_is_sent_no_settings() -> None:
    """What the program makes of the addresses it is given."""
    said = start(
        HOTLINE_LOCAL="1",
        DATABASE_URL="postgres://hotline:secret@pooler:6432/hotline",
        DATABASE_POOLED="1",
        REPLICA_URL="postgres://hotline:secret@replica:5432/hotline",
        REPORT_STATEMENT_TIMEOUT="90",
    )
    assert "default: None, server-side cursors False" in said
    assert "replica: -c statement_timeout=90s -c default_transaction_read_only=on, server-side cursors True" in said
    assert "REPLICA_URL must name a PostgreSQL server" in start(
        HOTLINE_LOCAL="1", REPLICA_URL="mysql://replica/hotline"
    )
