"""A short run for real, in a folder of its own: one blow of each kind, and everything acknowledged is there."""

from __future__ import annotations

import subprocess
import sys

import pytest
from django.conf import settings

from tests.processes import without_pytest

pytestmark = pytest.mark.xdist_group("servers")

SEED = "7"


def test_everything_acknowledged_is_there_after_a_blow_of_each_kind() -> None:
    kept = {name: value for name, value in without_pytest().items() if name not in ("DATABASE_URL", "REDIS_URL")}
    asked = {"CHAOS_SEED": SEED, "CHAOS_SECONDS": "12", "CHAOS_ORDERS": "40"}
    env = {**kept, **asked, "HOTLINE_VAR_DIR": str(settings.VAR_DIR / "test-chaos")}
    done = subprocess.run(
        [sys.executable, "-m", "chaos"],
        env=env, cwd=settings.BASE_DIR, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=600,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Everything held." in done.stdout
    for kind in ("web", "worker", "beat", "broker, its data thrown away", "database"):
        assert f"| {kind} | 1 |" in done.stdout, done.stdout
