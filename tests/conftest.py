"""Plumbing only: a database, a broker and a browser for tests that ask for them. The cast lives in tests/cast.py."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.utils import translation

from hotline import translations
from hotline.local import services
from tests.browser import (  # noqa: F401  fixtures
    browser,
    clock,
    site,
    visit,
)
from tests.cast import City, build


def pytest_configure() -> None:
    """Pages speak Chinese on a clean clone too."""
    translations.compile_all()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """The first test that needs a database starts the local PostgreSQL, unless DATABASE_URL names one."""
    if not settings.DATABASE_URL:
        services.use(services.postgres(settings.VAR_DIR, testing=True))


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Tests that commit empty the database behind them, which the timeline and the record of looks otherwise refuse."""
    database: dict[str, Any] = connection.settings_dict
    if database["NAME"] != database["TEST"]["NAME"]:
        return  # no test of this run asks for the tests' own, so none was made
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE workorders_event DISABLE TRIGGER timeline_is_never_emptied")
        cursor.execute("ALTER TABLE staff_signinentry DISABLE TRIGGER sign_in_log_is_never_emptied")
        for table in ("workorders_look", "workorders_reveal", "oversight_export", "oversight_taken"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER what_was_seen_is_never_emptied")


@pytest.fixture(autouse=True)
def language_of_its_own() -> Iterator[None]:
    """A Chinese page leaves its thread speaking Chinese; the next test speaks English again."""
    yield
    translation.deactivate()


@pytest.fixture
def city(db: None) -> City:
    """The smallest city the cast can work in."""
    return build()


@pytest.fixture
def own_files(settings: Any, tmp_path: Path) -> Path:
    """An empty folder of files, for attachments."""
    settings.MEDIA_ROOT = tmp_path / "files"
    return tmp_path / "files"
